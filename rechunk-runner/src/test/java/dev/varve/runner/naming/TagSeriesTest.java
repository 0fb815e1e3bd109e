package dev.varve.runner.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TagSeriesTest {
  private static final String NUMBER = "(\\.[0-9]{1,5})?$";

  @ParameterizedTest
  @CsvSource({
    "40-%Y%m%d, ^[0-9]+-[0-9]{8}",
    "40-<date>, ^[0-9]+-[0-9]{6}",
    "v%Y.%j-%H, '^v[0-9]{4}\\.[0-9]{3}-[0-9]{2}'",
    "4%Y, '^[0-9]+[0-9]{4}'",
    "%d.%m.%Y_x86_64, '^[0-9]{2}\\.[0-9]{2}\\.[0-9]{4}_x[0-9]+_[0-9]+'",
    "40-%Y%m%d-1a2b3c4, '^[0-9]+-[0-9]{8}-[0-9a-f]{7,40}'",
    "4a5b6c7d-%H, '^[0-9]+a[0-9]+b[0-9]+c[0-9]+d-[0-9]{2}'",
    "latest, ^latest",
  })
  void aFormatKeepsItsTextAndTheDigitsOfItsDate(String format, String expected) {
    assertThat(TagSeries.of(format).pattern().pattern()).isEqualTo(expected + NUMBER);
  }

  @ParameterizedTest
  @CsvSource({
    "40-20251011, ^[0-9]+-[0-9]{8}",
    "40-20251011.2, ^[0-9]+-[0-9]{8}",
    "40-251011, ^[0-9]+-[0-9]{6}",
    "20251011-arm64, '^[0-9]{8}-arm[0-9]+'",
    "stable.2025-10-11, '^stable\\.[0-9]{4}-[0-9]{2}-[0-9]{2}'",
    "2025.10.11.3, '^[0-9]{4}\\.[0-9]{2}\\.[0-9]{2}'",
    "40.202510112359, '^[0-9]+\\.[0-9]{12}'",
    "40.20251011235959, '^[0-9]+\\.[0-9]{14}'",
    "40-20251399, '^[0-9]+-[0-9]+'",
    "40-251399, '^[0-9]+-[0-9]+'",
    "40-2025-10.11, '^[0-9]+-[0-9]+-[0-9]+\\.[0-9]+'",
    "120251011, '^[0-9]+'",
    "20251011-9999999, '^[0-9]{8}-[0-9a-f]{7,40}'",
    "77fe012.20251011.2, '^[0-9a-f]{7,40}\\.[0-9]{8}'",
    "20251011-x1a2b3c4, '^[0-9]{8}-x[0-9]+a[0-9]+b[0-9]+c[0-9]+'",
    "20251011-defaced, '^[0-9]{8}-defaced'",
    "main-1a2b3c4, '^main-[0-9]+a[0-9]+b[0-9]+c[0-9]+'",
    "1.2.3, '^[0-9]+\\.[0-9]+\\.[0-9]+'",
    "latest, ^latest",
  })
  void theDateInATagIsRecognized(String tag, String expected) {
    assertThat(TagSeries.of(tag).pattern().pattern()).isEqualTo(expected + NUMBER);
    assertThat(tag).matches(TagSeries.of(tag).pattern());
  }

  @ParameterizedTest
  @ValueSource(strings = {"40-%Y%m%d", "40-20251011"})
  void onlyTagsOfTheSameFormBelongToTheSeries(String format) {
    TagSeries series = TagSeries.of(format);
    assertThat(List.of("40-20251010", "40-20251011.1", "41-20251012", "9-20240101.12"))
        .allMatch(tag -> series.pattern().matcher(tag).matches())
        .allMatch(tag -> series.read(tag).isPresent());
    assertThat(
            List.of(
                "latest",
                "latest.20251011",
                "20251011",
                "40",
                "gts",
                "sha-abcdef",
                "sha256-0123",
                "pr-12",
                "pr-40-20251011",
                "stable-20251011",
                "testing-40-20251011",
                "40-20251011-testing",
                "40-20251011.x",
                "40-20251011.20251011",
                "40-2025101",
                "f40-20251011"))
        .noneMatch(tag -> series.pattern().matcher(tag).find())
        .noneMatch(tag -> series.read(tag).isPresent());
  }

  @Test
  void theHashOfACommitHasNoOrder() {
    TagSeries series = TagSeries.of("20251011-1a2b3c4");
    List<String> tags = List.of("20251010-ffffff0", "20251012-0000001", "20251009-9999999");
    assertThat(tags).allMatch(tag -> series.pattern().matcher(tag).matches());
    assertThat(series.later(tags, "20251011-1a2b3c4")).contains("20251012-0000001");
  }

  @Test
  void aTagOfALaterDayIsFound() {
    TagSeries series = TagSeries.of("40-%Y%m%d");
    List<String> tags =
        List.of(
            "40-20251010",
            "40-20251011.7",
            "40-20251013",
            "40-20251012.2",
            "41-20251014",
            "latest");
    assertThat(series.later(tags, "40-20251011")).contains("40-20251013");
    assertThat(series.later(tags, "40-20251013")).isEmpty();
    assertThat(series.later(tags, "39-20251009")).isEmpty();
    assertThat(series.later(tags, "latest")).isEmpty();
    assertThat(TagSeries.of("1.2.3").later(List.of("1.2.4", "1.3.0"), "1.2.3")).isEmpty();
  }

  @Test
  void aDateIsReadByItsFieldsInAnyOrder() {
    TagSeries series = TagSeries.of("%d-%m-%y");
    assertThat(series.later(List.of("30-09-25", "02-10-25", "31-12-24"), "01-10-25"))
        .contains("02-10-25");
  }

  @Test
  void aDayWithoutAYearIsNotLaterThanAnother() {
    assertThat(TagSeries.of("%m%d").later(List.of("1231"), "0101")).isEmpty();
  }

  @Test
  void aFormatOfInvalidTagsIsRefused() {
    assertThatThrownBy(() -> TagSeries.of("40-%"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected %Y, %y, %m, %d, %H, %M, %S, %j or %% in the format, got \"40-%\"");
    assertThatThrownBy(() -> TagSeries.of("40 11")).isInstanceOf(IllegalArgumentException.class);
  }
}
