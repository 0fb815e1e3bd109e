package dev.varve.runner;

import dev.varve.core.bytes.NameList;
import java.io.IOException;
import java.util.List;

/** The result differs from the source. Nothing was published. */
public final class VerificationException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The number of problems named in a message. */
  private static final int MOST = 3;

  /** Creates the exception from the differences, one line for each path. */
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

  private VerificationException(String message) {
    super(message);
  }

  /**
   * Creates the exception for an image made by another program.
   *
   * @param program the program's name
   * @param problems the problems of the image, at least one
   */
  public static VerificationException ofOutput(String program, List<String> problems) {
    return new VerificationException(
        "checking the image that "
            + program
            + " made: "
            + NameList.first(MOST, problems, "; ")
            + "; nothing was published");
  }

  /** Creates the exception from the failure to read the result again. */
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
