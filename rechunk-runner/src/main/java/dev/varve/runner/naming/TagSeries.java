package dev.varve.runner.naming;

import dev.varve.registry.name.TagOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version tags that one format makes, for all dates and releases: the series of {@code
 * 40-%Y%m%d} contains {@code 40-20251011}, {@code 41-20251012}, and {@code 41-20251012.1} for a
 * second build of the day. Date and time have a fixed number of digits. Every other number may
 * vary, as may the hash of a commit beside a date ({@code %Y%m%d-1a2b3c4}). Other text is fixed:
 * {@code testing-40-20251011} belongs to another series.
 */
public final class TagSeries {
  private static final String FULL_DATE =
      "(?:19|20)[0-9]{2}([-._]?)(?:0[1-9]|1[0-2])\\1(?:0[1-9]|[12][0-9]|3[01])";
  private static final String TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9]";

  /** A date in a literal tag, to the day, minute or second. */
  private static final Pattern LONG_DATE =
      Pattern.compile(
          "(?<![0-9])" + FULL_DATE + "(?<minute>" + TIME + "(?<second>[0-5][0-9])?)?(?![0-9])");

  /** A date in hhd-dev/rechunk's form. */
  private static final Pattern SHORT_DATE =
      Pattern.compile("(?<![0-9])[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])");

  /** The number of a further build of the day. A number with more digits is a date. */
  private static final String NUMBER = "(\\.[0-9]{1,5})?";

  private static final Pattern NUMBERED = Pattern.compile("(.*%.*)\\.[0-9]{1,5}");

  /** The hash of a commit, whole or short. */
  private static final String HASH = "[0-9a-f]{7,40}";

  private static final String PARTS = "%(?<field>.)|[0-9]+|.";
  private static final Pattern PART = Pattern.compile(PARTS);

  /** The same with hashes, which are matched only beside a date, because hashes have no order. */
  private static final Pattern DATED_PART =
      Pattern.compile("(?<![0-9A-Za-z])(?=[a-f]*[0-9])" + HASH + "(?![0-9A-Za-z])|" + PARTS);

  /** The fields of a time, the most significant first. */
  private static final List<Character> FIELDS = List.of('Y', 'y', 'j', 'm', 'd', 'H', 'M', 'S');

  private static final char FREE = '#';

  private final Pattern pattern;
  private final Pattern reader;

  /** The meaning of each group of the reader: a field's letter, or {@link #FREE}. */
  private final List<Character> groups = new ArrayList<>();

  private TagSeries(String format) {
    StringBuilder shown = new StringBuilder("^");
    StringBuilder groupwise = new StringBuilder();
    int digits = 0;
    boolean dated = format.contains("%Y") || format.contains("%y");
    Matcher part = (dated ? DATED_PART : PART).matcher(format);
    while (part.find()) {
      char first = part.group().charAt(0);
      if (first == '%') {
        char field = part.group("field").charAt(0);
        groups.add(field);
        groupwise.append("([0-9]{").append(digits(field)).append("})");
        digits += digits(field);
        continue;
      }
      shown.append(run(digits));
      digits = 0;
      if (dated && part.group().matches(HASH)) {
        groupwise.append(HASH);
        shown.append(HASH);
      } else if (isDigit(first)) {
        groups.add(FREE);
        groupwise.append("([0-9]+)");
        shown.append("[0-9]+");
      } else {
        String text = first == '.' ? "\\." : part.group(); // the only special character in tags
        groupwise.append(text);
        shown.append(text);
      }
    }
    this.pattern = Pattern.compile(shown.append(run(digits)) + NUMBER + "$");
    this.reader = Pattern.compile(groupwise + NUMBER);
  }

  /**
   * Returns the series of a format.
   *
   * @param format as for {@link VersionTag#at}. A format without a conversion is a literal tag; a
   *     date in it becomes conversions.
   * @throws IllegalArgumentException if {@link VersionTag#at} refuses the format
   */
  public static TagSeries of(String format) {
    VersionTag.at(Instant.EPOCH, format);
    String conversions = VersionTag.conversions(format);
    return new TagSeries(conversions.contains("%") ? conversions : withConversions(conversions));
  }

  /** Returns the format that makes a tag. */
  private static String withConversions(String tag) {
    Matcher date = LONG_DATE.matcher(tag);
    String fields;
    if (date.find()) {
      String separator = date.group(1);
      fields = "%Y" + separator + "%m" + separator + "%d";
      fields += date.group("minute") == null ? "" : "%H%M";
      fields += date.group("second") == null ? "" : "%S";
    } else {
      date = SHORT_DATE.matcher(tag);
      fields = "%y%m%d";
      if (!date.find()) {
        return tag;
      }
    }
    String format = tag.substring(0, date.start()) + fields + tag.substring(date.end());
    Matcher numbered = NUMBERED.matcher(format);
    return numbered.matches() ? numbered.group(1) : format;
  }

  /** Matches exactly the tags of the series. */
  public Pattern pattern() {
    return pattern;
  }

  /**
   * Returns the newest tag of the same release that is later than {@code tag}, if any.
   *
   * @param tags all tags of the repository
   * @param tag a tag of this series
   */
  public Optional<String> later(Collection<String> tags, String tag) {
    Optional<Version> here = read(tag);
    return here.isEmpty()
        ? Optional.empty()
        : tags.stream()
            .flatMap(other -> read(other).stream())
            .filter(other -> other.release().equals(here.get().release()))
            .filter(other -> other.isLaterThan(here.get()))
            .max(Version.OLDEST_FIRST)
            .map(Version::tag);
  }

  /** Parses a tag; empty if it belongs to another series. */
  Optional<Version> read(String tag) {
    Matcher matcher = reader.matcher(tag);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<String> free = new ArrayList<>();
    StringBuilder time = new StringBuilder();
    for (int group = 1; group <= groups.size(); group++) {
      if (groups.get(group - 1) == FREE) {
        free.add(matcher.group(group));
      }
    }
    for (char field : FIELDS) {
      int group = groups.indexOf(field);
      if (group >= 0) {
        time.append(matcher.group(group + 1));
      }
    }
    boolean hasYear = groups.contains('Y') || groups.contains('y');
    return Optional.of(new Version(tag, String.join("-", free), hasYear ? time.toString() : ""));
  }

  /**
   * A parsed tag.
   *
   * @param release the tag's variable numbers
   * @param time the date and time as digits that compare as text; empty without a year
   */
  record Version(String tag, String release, String time) {
    /** Orders by release, then by time, then by the number of the build. */
    static final Comparator<Version> OLDEST_FIRST =
        Comparator.comparing(Version::release, TagOrder.OLDEST_FIRST)
            .thenComparing(Version::time)
            .thenComparing(Version::tag, TagOrder.OLDEST_FIRST);

    boolean isLaterThan(Version other) {
      return time.compareTo(other.time) > 0;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int digits(char field) {
    return field == 'Y' ? 4 : field == 'j' ? 3 : 2;
  }

  private static String run(int digits) {
    return digits == 0 ? "" : "[0-9]{" + digits + "}";
  }
}
