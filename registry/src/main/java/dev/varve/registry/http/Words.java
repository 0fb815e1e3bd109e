package dev.varve.registry.http;

import java.time.Duration;

/** Formats parts of messages. */
public final class Words {
  private static final int LONGEST = 400;

  private Words() {}

  /** Formats a duration, rounded to milliseconds, seconds or minutes. */
  public static String of(Duration time) {
    long millis = time.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    long seconds = Math.round(millis / 1000.0);
    return seconds < 180 ? seconds + " s" : Math.round(seconds / 60.0) + " min";
  }

  /** Returns the readable part of a text that a host sent, in one line; empty for an HTML page. */
  public static String of(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    if (line.startsWith("<")) {
      return "";
    }
    if (line.startsWith("{")) {
      line = line.replaceAll("[{}\\[\\]\"]", "").replaceAll("([:,])(?=\\S)", "$1 ");
    }
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** Returns the message of a failure, or the name of its class. */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : of(message);
  }
}
