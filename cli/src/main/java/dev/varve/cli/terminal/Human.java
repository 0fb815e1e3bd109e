package dev.varve.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** Formats numbers, dates and lists for people. */
public final class Human {
  /** The number of entries shown of a long list, without --all. */
  public static final int MOST = 10;

  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Human() {}

  /** Formats a size with decimal units, such as {@code 161.3 MB}. */
  public static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    // A value that rounds to 1000.0 gets the next unit.
    while (value >= (unit == 0 ? 1000 : 999.95) && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    String format = unit == 0 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, value, UNITS[unit]);
  }

  /** Formats a share from 0 to 1 in percent, such as {@code 5.2%}. */
  public static String share(double share) {
    return String.format(Locale.ROOT, "%.1f%%", share * 100);
  }

  /** Formats a time as {@code 4.2 s}, {@code 42 s}, {@code 3 min 05 s} or {@code 1 h 02 min}. */
  public static String duration(Duration time) {
    long seconds = time.plusMillis(500).toSeconds();
    if (time.toMillis() < 9950) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
  }

  /** Formats the day in UTC; "unknown" for 0. */
  public static String date(long epochSeconds) {
    return epochSeconds == 0
        ? "unknown"
        : LocalDate.ofInstant(Instant.ofEpochSecond(epochSeconds), ZoneOffset.UTC).toString();
  }

  /** Formats a number with a noun, such as {@code 1 layer} or {@code 1,130 layers}. */
  public static String count(long number, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
  }
}
