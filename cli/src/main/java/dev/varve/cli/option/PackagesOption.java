package dev.varve.cli.option;

import dev.varve.core.plan.Groups;
import dev.varve.core.state.DivisionRules;
import picocli.CommandLine.Option;

/** Whether an image's package database is read. */
@InGroup(HelpGroup.PLANNING)
public final class PackagesOption {
  public static final String NO_PACKAGES = "--no-packages";

  @Option(
      names = NO_PACKAGES,
      description =
          "Do not read the image's RPM database, for example because it is damaged. "
              + "Files are then divided by their extended attributes, groups, size and "
              + "directories.")
  private boolean none;

  /** Whether it is. */
  boolean packages() {
    return !none;
  }

  /** What an image that has no state is divided by, to know what it holds. */
  DivisionRules rules() {
    return new DivisionRules(Groups.NONE, !none);
  }
}
