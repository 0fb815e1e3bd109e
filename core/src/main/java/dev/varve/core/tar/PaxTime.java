package dev.varve.core.tar;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A time in a PAX record: decimal seconds since the epoch, with a fraction and a sign. */
record PaxTime(long seconds, int nanos) {
  private static final Pattern TIME = Pattern.compile("(-?)([0-9]{1,18})(?:\\.([0-9]{0,64}))?");

  /** Parses a time; "-1.5" becomes -2 seconds and 500,000,000 nanoseconds. Null if malformed. */
  static @Nullable PaxTime parse(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return null;
    }
    long seconds = Long.parseLong(time.group(2));
    String fraction = time.group(3) == null ? "" : time.group(3);
    int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
    if (time.group(1).isEmpty()) {
      return new PaxTime(seconds, nanos);
    }
    return nanos == 0 ? new PaxTime(-seconds, 0) : new PaxTime(-seconds - 1, 1_000_000_000 - nanos);
  }
}
