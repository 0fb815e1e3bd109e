package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds more than one kernel. */
final class Kernels implements Rule {
  @Override
  public String name() {
    return "kernel";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String title() {
    return "An image boots one kernel: bootc fails if there are more.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of("RUN rm -rf /usr/lib/modules/OLD-VERSION");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    List<String> kernels = image.kernels();
    for (String path : kernels.subList(Math.min(1, kernels.size()), kernels.size())) {
      findings.add(path, "a further kernel beside /" + kernels.get(0));
    }
  }
}
