package dev.varve.cli.option;

import dev.varve.runner.naming.PreviousTag.OnCurrent;
import dev.varve.runner.naming.PreviousTag.Rules;
import dev.varve.runner.publish.PreviousSearch;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for finding the previous image of one that is published. */
@InGroup(HelpGroup.PREVIOUS_IMAGE)
public final class PublishedPreviousOptions {
  @Mixin private PreviousOptions previousOptions;

  @Option(
      names = "--pattern",
      paramLabel = "REGEX",
      description =
          "Use the newest tag in which REGEX matches (default: the newest tag of "
              + "--version's form with any numbers, so that 41- also finds 40-; or else "
              + "the first --tag that exists).")
  private @Nullable Pattern pattern;

  @Option(
      names = "--fresh-on-day",
      paramLabel = "N",
      description = "Plan without a previous image on this day of the month.")
  private @Nullable Integer freshDay;

  /**
   * Returns the search for these options.
   *
   * @param versions the options for the version of the published image
   */
  public PreviousSearch search(VersionOptions versions, Clock clock) {
    int today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).getDayOfMonth();
    return previousOptions.search(
        new Rules(
            versions.series(),
            Optional.ofNullable(pattern),
            Optional.empty(),
            OnCurrent.USE,
            versions.tags()),
        freshDay != null && freshDay == today
            ? Optional.of("a fresh plan was requested for day " + today + " of the month")
            : Optional.empty());
  }
}
