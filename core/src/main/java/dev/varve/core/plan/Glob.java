package dev.varve.core.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A glob of Python's fnmatch: a star matches any text, also with slashes, a question mark any
 * character, and a set in brackets one of its characters. Matching takes at most the product of
 * both lengths; the regular expression of a glob with several stars may take exponentially long.
 */
final class Glob {
  /** A star, or what matches one character. */
  private record Part(boolean isStar, IntPredicate characters) {
    boolean matches(int character) {
      return characters.test(character);
    }
  }

  private final List<Part> parts = new ArrayList<>();

  Glob(String pattern) {
    int[] glob = pattern.codePoints().toArray();
    for (int i = 0; i < glob.length; i++) {
      int close = glob[i] == '[' ? closingBracket(glob, i) : -1;
      int character = glob[i];
      if (close > 0) {
        parts.add(new Part(false, set(glob, i + 1, close)));
        i = close;
      } else {
        boolean any = character == '*' || character == '?';
        parts.add(new Part(character == '*', any ? each -> true : each -> each == character));
      }
    }
  }

  /** Returns the index of a set's closing bracket, which is never its first character; else -1. */
  private static int closingBracket(int[] glob, int open) {
    int first = open + (open + 1 < glob.length && glob[open + 1] == '!' ? 2 : 1);
    for (int i = first + 1; i < glob.length; i++) {
      if (glob[i] == ']') {
        return i;
      }
    }
    return -1;
  }

  private static IntPredicate set(int[] glob, int from, int end) {
    boolean negated = glob[from] == '!';
    List<IntPredicate> ranges = new ArrayList<>();
    for (int i = negated ? from + 1 : from; i < end; i++) {
      boolean range = i + 2 < end && glob[i + 1] == '-';
      int first = glob[i];
      int last = range ? glob[i + 2] : first;
      ranges.add(character -> first <= character && character <= last);
      i += range ? 2 : 0;
    }
    return character -> negated != ranges.stream().anyMatch(range -> range.test(character));
  }

  /**
   * Returns whether the glob matches a whole text. After a mismatch, only the last star takes one
   * character more: what precedes it is matched already, at the earliest place.
   */
  boolean matches(String text) {
    int part = 0;
    int at = 0;
    int star = -1;
    int starAt = 0;
    while (at < text.length()) {
      int character = text.codePointAt(at);
      if (part < parts.size() && parts.get(part).isStar()) {
        star = part++;
        starAt = at;
      } else if (part < parts.size() && parts.get(part).matches(character)) {
        part++;
        at += Character.charCount(character);
      } else if (star >= 0) {
        part = star + 1;
        starAt += Character.charCount(text.codePointAt(starAt));
        at = starAt;
      } else {
        return false;
      }
    }
    while (part < parts.size() && parts.get(part).isStar()) {
      part++;
    }
    return part == parts.size();
  }
}
