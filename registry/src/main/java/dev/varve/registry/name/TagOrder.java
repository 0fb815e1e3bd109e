package dev.varve.registry.name;

import java.util.Comparator;

/**
 * The natural order of tags, in which runs of digits compare as numbers: {@code 40-20251011} is
 * followed by {@code 40-20251011.2}, {@code 40-20251011.10} and {@code 40-20251012}.
 */
public final class TagOrder {
  /** Puts older tags before newer ones. */
  public static final Comparator<String> OLDEST_FIRST = TagOrder::compare;

  private TagOrder() {}

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
    return rest != 0 ? rest : a.compareTo(b); // equal but for leading zeros
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
