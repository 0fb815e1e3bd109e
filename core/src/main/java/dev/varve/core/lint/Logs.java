package dev.varve.core.lint;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds logs of the build. */
final class Logs implements Rule {
  @Override
  public String name() {
    return "logs";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "Logs of the build differ in each build, and only new machines get them.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of("RUN rm -rf /var/log/*");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (FileTree.Entry entry : image.tree().below("var/log")) {
      if (entry.inode().size() > 0) {
        findings.add(entry.path(), image.compressed(entry.path()), "a log of the build");
      }
    }
  }
}
