package dev.varve.cli.terminal;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on a terminal, wiped away at the end. */
final class BarMeter implements ConsoleProgress.Meter {
  /** Asking the terminal how wide it is would start other programs. */
  private static final int WIDTH = 79;

  private static final int REDRAW_MILLIS = 250;
  private static final long UNIT = 1_000_000;

  private final ProgressBar bar;

  /**
   * Begins a bar.
   *
   * @param total bytes
   */
  BarMeter(PrintStream terminal, long total) {
    bar =
        new ProgressBarBuilder()
            .setInitialMax(total)
            .setUnit(" MB", UNIT)
            .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .clearDisplayOnFinish()
            .setConsumer(
                new DelegatingProgressBarConsumer(text -> terminal.print("\r" + text), WIDTH))
            .build();
  }

  @Override
  public void advance(long bytes) {
    bar.stepBy(bytes);
  }

  @Override
  public long done() {
    return bar.getCurrent();
  }

  @Override
  public void close() {
    bar.close();
  }
}
