package dev.varve.core.compress;

/**
 * What a block of <a href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5">DEFLATE</a>
 * consists of: a literal byte, or a match, which repeats earlier bytes. A token is an int: a
 * literal is its value; a match is negative, with its length less {@value #SHORTEST} in bits 16 to
 * 23 and its distance less 1 in bits 0 to 14.
 */
final class Token {
  /** The shortest match of the format. */
  static final int SHORTEST = 3;

  /** The longest match of the format. */
  static final int LONGEST = 258;

  /** The longest distance of the format. */
  static final int FARTHEST = 1 << 15;

  /** The symbol that ends a block. */
  static final int END = 256;

  /** The number of symbols for literals, the end and lengths. */
  static final int LITERAL_SYMBOLS = 286;

  /** The number of symbols for distances. */
  static final int DISTANCE_SYMBOLS = 30;

  private static final int FIRST_LENGTH_SYMBOL = 257;
  private static final int LAST_LENGTH_SYMBOL = 285;

  /** The symbols of lengths less {@value #SHORTEST}. */
  private static final short[] LENGTH_SYMBOLS = new short[LONGEST - SHORTEST + 1];

  static {
    int length = 0;
    for (int symbol = FIRST_LENGTH_SYMBOL; symbol < LAST_LENGTH_SYMBOL; symbol++) {
      for (int i = 0; i < 1 << lengthExtraBits(symbol) && length < LENGTH_SYMBOLS.length; i++) {
        LENGTH_SYMBOLS[length++] = (short) symbol;
      }
    }
    LENGTH_SYMBOLS[LONGEST - SHORTEST] = LAST_LENGTH_SYMBOL;
  }

  private Token() {}

  static int match(int length, int distance) {
    return 1 << 31 | (length - SHORTEST) << 16 | (distance - 1);
  }

  static boolean isLiteral(int token) {
    return token >= 0;
  }

  /** The length of a match, less {@value #SHORTEST}. */
  static int length(int match) {
    return match >>> 16 & 0xFF;
  }

  /** The distance of a match, less 1. */
  static int distance(int match) {
    return match & (FARTHEST - 1);
  }

  /** The symbol of a length less {@value #SHORTEST}. */
  static int lengthSymbol(int length) {
    return LENGTH_SYMBOLS[length];
  }

  /** The bits that follow a symbol, for literals and the end as well. */
  static int lengthExtraBits(int symbol) {
    return symbol < 265 || symbol == LAST_LENGTH_SYMBOL ? 0 : (symbol - 261) >> 2;
  }

  /** The symbol of a distance less 1. */
  static int distanceSymbol(int distance) {
    if (distance < 4) {
      return distance;
    }
    int top = 31 - Integer.numberOfLeadingZeros(distance);
    return 2 * top + (distance >>> (top - 1) & 1);
  }

  static int distanceExtraBits(int symbol) {
    return symbol < 4 ? 0 : (symbol >> 1) - 1;
  }
}
