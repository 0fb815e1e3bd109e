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

  /** The reaction to a failed request to the registry. */
  enum OnError {
    WARN,
    FAIL;

    /** Returns the value as typed on command lines. */
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
   * Returns the search for these options.
   *
   * @param rules the rules, which these options complete
   * @param fresh another reason why no previous image is wanted; empty if one is wanted
   */
  public PreviousSearch search(Rules rules, Optional<String> fresh) {
    return new PreviousSearch(
        new Rules(rules.series(), rules.pattern(), rules.current(), onCurrent, rules.followed()),
        this.fresh ? Optional.of("a fresh plan was requested") : fresh,
        onError == OnError.WARN);
  }
}
