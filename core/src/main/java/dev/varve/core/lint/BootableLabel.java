package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds an image with a kernel that does not say that it can be booted. */
final class BootableLabel implements Rule {
  @Override
  public String name() {
    return "label";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "Programs that install images look for the label containers.bootc.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of("LABEL containers.bootc=1");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    if (image.isBootable()
        && !"1".equals(image.config().labels().get("containers.bootc"))
        && image.config().labels().get("ostree.bootable") == null) {
      findings.add("", "has a kernel, but not the label containers.bootc=1");
    }
  }
}
