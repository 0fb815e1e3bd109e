package dev.varve.core.process;

import dev.varve.core.bytes.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A program that ends quickly, or must not be stopped: it is run as a step without a limit. The
 * program gets an argument vector; no shell is used.
 *
 * @param command the name or path of the program, with any prefix that runs it and the arguments of
 *     every run
 * @param advice the advice if the program is missing, a phrase at the end of the message
 */
public record Program(List<String> command, String advice) {
  private static final int LAST_LINES = 8;
  private static final int LINE = 400;

  /** Copies the list. */
  public Program {
    command = List.copyOf(command);
  }

  /**
   * The result of a run.
   *
   * @param command the program with its arguments
   * @param output the standard output, decoded as UTF-8
   * @param error the last lines of the standard error
   */
  public record Result(List<String> command, int exitCode, String output, String error) {
    /** Copies the list. */
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
   * Runs the program without input, and returns the result of success or failure.
   *
   * @throws MissingProgramException if it can't be started
   */
  public Result run(String... arguments) throws IOException {
    return run(new byte[0], Map.of(), arguments);
  }

  /**
   * Runs the program with input, and returns the result of success or failure.
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
    } catch (StepException e) { // only an interruption kills a step without a limit
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
   * Runs the program, like {@link #run}, and requires success.
   *
   * @throws IOException if the program fails, with the last lines of its standard error
   */
  public Result require(String... arguments) throws IOException {
    return require(Map.of(), arguments);
  }

  /**
   * Runs the program with variables in addition to those of this process, and requires success.
   *
   * @throws IOException as from {@link #require(String...)}
   */
  public Result require(Map<String, String> environment, String... arguments) throws IOException {
    Result result = run(new byte[0], environment, arguments);
    if (!result.succeeded()) {
      throw result.failure();
    }
    return result;
  }
}
