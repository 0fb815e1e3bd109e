package dev.varve.core.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A program that can be run. It is given an argument vector, never a line for a shell to read.
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
    ProcessBuilder builder = new ProcessBuilder(all).redirectInput(ProcessBuilder.Redirect.PIPE);
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new MissingProgramException(this, e);
    }
    try {
      CompletableFuture<String> error =
          CompletableFuture.supplyAsync(() -> lastLines(process.getErrorStream()), Program::start);
      write(input, process);
      byte[] output = process.getInputStream().readAllBytes();
      String text = new String(output, StandardCharsets.UTF_8);
      return new Result(all, process.waitFor(), text, error.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for " + String.join(" ", all));
    } finally {
      process.destroy();
    }
  }

  private static void write(byte[] input, Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      // It ended without reading; its exit code says why.
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

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "varve-program-stderr");
    thread.setDaemon(true);
    thread.start();
  }

  private static String lastLines(InputStream stream) {
    Deque<String> last = new ArrayDeque<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          last.addLast(line.length() > LINE ? line.substring(0, LINE) + "…" : line);
        }
        if (last.size() > LAST_LINES) {
          last.removeFirst();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return String.join("\n", last);
  }
}
