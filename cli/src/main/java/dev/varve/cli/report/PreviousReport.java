package dev.varve.cli.report;

import dev.varve.cli.terminal.Failures;
import dev.varve.runner.publish.PreviousChoice;
import java.util.List;

/**
 * Which image is the previous one, in words.
 *
 * @param choice the image, or why there is none
 */
public record PreviousReport(PreviousChoice choice) {
  /** The choice in a line. */
  public String line() {
    return (choice.image().isEmpty() ? "no previous image: " : "the previous image: ")
        + choice.reason()
        + (choice.noneMatches() ? " (--pattern REGEX chooses others)" : "");
  }

  /** Why the registry could not be asked, and what follows; empty if it was. */
  public List<String> warnings() {
    return choice.failure() == null
        ? List.of()
        : List.of(
            Failures.reason(choice.failure()),
            "going on without a previous image: clients will download all of it");
  }
}
