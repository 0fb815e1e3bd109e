package dev.varve.core.lint;

import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds a directory /var/run, which must be a link to /run. */
final class VarRun implements Rule {
  @Override
  public String name() {
    return "var-run";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String title() {
    return "/var/run must be a link to /run: bootc container lint fails for a directory.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of("RUN rm -rf /var/run && ln -s ../run /var/run");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    if (image.isBootable() && image.tree().find("var/run").map(Inode::isDirectory).orElse(false)) {
      findings.add("var/run", "a directory");
    }
  }
}
