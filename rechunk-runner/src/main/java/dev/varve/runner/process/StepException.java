package dev.varve.runner.process;

import java.io.IOException;
import java.util.List;

/** A program failed, ran out of time, or was stopped. The message has its step and last lines. */
public final class StepException extends IOException {
  private static final long serialVersionUID = 1L;

  /** How much of a program's end fits in a message. */
  private static final int LINES = 5;

  private final transient StepResult result;

  StepException(StepResult result, String problem) {
    super(message(result, problem));
    this.result = result;
  }

  private static String message(StepResult result, String problem) {
    List<String> lines = result.lastLines();
    List<String> shown = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    return "running the step "
        + result.step().name()
        + ": "
        + problem
        + (shown.isEmpty()
            ? "; it printed nothing"
            : "; its last lines: " + String.join(" | ", shown));
  }

  /** How it ended; has more of what it printed than the message. */
  public StepResult result() {
    return result;
  }
}
