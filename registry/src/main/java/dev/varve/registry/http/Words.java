package dev.varve.registry.http;

import java.time.Duration;

/** Pieces of messages. */
public final class Words {
  private static final int LONGEST = 200;

  private Words() {}

  /** A time, rounded to what a person cares for. */
  public static String of(Duration time) {
    long millis = time.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    long seconds = Math.round(millis / 1000.0);
    return seconds < 180 ? seconds + " s" : Math.round(seconds / 60.0) + " min";
  }

  /** What a person can read of a text that a host sent, on one line; empty if it is a page. */
  public static String of(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    if (line.startsWith("<")) {
      return "";
    }
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** What the system says about a failure. */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : of(message);
  }
}
