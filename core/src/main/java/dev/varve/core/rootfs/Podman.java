package dev.varve.core.rootfs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Runs podman.
 *
 * @param executable its name or path
 */
record Podman(String executable) {
  private static final int LAST_LINES = 8;
  private static final int LINE = 400;

  /** How a run ended. {@code error} is the last lines of the standard error. */
  record Result(List<String> command, int exitCode, String output, String error) {
    boolean succeeded() {
      return exitCode == 0;
    }

    IOException failure() {
      return new IOException(
          "running "
              + String.join(" ", command)
              + ": exit code "
              + exitCode
              + (error.isEmpty() ? "" : ": " + error));
    }
  }

  /** Runs it and returns how it ended, well or not. */
  Result run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(executable));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.PIPE).start();
    } catch (IOException e) {
      throw new PodmanMissingException(executable, e);
    }
    try {
      process.getOutputStream().close();
      CompletableFuture<String> error =
          CompletableFuture.supplyAsync(() -> lastLines(process.getErrorStream()), Podman::start);
      byte[] output = process.getInputStream().readAllBytes();
      String text = new String(output, StandardCharsets.UTF_8);
      return new Result(command, process.waitFor(), text, error.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for " + String.join(" ", command));
    } finally {
      process.destroy();
    }
  }

  /** Runs it and returns its output. */
  Result require(String... arguments) throws IOException {
    Result result = run(arguments);
    if (!result.succeeded()) {
      throw result.failure();
    }
    return result;
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "varve-podman-stderr");
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
