package dev.varve.core.state;

import dev.varve.core.plan.Groups;

/**
 * What an image's division into components goes by, beside its files.
 *
 * @param groups the user's groups
 * @param packages whether the package database is read
 */
public record DivisionRules(Groups groups, boolean packages) {
  /** The package database, and no groups. */
  public static final DivisionRules DEFAULT = new DivisionRules(Groups.NONE, true);
}
