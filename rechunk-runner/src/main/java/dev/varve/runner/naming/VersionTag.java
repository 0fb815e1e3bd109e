package dev.varve.runner.naming;

import dev.varve.registry.name.ImageName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tag with the date of an image's build.
 *
 * @param text a valid tag
 */
public record VersionTag(String text) {
  /** The format of tags such as {@code 40-20251011}. */
  public static final String DEFAULT_FORMAT = "40-%Y%m%d";

  /** The date in formats of hhd-dev/rechunk, and its meaning. */
  private static final String DATE = "<date>";

  private static final String DATE_FORMAT = "%y%m%d";
  private static final Pattern CONVERSION = Pattern.compile("%(.?)");

  /** The number of a further build; nine digits fit in an int. */
  private static final String SUFFIX = "\\.([1-9][0-9]{0,8})";

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if the text is not a valid tag
   */
  public VersionTag {
    ImageName.requireTag(text);
  }

  /**
   * Returns the tag for an instant, in UTC.
   *
   * @param format text with {@code %Y} year, {@code %y} its last two digits, {@code %m} month,
   *     {@code %d} day, {@code %H} hour, {@code %M} minute, {@code %S} second, {@code %j} day of
   *     the year and {@code %%}, as in date(1) and strftime(3); also {@code <date>} for {@code
   *     %y%m%d}
   * @throws IllegalArgumentException if the format has other conversions, or the result is not a
   *     valid tag
   */
  public static VersionTag at(Instant instant, String format) {
    ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
    return new VersionTag(
        CONVERSION
            .matcher(conversions(format))
            .replaceAll(
                found -> Matcher.quoteReplacement(converted(found.group(1), time, format))));
  }

  /** Returns a format with {@code <date>} replaced by conversions. */
  static String conversions(String format) {
    return format.replace(DATE, DATE_FORMAT);
  }

  private static String converted(String conversion, ZonedDateTime time, String format) {
    String pattern =
        switch (conversion) {
          case "Y" -> "uuuu";
          case "y" -> "uu";
          case "m" -> "MM";
          case "d" -> "dd";
          case "H" -> "HH";
          case "M" -> "mm";
          case "S" -> "ss";
          case "j" -> "DDD";
          case "%" -> "'%'";
          default ->
              throw new IllegalArgumentException(
                  "expected %Y, %y, %m, %d, %H, %M, %S, %j or %% in the format, got \""
                      + format
                      + "\"");
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time);
  }

  /**
   * Returns this tag if it is unused, or else a copy with {@code .1}, {@code .2} and so on, one
   * above the highest used number. The result is newer than all of them in {@link PreviousTag}'s
   * order.
   *
   * @param existing the repository's tags
   */
  public VersionTag unique(Collection<String> existing) {
    if (!existing.contains(text)) {
      return this;
    }
    Pattern numbered = Pattern.compile(Pattern.quote(text) + SUFFIX);
    int highest =
        existing.stream()
            .map(numbered::matcher)
            .filter(Matcher::matches)
            .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
            .max()
            .orElse(0);
    return new VersionTag(text + "." + (highest + 1));
  }

  /** The tag. */
  @Override
  public String toString() {
    return text;
  }
}
