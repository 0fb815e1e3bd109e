package dev.varve.runner.process;

import java.util.List;
import java.util.Optional;

/**
 * How a program ended.
 *
 * @param step which it was
 * @param exitCode as it gave it; above 128 for a signal, -1 where it was killed
 * @param output its standard output, unless that was told line by line: empty then
 * @param lastLines the end of what it printed, oldest first
 */
public record StepResult(Step step, int exitCode, String output, List<String> lastLines) {
  /** Freezes the list. */
  public StepResult {
    lastLines = List.copyOf(lastLines);
  }

  /** Whether it ended well. */
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** The exception that says that it did not. */
  public StepException failure() {
    return failure("exit code " + exitCode);
  }

  /**
   * The exception that says what it did wrong.
   *
   * @param problem a phrase, for a program whose exit code does not tell
   */
  public StepException failure(String problem) {
    return new StepException(this, problem, Optional.empty());
  }
}
