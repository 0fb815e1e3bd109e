package dev.varve.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A progress bar on a terminal, redrawn at most four times a second, and erased at the end. Not
 * thread-safe.
 */
final class BarMeter implements ConsoleProgress.Meter {
  private static final int BAR = 30;
  private static final int CELLS = 8;

  /** The characters of a bar's last cell, by eighths. */
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private static final long REDRAW_NANOS = 250_000_000;
  private static final double UNIT = 1e6;
  private static final String ERASE_TO_END = "\033[K";

  private final PrintStream terminal;
  private final LongSupplier nanoTime;
  private final long total;
  private final long begun;
  private long drawn;
  private long done;

  /**
   * Starts a bar.
   *
   * @param nanoTime a clock, in nanoseconds
   * @param total the total number of bytes, more than 0
   */
  BarMeter(PrintStream terminal, LongSupplier nanoTime, long total) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.total = total;
    this.begun = nanoTime.getAsLong();
    draw(begun);
  }

  @Override
  public void advance(long bytes) {
    done += bytes;
    long now = nanoTime.getAsLong();
    if (now - drawn >= REDRAW_NANOS) {
      draw(now);
    }
  }

  private void draw(long now) {
    drawn = now;
    terminal.print("\r" + line(Duration.ofNanos(now - begun)) + ERASE_TO_END);
    terminal.flush();
  }

  private String line(Duration time) {
    double share = Math.min(1, (double) done / total);
    int eighths = (int) (share * BAR * CELLS);
    String bar = "█".repeat(eighths / CELLS);
    if (bar.length() < BAR) {
      bar += EIGHTHS.charAt(eighths % CELLS) + " ".repeat(BAR - bar.length() - 1);
    }
    double seconds = time.toMillis() / 1e3;
    return String.format(
        Locale.ROOT,
        "%3d%% │%s│ %.0f/%.0f MB, %s%s",
        (int) (share * 100),
        bar,
        done / UNIT,
        total / UNIT,
        Human.duration(time),
        seconds < 1 || done == 0
            ? ""
            : String.format(
                Locale.ROOT,
                ", %.1f MB/s, %s left",
                done / UNIT / seconds,
                Human.duration(left(seconds))));
  }

  private Duration left(double seconds) {
    return Duration.ofSeconds(Math.round(Math.max(0, total - done) / (done / seconds)));
  }

  @Override
  public long done() {
    return done;
  }

  @Override
  public void close() {
    terminal.print("\r" + ERASE_TO_END);
    terminal.flush();
  }
}
