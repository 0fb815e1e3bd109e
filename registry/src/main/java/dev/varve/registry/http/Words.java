package dev.varve.registry.http;

import java.time.Duration;
import java.util.regex.Pattern;

/** Formats parts of messages. */
public final class Words {
  private static final int LONGEST = 400;

  /** The value of an Authorization header; not a word such as in "basic authentication". */
  private static final Pattern CREDENTIALS =
      Pattern.compile("\\b((?i:basic|bearer))[ +:]+(?=\\S*[0-9=]|\\S+[A-Z])[\\w+/.~-]{6,}=*");

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
    String line = withoutCredentials(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    if (line.startsWith("<")) {
      return "";
    }
    if (line.startsWith("{")) {
      line = line.replaceAll("[{}\\[\\]\"]", "").replaceAll("([:,])(?=\\S)", "$1 ");
    }
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /**
   * Returns a text that a host sent, without the logins and tokens that it quotes from a request.
   */
  public static String withoutCredentials(String text) {
    return CREDENTIALS.matcher(text).replaceAll("$1 ***");
  }

  /** Returns the message of a failure, or the name of its class. */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : of(message);
  }
}
