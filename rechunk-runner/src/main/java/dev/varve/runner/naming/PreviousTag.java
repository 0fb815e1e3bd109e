package dev.varve.runner.naming;

import dev.varve.core.bytes.Quantity;
import dev.varve.registry.name.TagOrder;
import dev.varve.runner.naming.TagSeries.Version;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Chooses the tag of the image that clients have now: the newest tag that the version's format
 * makes, or that matches a pattern. The newest tag is the last in natural order, which compares
 * runs of digits as numbers: {@code 40-20251011} is followed by {@code 40-20251011.2}, {@code
 * 40-20251011.10} and {@code 40-20251012}.
 *
 * @param tag the tag; empty if no tag matches, or none is wanted
 * @param reason the reason for the choice
 */
public record PreviousTag(Optional<String> tag, String reason) {
  /** The choice if the newest tag is the one that is being rebuilt. */
  public enum OnCurrent {
    /** Use this tag: clients have its image. */
    USE,
    /** Use the next older tag. */
    PREVIOUS,
    /** Use no tag. */
    FRESH;

    /** Returns the name in lower case, as in options. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The rules of the choice.
   *
   * @param series the tags that the version's format makes. Tags of the same release are preferred
   *     to tags of an earlier release, and these to tags of a later release.
   * @param pattern replaces the series: tags that contain a match count, in natural order. {@code
   *     ^} and {@code $} match a whole tag.
   * @param current the tag that is being built, if known. Tags of the series with a later date
   *     don't count, because the previous image must be older.
   * @param onCurrent the choice if the tag that is being built is the newest
   * @param followed the tags that clients follow, such as {@code latest}. If no tag matches, the
   *     first of these that exists has the previous image.
   */
  public record Rules(
      TagSeries series,
      Optional<Pattern> pattern,
      Optional<String> current,
      OnCurrent onCurrent,
      List<String> followed) {
    /** The default format, and an unknown current tag. */
    public static final Rules DEFAULT = of(TagSeries.of(VersionTag.DEFAULT_FORMAT));

    /** Copies the list. */
    public Rules {
      followed = List.copyOf(followed);
    }

    /** Returns rules for a series, with an unknown current tag. */
    public static Rules of(TagSeries series) {
      return new Rules(series, Optional.empty(), Optional.empty(), OnCurrent.USE, List.of());
    }

    /** Returns a copy with another tag that is being built. */
    public Rules building(String tag) {
      return new Rules(series, pattern, Optional.of(tag), onCurrent, followed);
    }

    /** Returns a copy with other tags that clients follow. */
    public Rules following(List<String> tags) {
      return new Rules(series, pattern, current, onCurrent, tags);
    }

    private Pattern wanted() {
      return pattern.orElseGet(series::pattern);
    }

    private Optional<Version> built() {
      return current.flatMap(series::read);
    }

    private boolean isLater(String tag) {
      return built().isPresent()
          && series.read(tag).filter(other -> other.isLaterThan(built().get())).isPresent();
    }

    /** The order of tags that count, oldest first. */
    private Comparator<String> oldestFirst() {
      if (pattern.isPresent()) {
        return TagOrder.OLDEST_FIRST;
      }
      Comparator<String> byVersion =
          Comparator.comparing(tag -> series.read(tag).orElseThrow(), Version.OLDEST_FIRST);
      return Comparator.<String>comparingInt(this::nearness).thenComparing(byVersion);
    }

    private int nearness(String tag) {
      if (built().isEmpty()) {
        return 0;
      }
      int order =
          TagOrder.OLDEST_FIRST.compare(
              series.read(tag).orElseThrow().release(), built().get().release());
      return order == 0 ? 2 : order < 0 ? 1 : 0;
    }
  }

  /** Chooses from all tags of a repository, in any order. */
  public static PreviousTag choose(Collection<String> tags, Rules rules) {
    if (tags.isEmpty()) {
      return none("the repository has no tags yet");
    }
    List<String> matching =
        tags.stream().filter(tag -> rules.wanted().matcher(tag).find()).toList();
    if (matching.isEmpty()) {
      String reason =
          "no tag matches " + rules.wanted() + ", of " + Quantity.of(tags.size(), "tag");
      return rules.followed().stream()
          .filter(tags::contains)
          .findFirst()
          .map(tag -> chosen(tag, tag + " points to the image that clients have; " + reason))
          .orElseGet(() -> none(reason));
    }
    List<String> counting =
        matching.stream()
            .filter(tag -> !rules.isLater(tag))
            .sorted(rules.oldestFirst().reversed())
            .toList();
    return counting.isEmpty()
        ? none(
            "every tag that matches "
                + rules.wanted()
                + " has a later date than "
                + rules.current().orElseThrow()
                + "; the newest is "
                + newest(matching))
        : newest(counting, newest(matching), rules);
  }

  /**
   * Chooses the newest of the tags that count.
   *
   * @param counting the tags that count, newest first
   * @param last the last of all tags that match
   */
  private static PreviousTag newest(List<String> counting, String last, Rules rules) {
    String newest = counting.get(0);
    String upTo = newest.equals(last) ? "" : rules.current().map(tag -> " up to " + tag).orElse("");
    String newestOf = " is the newest tag" + upTo + " that matches " + rules.wanted();
    if (rules.current().filter(newest::equals).isEmpty()) {
      return chosen(newest, newest + newestOf);
    }
    return switch (rules.onCurrent()) {
      case USE -> chosen(newest, newest + newestOf + "; it is being built again");
      case FRESH -> none(newest + newestOf + ", and it is being built again");
      case PREVIOUS ->
          counting.size() == 1
              ? none("only " + newest + " matches, and it is being built again")
              : chosen(
                  counting.get(1),
                  counting.get(1)
                      + newestOf
                      + ", but for "
                      + newest
                      + ", which is being built again");
    };
  }

  private static String newest(List<String> tags) {
    return Collections.max(tags, TagOrder.OLDEST_FIRST);
  }

  private static PreviousTag chosen(String tag, String reason) {
    return new PreviousTag(Optional.of(tag), reason);
  }

  private static PreviousTag none(String reason) {
    return new PreviousTag(Optional.empty(), reason);
  }
}
