package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HumanTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "161300000, 161.3 MB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "3300000000, 3.3 GB",
    "9223372036854775807, 9.2 EB"
  })
  void sizesAreDecimalWithOneDigitAfterThePoint(long bytes, String text) {
    assertThat(Human.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "4200, 4.2 s",
    "9949, 9.9 s",
    "9950, 10 s",
    "59499, 59 s",
    "59500, 1 min 00 s",
    "185000, 3 min 05 s",
    "3599600, 1 h 00 min",
    "7325000, 2 h 02 min"
  })
  void durationsGetCoarserAsTheyGrow(long millis, String text) {
    assertThat(Human.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void aDateIsInUtcAndZeroIsUnknown() {
    assertThat(Human.date(1_735_689_599)).isEqualTo("2024-12-31");
    assertThat(Human.date(0)).isEqualTo("unknown");
  }

  @Test
  void aNounIsPluralUnlessTheCountIsOne() {
    assertThat(Human.count(1, "layer")).isEqualTo("1 layer");
    assertThat(Human.count(1130, "layer")).isEqualTo("1,130 layers");
    assertThat(Human.count(0, "layer")).isEqualTo("0 layers");
  }

  @Test
  void aShareIsShownInPercent() {
    assertThat(Human.share(0.0518)).isEqualTo("5.2%");
    assertThat(Human.share(1)).isEqualTo("100.0%");
  }
}
