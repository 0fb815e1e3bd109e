package dev.varve.core.bytes;

/**
 * Text of others as it may be shown: without control characters (C0, C1, DEL), line separators, and
 * the characters that change the direction in which the text around them is read.
 *
 * @see <a href="https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings">Unicode
 *     Bidirectional Algorithm</a>
 */
public final class PlainText {
  private static final String INVISIBLE =
      "\u061C\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";

  private PlainText() {}

  /** Returns whether a code point is a control character in this sense. */
  public static boolean isControl(int codePoint) {
    return Character.isISOControl(codePoint) || INVISIBLE.indexOf(codePoint) >= 0;
  }

  /** Replaces each control character by U+FFFD. */
  public static String of(String text) {
    return text.codePoints().noneMatch(PlainText::isControl)
        ? text
        : text.codePoints()
            .map(c -> isControl(c) ? '\uFFFD' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }
}
