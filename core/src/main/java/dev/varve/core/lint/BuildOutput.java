package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import dev.varve.core.update.ComponentCause;
import dev.varve.core.update.FileChange;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds files that no package owns, and that the build made otherwise than the build before. */
final class BuildOutput implements Rule {
  @Override
  public String name() {
    return "build";
  }

  @Override
  public Severity severity() {
    return Severity.NOTE;
  }

  @Override
  public String title() {
    return "A file that no package owns changed: the build made it anew.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of(
        "# write no dates, build numbers or random names into files; sort lists;",
        "# give tools SOURCE_DATE_EPOCH");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    if (!image.packagesKnown()) {
      return;
    }
    for (LintedImage.Changed change : image.changes()) {
      String path = change.file().path();
      if (change.reason() == ComponentCause.Reason.BUILD
          && change.file().kind() == FileChange.Kind.CONTENT
          && change.file().bytes() > 0
          && !findings.has(path)
          && !(image.packagesChanged() && PACKAGE_LIST.matcher(path).matches())) {
        findings.add(path, image.compressed(path), "changed since the previous image");
      }
    }
  }

  /** The lists of installed packages, which change with them. */
  private static final Pattern PACKAGE_LIST =
      Pattern.compile(
          ".*/rpmdb\\.sqlite|.*/rpm/(?:Packages|Packages\\.db|Index\\.db)|.*/dpkg/status"
              + "|.*/apk/db/(?:installed|scripts\\.tar|triggers)|.*/pacman/local/.*");
}
