package dev.varve.core.state;

import dev.varve.core.plan.Groups;

/**
 * What an image's division into components goes by, beside its files.
 *
 * @param groups the user's groups
 * @param packages whether the package database is read
 * @param preserveMtimes whether files and directories keep their mtimes
 */
public record DivisionRules(Groups groups, boolean packages, boolean preserveMtimes) {
  /** The package database, and no groups. */
  public static final DivisionRules DEFAULT = new DivisionRules(Groups.NONE, true);

  /** Rules by which files and directories get stable mtimes. */
  public DivisionRules(Groups groups, boolean packages) {
    this(groups, packages, false);
  }

  /** The same rules, whether mtimes are kept or not. */
  DivisionRules preservingMtimes(boolean really) {
    return new DivisionRules(groups, packages, really);
  }
}
