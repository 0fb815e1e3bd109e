package dev.varve.cli.option;

import dev.varve.core.plan.Groups;
import dev.varve.core.state.DivisionRules;
import picocli.CommandLine.Option;

/** The option for reading an image's package database. */
@InGroup(HelpGroup.PLANNING)
public final class PackagesOption {
  public static final String NO_PACKAGES = "--no-packages";

  @Option(
      names = NO_PACKAGES,
      description =
          "Do not read the image's package databases, for example because one is damaged. "
              + "Files are then divided by their extended attributes, groups, size and "
              + "directories.")
  private boolean none;

  /** Whether to read the database. */
  boolean packages() {
    return !none;
  }

  /** The rules for dividing an image without a state into components. */
  DivisionRules rules() {
    return new DivisionRules(Groups.NONE, !none);
  }
}
