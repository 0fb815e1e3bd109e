package dev.varve.core.lint;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds files where a running system has a file system in memory. */
final class RuntimeContent implements Rule {
  @Override
  public String name() {
    return "run-tmp";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "Machines never see what the image has in /run and /tmp, but download it.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of("RUN rm -rf /run/* /tmp/* /var/tmp/*");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (String directory : List.of("run", "tmp", "var/tmp")) {
      for (FileTree.Entry entry : image.tree().below(directory)) {
        if (!entry.inode().isDirectory()) {
          findings.add(
              entry.path(), image.compressed(entry.path()), "left by the build in /" + directory);
        }
      }
    }
  }
}
