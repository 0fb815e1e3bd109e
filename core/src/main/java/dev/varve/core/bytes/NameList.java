package dev.varve.core.bytes;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists of names in messages, cut where they are long. */
public final class NameList {
  private NameList() {}

  /** The first {@code most} names, as in {@code a, b and 3 more}. */
  public static String first(int most, Collection<String> names) {
    return first(most, names, ", ");
  }

  /** The same, with another text than a comma between two names. */
  public static String first(int most, Collection<String> names, String separator) {
    String first = names.stream().limit(most).collect(Collectors.joining(separator));
    return names.size() <= most ? first : first + " and " + (names.size() - most) + " more";
  }
}
