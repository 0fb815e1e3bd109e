package dev.varve.runner;

import java.io.IOException;
import java.util.List;

/** What was written is not what was read. Nothing was published. */
public final class VerificationException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception from the paths that differ, a line each. */
  public VerificationException(String source, List<String> differences) {
    super(
        "verifying the result against "
            + source
            + ": "
            + (differences.size() == 1
                ? "one difference: "
                : differences.size() + " differences, the first: ")
            + differences.get(0)
            + "; nothing was published");
  }

  /** Creates the exception from what came of reading the result again. */
  public VerificationException(String source, IOException failure) {
    super(
        "verifying the result against "
            + source
            + ": "
            + failure.getMessage()
            + "; nothing was published",
        failure);
  }
}
