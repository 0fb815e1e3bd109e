package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConsoleProgressTest {
  private static final long SECOND = 1_000_000_000;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long now = 17 * SECOND;

  private ConsoleProgress progress(boolean terminal, boolean quiet) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new ConsoleProgress(
        new Console(new ResultStream(err), stream, Map.of(), terminal, () -> now), quiet);
  }

  private String text() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anActivityHasALineWhenItBeginsAndOneWhenItEnds() {
    try (ConsoleProgress progress = progress(false, false)) {
      progress.begin("reading", 3_000_000);
      progress.advance(1_000_000);
      now += 2 * SECOND;
      progress.advance(2_000_000);
      progress.begin("thinking", 0);
      now += 90 * SECOND;
    }
    assertThat(text())
        .isEqualTo("reading (3.0 MB)\n  took 2.0 s, 1.5 MB/s\nthinking\n  took 1 min 30 s\n");
  }

  @Test
  void aShortActivityHasNoRate() {
    try (ConsoleProgress progress = progress(false, false)) {
      progress.begin("copying", 1_100_000_000);
      progress.advance(1_100_000_000);
      now += SECOND - 1;
    }
    assertThat(text()).isEqualTo("copying (1.1 GB)\n  took 1.0 s\n");
  }

  @Test
  void progressIsPrintedEvery30SecondsAtMost() {
    try (ConsoleProgress progress = progress(false, false)) {
      progress.begin("reading", 600_000_000);
      for (int i = 0; i < 65; i++) {
        now += SECOND;
        progress.advance(1_000_000);
      }
    }
    assertThat(text().lines())
        .containsExactly(
            "reading (600.0 MB)",
            "  30.0 MB of 600.0 MB, 1.0 MB/s, 9 min 30 s left",
            "  60.0 MB of 600.0 MB, 1.0 MB/s, 9 min 00 s left",
            "  took 1 min 05 s, 1.0 MB/s");
  }

  @Test
  void withoutATotalNoRemainingTimeIsPrinted() {
    try (ConsoleProgress progress = progress(false, false)) {
      progress.begin("reading", 0);
      now += 31 * SECOND;
      progress.advance(62_000_000);
    }
    assertThat(text().lines())
        .containsExactly("reading", "  62.0 MB, 2.0 MB/s", "  took 31 s, 2.0 MB/s");
  }

  @Test
  void onlyNoticesArePrintedIfQuiet() {
    try (ConsoleProgress progress = progress(false, true)) {
      progress.begin("reading", 10);
      progress.advance(10);
      progress.notice("two packages own /a");
    }
    assertThat(text()).isEqualTo("note: two packages own /a\n");
  }

  @Test
  void onATerminalLinesReplaceTheBar() {
    try (ConsoleProgress progress = progress(true, false)) {
      progress.begin("reading", 2_000_000);
      progress.advance(2_000_000);
      progress.notice("something");
      now += 2 * SECOND;
    }
    assertThat(List.of(text().split("\n", -1)))
        .anySatisfy(line -> assertThat(line).isEqualTo("\r\033[Kreading (2.0 MB)"))
        .anySatisfy(line -> assertThat(line).endsWith("\r\033[Knote: something"))
        .anySatisfy(line -> assertThat(line).endsWith("\r\033[K  took 2.0 s, 1.0 MB/s"));
  }

  @Test
  void bytesWithoutAnActivityAreIgnored() {
    try (ConsoleProgress progress = progress(false, false)) {
      progress.advance(5);
    }
    assertThat(text()).isEmpty();
  }
}
