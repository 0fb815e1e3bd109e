package dev.varve.core.process;

import dev.varve.core.bytes.IoRunnable;
import dev.varve.core.bytes.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads the output of a program, reports or stores it, and keeps its last lines. */
final class Transcript {
  private static final int LAST_LINES = 30;

  /** The wait for output after the program's end; remaining child processes may keep pipes open. */
  private static final Duration REST = Duration.ofSeconds(1);

  private final Step step;
  private final Progress progress;
  private final Deque<String> last = new ArrayDeque<>();
  private final Deque<String> errors = new ArrayDeque<>();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final List<Thread> readers = new ArrayList<>();

  /** Starts reading a program's output. */
  Transcript(Step step, Process process, Progress progress) {
    this.step = step;
    this.progress = progress;
    InputStream standard = process.getInputStream();
    read(() -> Lines.read(step.reported() ? standard : new Kept(standard), this::line));
    read(() -> Lines.read(process.getErrorStream(), this::errorLine));
  }

  private void read(IoRunnable reading) {
    Thread thread =
        new Thread(
            () -> {
              try {
                reading.run();
              } catch (IOException e) {
                // The program was killed, and its pipe closed.
              }
            },
            "varve-" + step.name());
    thread.setDaemon(true);
    thread.start();
    readers.add(thread);
  }

  private synchronized void errorLine(String line) {
    add(line, errors);
    line(line);
  }

  private static void add(String line, Deque<String> lines) {
    lines.addLast(line);
    if (lines.size() > LAST_LINES) {
      lines.removeFirst();
    }
  }

  private synchronized void line(String line) {
    add(line, last);
    if (step.reported()) {
      progress.output(step.name(), line);
    }
  }

  /** Stores a copy of the bytes read. */
  private final class Kept extends InputStream {
    private final InputStream in;

    Kept(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = in.read(buffer, offset, length);
      if (n > 0) {
        output.write(buffer, offset, n);
      }
      return n;
    }
  }

  /** Waits for the last output of a program that has ended. */
  void finish() throws InterruptedException {
    for (Thread reader : readers) {
      reader.join(REST.toMillis());
    }
  }

  synchronized StepResult result(int exitCode) {
    return new StepResult(
        step,
        exitCode,
        output.toString(StandardCharsets.UTF_8),
        List.copyOf(last),
        List.copyOf(errors));
  }
}
