package dev.varve.core.state;

import dev.varve.core.plan.Groups;

/**
 * Options of the division of an image's files into components.
 *
 * @param groups the user's groups
 * @param packages whether the package database is read
 * @param preserveMtimes whether files and directories keep their mtimes
 */
public record DivisionRules(Groups groups, boolean packages, boolean preserveMtimes) {
  /** Reads the package database and has no groups. */
  public static final DivisionRules DEFAULT = new DivisionRules(Groups.NONE, true);

  /** Creates rules with stable mtimes. */
  public DivisionRules(Groups groups, boolean packages) {
    this(groups, packages, false);
  }

  /** Returns a copy that preserves mtimes or not. */
  DivisionRules preservingMtimes(boolean preserve) {
    return new DivisionRules(groups, packages, preserve);
  }
}
