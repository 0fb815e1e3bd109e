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
 * The week of the year that hhd-dev/rechunk has no column for. Its table of updates has 53 columns,
 * and is indexed by the ISO week of a changelog's entry, which in some years goes up to 53: Python
 * ends in an {@code IndexError} then. The last such week before 2032 is 2026-12-28 to 2027-01-03.
 *
 * <p>The tool leaves out an entry once its age in whole days, rounded down, is above 365. An entry
 * of the future has a negative age, and is not left out.
 */
final class Week53 {
  private static final int MISSING = 53;
  private static final Duration FORGOTTEN = Duration.ofDays(366);

  private Week53() {}

  /**
   * A changelog's entry that the tool fails at.
   *
   * @param name the package that has it
   * @param time when it was made
   */
  record Entry(String name, Instant time) implements Comparable<Entry> {
    private static final Comparator<Entry> ORDER =
        Comparator.comparing(Entry::time).thenComparing(Entry::name, Comparator.reverseOrder());

    /** The entry in words, with the day from which the tool leaves it out. */
    String text() {
      return "the changelog of "
          + name
          + " has an entry of "
          + day(time)
          + ", in an ISO week 53, which hhd-dev/rechunk up to 1.2.4 ends in an IndexError at until"
          + " the entry is older than 365 days ("
          + day(time.plus(FORGOTTEN))
          + ")";
    }

    /** By time, so that the last one counts for the longest; of equals, the first by name. */
    @Override
    public int compareTo(Entry other) {
      return ORDER.compare(this, other);
    }

    private static LocalDate day(Instant time) {
      return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
  }

  /** The entry of a package that keeps the tool failing for the longest; empty if it has none. */
  static Optional<Entry> of(InstalledPackage installed, Instant now) {
    return installed.changelogTimes().stream()
        .map(Instant::ofEpochSecond)
        .filter(time -> failsAt(time, now))
        .max(Comparator.naturalOrder())
        .map(time -> new Entry(installed.name(), time));
  }

  /** Whether the tool fails at an entry of this time. It works in UTC, as containers do. */
  static boolean failsAt(Instant entry, Instant now) {
    return Duration.between(entry, now).compareTo(FORGOTTEN) < 0
        && LocalDate.ofInstant(entry, ZoneOffset.UTC).get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)
            == MISSING;
  }
}
