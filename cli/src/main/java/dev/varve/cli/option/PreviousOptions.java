package dev.varve.cli.option;

import dev.varve.runner.naming.PreviousTag.OnCurrent;
import dev.varve.runner.naming.PreviousTag.Rules;
import dev.varve.runner.publish.PreviousSearch;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the image that clients have now is found among a repository's tags. */
public final class PreviousOptions {
  @Option(
      names = "--on-current",
      paramLabel = "use|previous|fresh",
      description =
          "Where the newest tag is the one that is being built again: use it (default),"
              + " take the previous one, or none.")
  private OnCurrent onCurrent = OnCurrent.USE;

  @Option(names = "--fresh", description = "Take no previous image, without asking the registry.")
  private boolean fresh;

  /** What to do when the registry can't be asked. */
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
      description = "Where the tags can't be listed: warn and take none, or fail (default).")
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
