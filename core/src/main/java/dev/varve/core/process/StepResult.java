package dev.varve.core.process;

import java.util.List;
import java.util.Optional;

/**
 * The result of a program that has ended.
 *
 * @param step the step that was run
 * @param exitCode the program's exit code; above 128 for a signal, -1 if the program was killed
 * @param output the standard output; empty if its lines were reported
 * @param lastLines the last lines of its output and errors, oldest first
 * @param errors the last lines of its standard error; empty if its lines were reported
 */
public record StepResult(
    Step step, int exitCode, String output, List<String> lastLines, List<String> errors) {
  /** Copies the lists. */
  public StepResult {
    lastLines = List.copyOf(lastLines);
    errors = List.copyOf(errors);
  }

  /** Whether the exit code is 0. */
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** Returns the exception with the exit code. */
  public StepException failure() {
    return failure("exit code " + exitCode);
  }

  /**
   * Returns the exception with a problem.
   *
   * @param problem a phrase, for a program that fails with exit code 0
   */
  public StepException failure(String problem) {
    return new StepException(this, problem, Optional.empty());
  }
}
