package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects what rules find. Each path that changed is the finding of the first rule that knows it.
 */
final class Findings {
  private final List<Finding> found = new ArrayList<>();
  private final Set<String> claimed = new HashSet<>();
  private final Set<PackageFormat> formats;
  private Rule rule;

  /**
   * Begins the findings of a rule.
   *
   * @param formats the formats of the image's packages
   */
  Findings(Rule first, Set<PackageFormat> formats) {
    this.rule = first;
    this.formats = formats;
  }

  /** Begins the findings of the next rule. */
  void of(Rule next) {
    rule = next;
  }

  /** Adds a finding that costs updates nothing. */
  void add(String path, String message) {
    add(path, 0, message);
  }

  /**
   * Adds a finding.
   *
   * @param bytes as in {@link Finding}
   */
  void add(String path, long bytes, String message) {
    claimed.add(path);
    found.add(new Finding(rule, path, bytes, message, rule.cure(formats)));
  }

  /** Whether an earlier finding is about this path. */
  boolean has(String path) {
    return claimed.contains(path);
  }

  List<Finding> all() {
    return List.copyOf(found);
  }
}
