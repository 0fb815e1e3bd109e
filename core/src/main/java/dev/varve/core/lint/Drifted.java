package dev.varve.core.lint;

import dev.varve.core.packages.Drift;
import dev.varve.core.packages.Drift.Attribute;
import dev.varve.core.packages.PackageFormat;
import java.util.List;
import java.util.Set;

/** Finds paths that have an attribute otherwise than their package ships it. */
final class Drifted implements Rule {
  private final Attribute attribute;
  private final String name;
  private final String title;
  private final PackageCommands cure;

  Drifted(Attribute attribute, String name, String title, PackageCommands cure) {
    this.attribute = attribute;
    this.name = name;
    this.title = title;
    this.cure = cure;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return cure.of(formats);
  }

  @Override
  public void check(LintedImage image, Findings findings) {
    for (Drift drift : image.drift()) {
      if (drift.attribute() == attribute) {
        findings.add(
            drift.path(),
            drift.owner() + " ships it with " + drift.shipped() + ", and it has " + drift.found());
      }
    }
  }
}
