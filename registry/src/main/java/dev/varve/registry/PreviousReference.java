package dev.varve.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which of a repository's tags has the image that clients have now: the newest one that matches a
 * pattern. Newest is the last in natural order, in which runs of digits compare as numbers: {@code
 * 40-20251011} is followed by {@code 40-20251011.2}, {@code 40-20251011.10} and {@code
 * 40-20251012}.
 *
 * @param tag the tag; empty if there is none, or none is wanted
 * @param reason why it is that one, or none
 */
public record PreviousReference(Optional<String> tag, String reason) {
  /** Tags such as {@code 40-20251011}. */
  public static final Pattern DEFAULT_PATTERN = Pattern.compile("^40-[0-9]{8}$");

  /** The natural order, in which older tags come before newer ones. */
  public static final Comparator<String> OLDEST_FIRST = PreviousReference::compare;

  /** What to do where the newest tag is the one that is being built again. */
  public enum OnCurrent {
    /** Take it: it is what clients have. */
    USE,
    /** Take the next older one. */
    PREVIOUS,
    /** Take none. */
    FRESH
  }

  /**
   * How to choose.
   *
   * @param pattern is found in the tags that count; to match a tag as a whole it says so with
   *     {@code ^} and {@code $}
   * @param current the tag that is being built, if that is known. It matters only where it is the
   *     newest. Where there are newer ones, they count: clients have the newest, whatever is being
   *     built.
   * @param onCurrent what to do where it is the newest
   * @param fresh whether none is wanted
   */
  public record Rules(
      Pattern pattern, Optional<String> current, OnCurrent onCurrent, boolean fresh) {
    /** The default pattern, and no tag known that is being built. */
    public static final Rules DEFAULT =
        new Rules(DEFAULT_PATTERN, Optional.empty(), OnCurrent.USE, false);
  }

  /** Chooses from all tags of a repository, in any order. */
  public static PreviousReference choose(Collection<String> tags, Rules rules) {
    if (rules.fresh()) {
      return none("a fresh start was asked for");
    }
    if (tags.isEmpty()) {
      return none("the repository has no tags yet");
    }
    List<String> matching = new ArrayList<>(tags);
    matching.removeIf(tag -> !rules.pattern().matcher(tag).find());
    matching.sort(OLDEST_FIRST.reversed());
    if (matching.isEmpty()) {
      return none("no tag matches " + rules.pattern() + ", of " + tags.size());
    }
    String newest = matching.get(0);
    String newestOf = " is the newest tag that matches " + rules.pattern();
    if (rules.current().filter(newest::equals).isEmpty()) {
      return new PreviousReference(Optional.of(newest), newest + newestOf);
    }
    return switch (rules.onCurrent()) {
      case USE ->
          new PreviousReference(
              Optional.of(newest), newest + newestOf + "; it is being built again");
      case FRESH -> none(newest + newestOf + ", and it is being built again");
      case PREVIOUS ->
          matching.stream()
              .filter(tag -> !tag.equals(newest))
              .findFirst()
              .map(
                  older ->
                      new PreviousReference(
                          Optional.of(older),
                          older
                              + newestOf
                              + ", but for "
                              + newest
                              + ", which is being built again"))
              .orElseGet(() -> none("only " + newest + " matches, and it is being built again"));
    };
  }

  private static PreviousReference none(String reason) {
    return new PreviousReference(Optional.empty(), reason);
  }

  private static int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int numberA = endOfNumber(a, i);
      int numberB = endOfNumber(b, j);
      int order;
      if (numberA > i && numberB > j) {
        order = compareNumbers(a.substring(i, numberA), b.substring(j, numberB));
        i = numberA;
        j = numberB;
      } else {
        order = Character.compare(a.charAt(i++), b.charAt(j++));
      }
      if (order != 0) {
        return order;
      }
    }
    int rest = Integer.compare(a.length() - i, b.length() - j);
    return rest != 0 ? rest : a.compareTo(b); // zeros in front alone make different tags
  }

  private static int endOfNumber(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static int compareNumbers(String a, String b) {
    String x = a.replaceFirst("^0+", "");
    String y = b.replaceFirst("^0+", "");
    int length = Integer.compare(x.length(), y.length());
    return length != 0 ? length : x.compareTo(y);
  }
}
