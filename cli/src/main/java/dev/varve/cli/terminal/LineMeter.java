package dev.varve.cli.terminal;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Prints a line every 30 seconds, for logs: processed bytes, rate, and remaining time. */
final class LineMeter implements ConsoleProgress.Meter {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();

  private final Consumer<String> lines;
  private final LongSupplier nanoTime;
  private final long total;
  private final long begun;
  private long lastLine;
  private long done;

  /**
   * Starts a meter.
   *
   * @param total the total number of bytes; 0 if unknown
   */
  LineMeter(Consumer<String> lines, LongSupplier nanoTime, long total) {
    this.lines = lines;
    this.nanoTime = nanoTime;
    this.total = total;
    this.begun = nanoTime.getAsLong();
    this.lastLine = begun;
  }

  @Override
  public void advance(long bytes) {
    done += bytes;
    long now = nanoTime.getAsLong();
    if (now - lastLine >= INTERVAL_NANOS) {
      lastLine = now;
      lines.accept("  " + state(Duration.ofNanos(now - begun)));
    }
  }

  private String state(Duration time) {
    if (total == 0 || done == 0) {
      return Human.size(done) + ", " + rate(done, time);
    }
    double left = Math.max(0, total - done) * ((double) time.toNanos() / done);
    return Human.size(done)
        + " of "
        + Human.size(total)
        + ", "
        + rate(done, time)
        + ", "
        + Human.duration(Duration.ofNanos((long) left))
        + " left";
  }

  static String rate(long bytes, Duration time) {
    return Human.size((long) (bytes / (time.toNanos() / 1e9))) + "/s";
  }

  @Override
  public long done() {
    return done;
  }

  @Override
  public void close() {}
}
