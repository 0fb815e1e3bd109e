package dev.varve.runner.container;

import dev.varve.core.packages.InstalledPackage;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.Comparator;
import java.util.Optional;

/**
 * Finds changelog entries in an ISO week 53, at which hhd-dev/rechunk fails. The tool's table of
 * updates has 53 columns and is indexed by the ISO week of an entry, which in some years is 53:
 * Python raises an {@code IndexError}. The last such week before 2032 is 2026-12-28 to 2027-01-03.
 *
 * <p>The tool ignores an entry once its age in whole days, rounded down, is above 365. An entry in
 * the future has a negative age and is not ignored.
 */
final class Week53 {
  private static final int MISSING = 53;
  private static final Duration FORGOTTEN = Duration.ofDays(366);

  private Week53() {}

  /**
   * A changelog entry at which the tool fails.
   *
   * @param name the entry's package
   * @param time the entry's time
   */
  record Entry(String name, Instant time) implements Comparable<Entry> {
    private static final Comparator<Entry> ORDER =
        Comparator.comparing(Entry::time).thenComparing(Entry::name, Comparator.reverseOrder());

    /** Describes the entry, with the day from which the tool ignores it. */
    String text() {
      return "the changelog of "
          + name
          + " has an entry of "
          + day(time)
          + ", in an ISO week 53, at which hhd-dev/rechunk up to 1.2.4 fails with an IndexError until"
          + " the entry is older than 365 days ("
          + day(time.plus(FORGOTTEN))
          + ")";
    }

    /**
     * Orders by time, then by name in reverse: the last entry makes the tool fail for the longest.
     */
    @Override
    public int compareTo(Entry other) {
      return ORDER.compare(this, other);
    }

    private static LocalDate day(Instant time) {
      return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
  }

  /** Returns the package's entry that makes the tool fail for the longest, if any. */
  static Optional<Entry> of(InstalledPackage installed, Instant now) {
    return installed.changelogTimes().stream()
        .map(Instant::ofEpochSecond)
        .filter(time -> failsAt(time, now))
        .max(Comparator.naturalOrder())
        .map(time -> new Entry(installed.name(), time));
  }

  /**
   * Returns whether the tool fails at an entry of this time. The tool uses UTC, like containers.
   */
  static boolean failsAt(Instant entry, Instant now) {
    return Duration.between(entry, now).compareTo(FORGOTTEN) < 0
        && LocalDate.ofInstant(entry, ZoneOffset.UTC).get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)
            == MISSING;
  }
}
