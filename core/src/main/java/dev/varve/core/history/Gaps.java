package dev.varve.core.history;

import dev.varve.core.update.Release;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is missing in a series.
 *
 * @param pauses the intervals without a build that are longer than usual
 * @param missingTags the tags between numbered ones that do not exist
 */
public record Gaps(List<Pause> pauses, List<String> missingTags) {
  /** A number at the end of a tag. A date has more digits, and its gaps are pauses. */
  private static final Pattern NUMBERED = Pattern.compile("(|.*[^0-9])(0|[1-9][0-9]{0,3})");

  private static final int MOST_MISSING = 100;

  /** Copies the lists. */
  public Gaps {
    pauses = List.copyOf(pauses);
    missingTags = List.copyOf(missingTags);
  }

  /**
   * An interval without a build.
   *
   * @param after the index of the last image before it
   * @param days the whole days from that image to the next
   */
  public record Pause(int after, long days) {}

  /**
   * Finds what is missing.
   *
   * @param images the images, oldest first
   * @param tags all tags at the place
   */
  static Gaps of(List<Release> images, Collection<String> tags) {
    return new Gaps(pauses(images), missing(images, new HashSet<>(tags)));
  }

  /** Returns the intervals of at least two days that are half as long again as the median one. */
  private static List<Pause> pauses(List<Release> images) {
    List<Duration> intervals = new ArrayList<>();
    for (int i = 1; i < images.size(); i++) {
      intervals.add(Duration.between(images.get(i - 1).created(), images.get(i).created()));
    }
    List<Duration> sorted = intervals.stream().sorted().toList();
    List<Pause> pauses = new ArrayList<>();
    for (int i = 0; i < intervals.size(); i++) {
      Duration usual = sorted.get((sorted.size() - 1) / 2);
      // An hour more or less is the schedule of the build, or the time that it took.
      long days = intervals.get(i).plusHours(6).toDays();
      if (days >= 2 && intervals.get(i).compareTo(usual.multipliedBy(3).dividedBy(2)) > 0) {
        pauses.add(new Pause(i, days));
      }
    }
    return pauses;
  }

  private static List<String> missing(List<Release> images, Set<String> tags) {
    List<String> missing = new ArrayList<>();
    for (int i = 1; i < images.size(); i++) {
      Matcher before = NUMBERED.matcher(images.get(i - 1).name());
      Matcher after = NUMBERED.matcher(images.get(i).name());
      if (before.matches() && after.matches() && before.group(1).equals(after.group(1))) {
        BigInteger last = new BigInteger(after.group(2));
        BigInteger at = new BigInteger(before.group(2)).add(BigInteger.ONE);
        for (;
            at.compareTo(last) < 0 && missing.size() < MOST_MISSING;
            at = at.add(BigInteger.ONE)) {
          String tag = before.group(1) + at;
          if (!tags.contains(tag)) {
            missing.add(tag);
          }
        }
      }
    }
    return missing;
  }
}
