package dev.varve.core.process;

import dev.varve.core.bytes.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A program that answers at once, or that nothing but its own end should end: it is run as a step
 * without a limit. It gets an argument vector, never a line for a shell to read.
 *
 * @param command its name or path, what runs it before that, and arguments of every run after it
 * @param advice what to do where it is missing, to end a sentence with
 */
public record Program(List<String> command, String advice) {
  private static final int LAST_LINES = 8;
  private static final int LINE = 400;

  /** Freezes the list. */
  public Program {
    command = List.copyOf(command);
  }

  /**
   * How a run ended.
   *
   * @param command what was run, with its arguments
   * @param output all of the standard output, as UTF-8
   * @param error the last lines of the standard error
   */
  public record Result(List<String> command, int exitCode, String output, String error) {
    /** Freezes the list. */
    public Result {
      command = List.copyOf(command);
    }

    private static Result of(StepResult result) {
      List<String> errors = result.errors();
      String last =
          errors.stream()
              .skip(Math.max(0, errors.size() - LAST_LINES))
              .map(line -> line.length() > LINE ? line.substring(0, LINE) + "…" : line)
              .collect(Collectors.joining("\n"));
      return new Result(result.step().command(), result.exitCode(), result.output(), last);
    }

    /** Whether the exit code is 0. */
    public boolean succeeded() {
      return exitCode == 0;
    }

    /** Returns the exception for a program that failed. */
    public IOException failure() {
      return new IOException(
          "running "
              + String.join(" ", command)
              + ": exit code "
              + exitCode
              + (error.isEmpty() ? "" : ": " + error));
    }
  }

  /**
   * Runs it, without any input, and returns how it ended, well or not.
   *
   * @throws MissingProgramException if it can't be started
   */
  public Result run(String... arguments) throws IOException {
    return run(new byte[0], Map.of(), arguments);
  }

  /**
   * Runs it with input, and returns how it ended, well or not.
   *
   * @param input at most a few kilobytes; a program that ends without reading it does not fail
   *     because of that
   * @param environment variables, in addition to those of this process
   * @throws MissingProgramException if it can't be started
   */
  public Result run(byte[] input, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    Step step = Step.capturing(all.get(0), StepRunner.UNLIMITED, all);
    try (StepRunner runner = new StepRunner(Progress.SILENT)) {
      return Result.of(runner.finish(start(step, environment, runner), step, input));
    } catch (StepException e) { // without a limit, only an interruption kills it
      throw new InterruptedIOException("waiting for " + String.join(" ", all));
    }
  }

  private Process start(Step step, Map<String, String> environment, StepRunner runner)
      throws MissingProgramException {
    try {
      return runner.start(step, environment);
    } catch (IOException e) {
      throw new MissingProgramException(
          "running %s: it can't be started (%s); %s".formatted(step.name(), e.getMessage(), advice),
          e);
    }
  }

  /**
   * Runs it, as {@link #run} does, and returns how it ended, which is well.
   *
   * @throws IOException if not, with the last lines of its standard error
   */
  public Result require(String... arguments) throws IOException {
    Result result = run(arguments);
    if (!result.succeeded()) {
      throw result.failure();
    }
    return result;
  }
}
