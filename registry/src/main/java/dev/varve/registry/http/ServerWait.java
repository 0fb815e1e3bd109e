package dev.varve.registry.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads how long a host asks to wait: from the Retry-After header (RFC 9110, section 10.2.3), or
 * from the text of the error, in which GitHub's registry writes a Go duration: "retry-after: 10ms,
 * allowed: …".
 */
final class ServerWait {
  private static final Pattern IN_TEXT =
      Pattern.compile("retry-after:\\s*((?:[0-9.]++(?:ns|us|µs|ms|s|m|h)?)++)");
  private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)?");

  private ServerWait() {}

  static Optional<Duration> of(Response response, String text) {
    Optional<Duration> header = response.header("Retry-After").flatMap(v -> header(v, response));
    return header.isPresent() ? header : text(text);
  }

  private static Optional<Duration> header(String value, Response response) {
    String stripped = value.strip();
    if (stripped.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(stripped)));
    }
    // By the host's clock if the response has a Date: this machine's clock may be off.
    Instant now = response.header("Date").flatMap(ServerWait::date).orElseGet(Instant::now);
    return date(stripped)
        .map(then -> then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
  }

  private static Optional<Instant> date(String value) {
    try {
      return Optional.of(
          ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  static Optional<Duration> text(String text) {
    Matcher found = IN_TEXT.matcher(text.toLowerCase(Locale.ROOT));
    if (!found.find()) {
      return Optional.empty();
    }
    double millis = 0;
    Matcher part = PART.matcher(found.group(1));
    while (part.find()) {
      millis += Double.parseDouble(part.group(1)) * millisOf(part.group(2));
    }
    return Optional.of(Duration.ofMillis((long) Math.ceil(Math.min(millis, 1e12))));
  }

  private static double millisOf(@Nullable String unit) {
    return switch (unit == null ? "s" : unit) {
      case "ns" -> 1e-6;
      case "us", "µs" -> 1e-3;
      case "ms" -> 1;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> 1000;
    };
  }
}
