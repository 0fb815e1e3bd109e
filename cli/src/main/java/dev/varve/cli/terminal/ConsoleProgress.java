package dev.varve.cli.terminal;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Remedy;
import java.io.Closeable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells on a console what goes on: a line when an activity begins and one when it ends, and in
 * between a {@link Meter}. Closing it ends the last activity.
 */
public final class ConsoleProgress implements Progress, Closeable {
  private final Console console;
  private final boolean quiet;
  private @Nullable Work current;

  /** An activity, its beginning, and the meter that shows its progress. */
  private record Work(String name, long begun, Meter meter) {}

  /** Shows how far an activity has come. */
  interface Meter extends Closeable {
    /** Adds bytes that are done. */
    void advance(long bytes);

    /** The number of bytes that are done. */
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
    boolean telling = done > 0 && time.toSeconds() > 0; // a moment's rate is no rate
    String rate = telling ? ", " + LineMeter.rate(done, time) : "";
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
