package dev.varve.core.lint;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.HiddenFile;
import dev.varve.core.packages.PackageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds files in layers that later layers replace or remove. */
final class HiddenContent implements Rule {
  private static final PackageCommands INSTALL =
      new PackageCommands(
          Map.of(
              PackageFormat.RPM, "RUN dnf -y install PACKAGE && dnf clean all",
              PackageFormat.DEB,
                  "RUN apt-get update && apt-get install -y PACKAGE && apt-get clean && rm -rf"
                      + " /var/lib/apt/lists/*",
              PackageFormat.PACMAN,
                  "RUN pacman -Syu --noconfirm PACKAGE && rm -rf /var/cache/pacman/pkg/*",
              PackageFormat.APK, "RUN apk add --no-cache PACKAGE"));

  private static final PackageCommands UPGRADE =
      new PackageCommands(
          Map.of(
              PackageFormat.RPM,
              "RUN --mount=type=cache,target=/var/cache/libdnf5 dnf -y upgrade"));

  /** Less is not worth a line. */
  private static final long LEAST = 100_000;

  @Override
  public String name() {
    return "hidden";
  }

  @Override
  public Severity severity() {
    return Severity.NOTE;
  }

  @Override
  public String title() {
    return "A layer has files that a later one replaces or removes: rechunking leaves them out, but who"
        + " pulls the build itself downloads them.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    List<String> lines = new ArrayList<>();
    lines.add("# make and remove files in one step:");
    lines.addAll(INSTALL.of(formats));
    lines.addAll(UPGRADE.of(formats));
    return lines;
  }

  @Override
  public void check(LintedImage image, Findings findings) {
    TreeMap<String, Long> sizes = new TreeMap<>();
    for (HiddenFile file : image.hidden()) {
      sizes.merge(FileTree.parent(file.path()), file.bytes(), Long::sum);
    }
    sizes.forEach(
        (directory, bytes) -> {
          if (bytes >= LEAST) {
            findings.add(
                directory,
                String.format(
                    Locale.ROOT, "%.1f MB in layers below those that replace them", bytes / 1e6));
          }
        });
  }
}
