package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds /usr/etc beside /etc. */
final class UsrEtc implements Rule {
  @Override
  public String name() {
    return "usr-etc";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String title() {
    return "bootc makes /usr/etc from /etc itself: an image must not have both.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of("RUN cp -a /usr/etc/. /etc/ && rm -rf /usr/etc");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    if (image.isBootable()
        && image.tree().find("etc").isPresent()
        && image.tree().find("usr/etc").isPresent()) {
      findings.add("usr/etc", "beside /etc");
    }
  }
}
