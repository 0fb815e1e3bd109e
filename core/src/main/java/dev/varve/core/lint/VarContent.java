package dev.varve.core.lint;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Finds files in /var, which machines get only when they are installed. */
final class VarContent implements Rule {
  @Override
  public String name() {
    return "var";
  }

  @Override
  public Severity severity() {
    return Severity.NOTE;
  }

  @Override
  public String title() {
    return "Machines get files in /var when they are installed, and never again: updates carry them for nothing.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of(
        "# keep what the system needs in /usr, and let systemd-tmpfiles copy it:",
        "RUN mkdir -p /usr/share/factory/var && mv /var/lib/NAME /usr/share/factory/var/",
        "RUN echo \"C /var/lib/NAME\" > /usr/lib/tmpfiles.d/NAME.conf");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    TreeMap<String, Long> sizes = new TreeMap<>();
    for (FileTree.Entry entry : image.tree().below("var")) {
      String path = entry.path();
      if (entry.inode().size() > 0 && !findings.has(path) && !isDatabase(path)) {
        sizes.merge(directory(path), image.compressed(path), Long::sum);
      }
    }
    sizes.forEach(
        (path, bytes) ->
            findings.add(path, bytes, "only machines that are newly installed get it"));
  }

  /** Returns whether a path is a package manager's, which Varve itself needs. */
  private static boolean isDatabase(String path) {
    return path.startsWith("var/lib/rpm/")
        || path.startsWith("var/lib/dpkg/")
        || path.startsWith("var/lib/pacman/");
  }

  /** Returns the part of a path that names a program, such as {@code var/lib/dnf}. */
  private static String directory(String path) {
    int second = path.indexOf('/', path.indexOf('/') + 1);
    int third = second < 0 ? -1 : path.indexOf('/', second + 1);
    return third < 0 ? path : path.substring(0, third);
  }
}
