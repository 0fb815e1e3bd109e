package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import dev.varve.core.update.ComponentCause;
import dev.varve.core.update.FileChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds files that changed although their package did not. */
final class ChangedPackageFiles implements Rule {
  private static final PackageCommands REINSTALL =
      new PackageCommands(
          Map.of(
              PackageFormat.RPM, "RUN dnf -y reinstall PACKAGE",
              PackageFormat.DEB, "RUN apt-get install -y --reinstall PACKAGE",
              PackageFormat.PACMAN, "RUN pacman -S --noconfirm PACKAGE",
              PackageFormat.APK, "RUN apk fix --reinstall PACKAGE"));

  @Override
  public String name() {
    return "same-version";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "A file of a package changed, although the version of the package did not: something in the build writes to it.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    List<String> lines = new ArrayList<>();
    lines.add("# find the step that writes the file; a reinstalled package ships it as it was:");
    lines.addAll(REINSTALL.of(formats));
    return lines;
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    if (!image.packagesKnown()) {
      return; // the components that the previous image's state names after packages
    }
    for (LintedImage.Changed change : image.changes()) {
      String path = change.file().path();
      boolean changed = change.file().kind() != FileChange.Kind.REMOVED && !findings.has(path);
      if (changed && change.reason() == ComponentCause.Reason.SAME_VERSION) {
        findings.add(
            path,
            image.compressed(path),
            change.component()
                + " has the version of the previous image, and the file "
                + (change.file().kind() == FileChange.Kind.ADDED
                    ? "is new"
                    : change.file().details().isEmpty()
                        ? "has another content"
                        : "differs: " + String.join(", ", change.file().details())));
      }
    }
  }
}
