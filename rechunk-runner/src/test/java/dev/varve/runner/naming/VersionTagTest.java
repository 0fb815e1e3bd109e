package dev.varve.runner.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VersionTagTest {
  private static final Instant TIME = Instant.parse("2025-02-03T23:59:07.9Z");

  @ParameterizedTest
  @CsvSource({
    "40-%Y%m%d, 40-20250203",
    "%Y-%j, 2025-034",
    "v%H%M%S, v235907",
    "latest, latest",
    "stable.%Y.%m, stable.2025.02",
    "3.1_<date>, 3.1_250203",
    "v%y, v25",
  })
  void aTagHasTheTimeInUtc(String format, String expected) {
    assertThat(VersionTag.at(TIME, format)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%Z", "40-%", "%D", "%-d", "% "})
  void anUnknownConversionIsRefused(String format) {
    assertThatThrownBy(() -> VersionTag.at(TIME, format))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected %Y, %y, %m, %d, %H, %M, %S, %j or %% in the format, got \"" + format + "\"");
  }

  @ParameterizedTest
  @CsvSource({"%Y/%m, 2025/02", "100%%, 100%", "'', ''", "-%d, -03", "%Y:%m, 2025:02"})
  void aFormatThatGivesNoValidTagIsRefused(String format, String result) {
    assertThatThrownBy(() -> VersionTag.at(TIME, format))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected a tag of at most 128 letters")
        .hasMessageEndingWith("got \"" + result + "\"");
  }

  @Test
  void aFreeTagIsUsedUnchanged() {
    VersionTag tag = new VersionTag("40-20250203");
    assertThat(tag.unique(List.of())).isEqualTo(tag);
    assertThat(tag.unique(List.of("latest", "40-20250202", "40-20250203.1"))).isEqualTo(tag);
  }

  @Test
  void aTakenTagIsNumbered() {
    VersionTag tag = new VersionTag("40-20250203");
    assertThat(tag.unique(List.of("40-20250203"))).hasToString("40-20250203.1");
    assertThat(tag.unique(List.of("40-20250203.1", "40-20250203"))).hasToString("40-20250203.2");
    assertThat(tag.unique(List.of("40-20250203", "40-20250203.10", "40-20250203.9")))
        .hasToString("40-20250203.11");
  }

  @Test
  void onlyNumbersAfterADotCount() {
    assertThat(
            new VersionTag("1.0")
                .unique(List.of("1.0", "1.0.x", "1.0.07", "1x0.5", "1.0-6", "1.0.1234567890")))
        .hasToString("1.0.1");
  }
}
