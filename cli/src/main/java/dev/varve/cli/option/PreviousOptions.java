package dev.varve.cli.option;

import dev.varve.runner.naming.PreviousTag.OnCurrent;
import dev.varve.runner.naming.PreviousTag.Rules;
import dev.varve.runner.publish.PreviousSearch;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for finding the previous image by the tags of a repository. */
@InGroup(HelpGroup.PREVIOUS_IMAGE)
public final class PreviousOptions {
  @Option(
      names = "--on-current",
      paramLabel = "use|previous|fresh",
      description =
          "What to do if the newest tag is the one that is built again: use its "
              + "image, use the previous image, or plan fresh, without any (default: use).")
  private OnCurrent onCurrent = OnCurrent.USE;

  @InGroup(HelpGroup.MAIN)
  @Option(
      names = "--fresh",
      description = "Plan without a previous image, and do not look for one in the registry.")
  private boolean fresh;

  /** The reaction to a registry that can't be asked. */
  enum OnError {
    WARN,
    FAIL;

    /** As it is written on command lines, and completed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--on-error",
      paramLabel = "warn|fail",
      description =
          "What to do if the tags cannot be listed: warn and plan without a previous "
              + "image, or fail (default: fail).")
  private OnError onError = OnError.FAIL;

  /**
   * The search that these options ask for.
   *
   * @param rules the rules but for what these options say
   * @param fresh why no previous image is wanted for another reason; empty if one is
   */
  public PreviousSearch search(Rules rules, Optional<String> fresh) {
    return new PreviousSearch(
        new Rules(rules.series(), rules.pattern(), rules.current(), onCurrent, rules.followed()),
        this.fresh ? Optional.of("a fresh start was asked for") : fresh,
        onError == OnError.WARN);
  }
}
