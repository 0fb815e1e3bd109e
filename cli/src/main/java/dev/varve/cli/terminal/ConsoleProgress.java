package dev.varve.cli.terminal;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Remedy;
import java.io.Closeable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Shows progress on a console: a line at the start and at the end of an activity, and a {@link
 * Meter} in between. Closing ends the last activity.
 */
public final class ConsoleProgress implements Progress, Closeable {
  private final Console console;
  private final boolean quiet;
  private @Nullable Work current;

  /** An activity, its start time, and its meter. */
  private record Work(String name, long begun, Meter meter) {}

  /** Shows the progress of an activity. */
  interface Meter extends Closeable {
    /** Adds processed bytes. */
    void advance(long bytes);

    /** The number of processed bytes. */
    long done();

    @Override
    void close();
  }

  public ConsoleProgress(Console console, boolean quiet) {
    this.console = console;
    this.quiet = quiet;
  }

  @Override
  public synchronized void begin(String activity, long totalBytes) {
    end();
    if (quiet) {
      return;
    }
    line(activity + (totalBytes > 0 ? " (" + Human.size(totalBytes) + ")" : ""));
    Meter meter =
        console.terminal() && totalBytes > 0
            ? new BarMeter(console.err(), console.nanoTime(), totalBytes)
            : new LineMeter(this::line, console.nanoTime(), totalBytes);
    current = new Work(activity, console.nanoTime().getAsLong(), meter);
  }

  @Override
  public synchronized void advance(long bytes) {
    if (current != null) {
      current.meter().advance(bytes);
    }
  }

  @Override
  public synchronized void notice(String text) {
    line("note: " + text);
  }

  @Override
  public void notice(String text, Remedy remedy) {
    notice(text + Advice.of(remedy));
  }

  @Override
  public synchronized void output(String program, String line) {
    if (!quiet) {
      line("  " + program + ": " + line);
    }
  }

  private void end() {
    Work ended = current;
    current = null;
    if (ended == null) {
      return;
    }
    ended.meter().close();
    Duration time = Duration.ofNanos(console.nanoTime().getAsLong() - ended.begun());
    long done = ended.meter().done();
    boolean measurable = done > 0 && time.toSeconds() > 0; // no rate for a short time
    String rate = measurable ? ", " + LineMeter.rate(done, time) : "";
    line("  took " + Human.duration(time) + rate);
  }

  private void line(String text) {
    console.tellBesideBar(text);
  }

  @Override
  public synchronized void close() {
    end();
  }
}
