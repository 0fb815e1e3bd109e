package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BarMeterTest {
  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final AtomicLong nanoTime = new AtomicLong(7);
  private final BarMeter bar =
      new BarMeter(
          new PrintStream(terminal, true, StandardCharsets.UTF_8), nanoTime::get, 80_000_000);

  /** Returns the output to the terminal since the last call. */
  private String sent() {
    String text = terminal.toString(StandardCharsets.UTF_8);
    terminal.reset();
    return text;
  }

  private void advance(long bytes, long seconds) {
    nanoTime.addAndGet(seconds * 1_000_000_000);
    bar.advance(bytes);
  }

  @Test
  void theBarIsFilledByEighthsOfACell() {
    assertThat(sent()).isEqualTo("\r  0% │" + " ".repeat(30) + "│ 0/80 MB, 0.0 s\033[K");
    advance(1_000_000, 1);
    assertThat(sent())
        .isEqualTo(
            "\r  1% │▍" + " ".repeat(29) + "│ 1/80 MB, 1.0 s, 1.0 MB/s, 1 min 19 s left\033[K");
    advance(39_000_000, 3);
    assertThat(sent())
        .isEqualTo(
            "\r 50% │"
                + "█".repeat(15)
                + " ".repeat(15)
                + "│ 40/80 MB, 4.0 s, 10.0 MB/s, 4.0 s left\033[K");
    advance(40_000_000, 4);
    assertThat(sent())
        .isEqualTo("\r100% │" + "█".repeat(30) + "│ 80/80 MB, 8.0 s, 10.0 MB/s, 0.0 s left\033[K");
  }

  @Test
  void theBarStaysFullBeyondTheTotal() {
    sent();
    advance(100_000_000, 1);
    assertThat(sent())
        .isEqualTo(
            "\r100% │" + "█".repeat(30) + "│ 100/80 MB, 1.0 s, 100.0 MB/s, 0.0 s left\033[K");
    assertThat(bar.done()).isEqualTo(100_000_000);
  }

  @Test
  void theBarIsNotDrawnForEachAdvance() {
    sent();
    bar.advance(1_000);
    bar.advance(1_000);
    assertThat(sent()).isEmpty();
  }

  @Test
  void theBarIsErasedAtTheEnd() {
    sent();
    bar.close();
    assertThat(sent()).isEqualTo("\r\033[K");
  }
}
