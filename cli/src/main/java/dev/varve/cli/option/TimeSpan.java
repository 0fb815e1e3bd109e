package dev.varve.cli.option;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts a time in podman's form: {@code 90s}, {@code 10m} or {@code 1h30m}. */
final class TimeSpan implements ITypeConverter<Duration> {
  private static final Pattern FORM =
      Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?");

  @Override
  public Duration convert(String text) {
    Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    Duration time = form.matches() ? sum(form) : Duration.ZERO;
    if (time.isZero()) {
      throw new TypeConversionException("expected a time such as 10m, got \"" + text + "\"");
    }
    return time;
  }

  private static Duration sum(Matcher form) {
    return Duration.ofHours(number(form, 1))
        .plusMinutes(number(form, 2))
        .plusSeconds(number(form, 3));
  }

  private static long number(Matcher form, int group) {
    String digits = form.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
