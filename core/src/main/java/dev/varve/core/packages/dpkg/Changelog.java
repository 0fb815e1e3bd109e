package dev.varve.core.packages.dpkg;

import dev.varve.core.packages.DatabaseLines;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Reads the dates of a changelog of Debian's form. Only the last line of each entry counts: {@code
 * -- Name <mail> Mon, 02 Jan 2006 15:04:05 +0000}, after one space.
 *
 * @see <a href="https://manpages.debian.org/deb-changelog.5">deb-changelog(5)</a>
 */
final class Changelog {
  /**
   * The age of the oldest entry, counted from the newest, in seconds: three years. Plans look no
   * further back, and changelogs go back for decades.
   */
  static final long MAX_AGE = 3 * 366 * 86_400L;

  /** The most entries; one on each working day would be some 780 in three years. */
  static final int MAX_ENTRIES = 1_000;

  /** The most characters after the mail's address in which a date is looked for. */
  private static final int MAX_DATE = 80;

  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
  private static final Pattern SEPARATORS = Pattern.compile("[\\s,]++");
  private static final Pattern ZONE = Pattern.compile("[+-][0-9]{4}");
  private static final Pattern TIME = Pattern.compile("[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?");

  private Changelog() {}

  /**
   * Returns the dates of entries, in the order of the changelog, up to the first that is older than
   * {@link #MAX_AGE}, and at most {@link #MAX_ENTRIES}. Entries whose date can't be read are left
   * out.
   */
  static List<Long> times(DatabaseLines lines) throws IOException {
    List<Long> times = new ArrayList<>();
    while (times.size() < MAX_ENTRIES && lines.next()) {
      OptionalLong time = lines.startsWith(" -- ") ? trailer(lines.from(4)) : OptionalLong.empty();
      if (time.isPresent()) {
        if (!times.isEmpty() && time.getAsLong() < times.get(0) - MAX_AGE) {
          break;
        }
        times.add(time.getAsLong());
      }
    }
    return times;
  }

  private static OptionalLong trailer(String text) {
    int mail = text.lastIndexOf('>');
    String date = text.substring(mail + 1);
    return mail < 0 || date.length() > MAX_DATE ? OptionalLong.empty() : time(date);
  }

  /**
   * Returns the time that a date says, in seconds since the epoch. The parts are told by their
   * form, in any order, because entries from before there was a rule have other ones than today's.
   * A date without a time is midnight, and a time without an offset is UTC.
   */
  static OptionalLong time(String date) {
    int day = 0;
    int month = 0;
    int year = 0;
    long seconds = 0;
    long offset = 0;
    for (String part : SEPARATORS.split(date.strip().toLowerCase(Locale.ROOT), -1)) {
      if (part.matches("[0-9]{1,2}") && day == 0) {
        day = Integer.parseInt(part);
      } else if (part.matches("[0-9]{4}")) {
        year = Integer.parseInt(part);
      } else if (TIME.matcher(part).matches()) {
        seconds = seconds(part);
      } else if (ZONE.matcher(part).matches()) {
        long minutes =
            Integer.parseInt(part.substring(1, 3)) * 60L + Integer.parseInt(part.substring(3));
        offset = (part.startsWith("-") ? -60 : 60) * minutes;
      } else if (month == 0 && part.matches("[a-z]{3,9}")) {
        int index = MONTHS.indexOf(part.substring(0, 3));
        month = index % 3 == 0 ? index / 3 + 1 : 0;
      }
    }
    try {
      long time = LocalDate.of(year, month, day).toEpochDay() * 86_400 + seconds - offset;
      return time < 0 ? OptionalLong.empty() : OptionalLong.of(time);
    } catch (DateTimeException e) {
      return OptionalLong.empty(); // a part is missing, or no such day
    }
  }

  private static long seconds(String time) {
    long seconds = 0;
    for (String part : time.split(":", -1)) {
      seconds = seconds * 60 + Integer.parseInt(part);
    }
    return time.length() > 5 ? seconds : seconds * 60;
  }
}
