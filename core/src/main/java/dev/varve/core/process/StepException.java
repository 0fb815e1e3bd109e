package dev.varve.core.process;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a program fails, exceeds its time limit, or is stopped. The message has the step and
 * its last lines.
 */
public final class StepException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  /** The number of last lines in a message. */
  private static final int LINES = 5;

  private static final String TRACEBACK = "Traceback (most recent call last)";

  /** The line of a Python traceback that names the exception, below all frames. */
  private static final Pattern THROWN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*(Error|Exception|Exit|Interrupt|Warning)(: .*)?");

  /** The last line of the box that some programs draw around a traceback. */
  private static final String FRAME = "\u2570";

  private final transient StepResult result;
  private final @Nullable Remedy remedy;

  StepException(StepResult result, String problem, Optional<Remedy> remedy) {
    super(message(result, problem));
    this.result = result;
    this.remedy = remedy.orElse(null);
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }

  private static String message(StepResult result, String problem) {
    List<String> lines = result.lastLines();
    List<String> shown = shown(lines);
    return "running the step "
        + result.step().name()
        + ": "
        + problem
        + (shown.isEmpty()
            ? "; it has no output"
            : "; its last lines: " + String.join(" | ", shown));
  }

  /** Returns the last lines; of a traceback, the lines from the exception on. */
  private static List<String> shown(List<String> lines) {
    boolean traced = lines.stream().anyMatch(line -> line.contains(TRACEBACK) || isFrame(line));
    for (int i = lines.size() - 1; traced && i >= 0; i--) {
      if (THROWN.matcher(lines.get(i)).matches()) {
        return lines.subList(i, Math.min(lines.size(), i + LINES));
      }
    }
    return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
  }

  private static boolean isFrame(String line) {
    return line.strip().startsWith(FRAME);
  }

  /** Returns the result, with more lines than the message. */
  public StepResult result() {
    return result;
  }
}
