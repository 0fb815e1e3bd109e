package dev.varve.core.bytes;

import java.util.Collection;
import java.util.stream.Collectors;

/** Formats lists of names for messages, and shortens long lists. */
public final class NameList {
  private NameList() {}

  /** Returns the first {@code most} names, as in {@code a, b and 3 more}. */
  public static String first(int most, Collection<String> names) {
    return first(most, names, ", ");
  }

  /** Returns the first {@code most} names with another separator than a comma. */
  public static String first(int most, Collection<String> names, String separator) {
    String first = names.stream().limit(most).collect(Collectors.joining(separator));
    return names.size() <= most ? first : first + " and " + (names.size() - most) + " more";
  }
}
