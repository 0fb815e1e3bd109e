package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values are from Python's {@code datetime}, which the tool uses. */
final class Week53Test {
  @ParameterizedTest
  @CsvSource({
    "2015-12-27, false",
    "2015-12-28, true",
    "2016-01-03, true",
    "2016-01-04, false",
    "2020-12-27, false",
    "2020-12-28, true",
    "2020-12-31, true",
    "2021-01-01, true",
    "2021-01-03, true",
    "2021-01-04, false",
    "2024-12-30, false",
    "2025-12-29, false",
    "2026-12-27, false",
    "2026-12-28, true",
    "2026-12-31, true",
    "2027-01-01, true",
    "2027-01-03, true",
    "2027-01-04, false",
    "2027-12-27, false",
    "2028-01-01, false",
    "2032-12-26, false",
    "2032-12-27, true",
    "2033-01-02, true",
    "2033-01-03, false",
    "2037-12-28, true",
    "2038-01-03, true",
  })
  void onlyDaysOfAWeek53Fail(String day, boolean fails) {
    for (String time : List.of("T00:00:00Z", "T12:00:00Z", "T23:59:59Z")) {
      Instant entry = Instant.parse(day + time);
      assertThat(Week53.failsAt(entry, entry.plus(Duration.ofDays(10)))).isEqualTo(fails);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // An entry fails until its age is 366 days: only then are Python's days more than 365.
    "2026-12-28T12:00:00Z, 2026-12-28T12:00:00Z, true",
    "2026-12-28T12:00:00Z, 2027-12-28T12:00:00Z, true",
    "2026-12-28T12:00:00Z, 2027-12-29T11:59:59Z, true",
    "2026-12-28T12:00:00Z, 2027-12-29T12:00:00Z, false",
    "2027-01-03T12:00:00Z, 2028-01-04T11:59:59Z, true",
    "2027-01-03T12:00:00Z, 2028-01-04T12:00:00Z, false",
    // Any entry in the future fails.
    "2026-12-28T12:00:00Z, 2026-11-28T00:00:00Z, true",
    "2032-12-29T12:00:00Z, 2026-11-28T00:00:00Z, true",
    "2020-12-29T12:00:00Z, 2026-11-28T00:00:00Z, false",
    "2020-12-29T12:00:00Z, 2021-12-30T11:59:59Z, true",
    "2020-12-29T12:00:00Z, 2021-12-30T12:00:00Z, false",
  })
  void anEntryFailsUntilTheToolIgnoresTheEntry(Instant entry, Instant now, boolean fails) {
    assertThat(Week53.failsAt(entry, now)).isEqualTo(fails);
  }

  private static InstalledPackage installed(String name, String... entries) {
    return new InstalledPackage(
        PackageFormat.RPM,
        name,
        "1-1",
        "noarch",
        "",
        0,
        Arrays.stream(entries).map(entry -> Instant.parse(entry).getEpochSecond()).toList(),
        List.of());
  }

  @Test
  void thePackageIsNamedWithTheDayFromWhichTheToolWorksAgain() {
    Instant now = Instant.parse("2027-02-01T00:00:00Z");
    Week53.Entry entry =
        Week53.of(
                installed(
                    "bash",
                    "2027-01-20T12:00:00Z",
                    "2026-12-30T12:00:00Z",
                    "2026-12-28T12:00:00Z",
                    "2020-12-30T12:00:00Z"),
                now)
            .orElseThrow();

    assertThat(entry)
        .isEqualTo(new Week53.Entry("bash", Instant.parse("2026-12-30T12:00:00Z")))
        .isGreaterThan(new Week53.Entry("zsh", Instant.parse("2026-12-30T12:00:00Z")))
        .isLessThan(new Week53.Entry("zsh", Instant.parse("2026-12-31T12:00:00Z")));
    assertThat(entry.text())
        .isEqualTo(
            "the changelog of bash has an entry of 2026-12-30, in an ISO week 53, at which"
                + " hhd-dev/rechunk up to 1.2.4 fails with an IndexError until the entry is older"
                + " than 365 days (2027-12-31)");
    assertThat(Week53.of(installed("bash"), now)).isEmpty();
    assertThat(Week53.of(installed("bash", "2027-01-20T12:00:00Z"), now)).isEmpty();
  }
}
