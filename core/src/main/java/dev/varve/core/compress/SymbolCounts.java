package dev.varve.core.compress;

import java.util.Arrays;

/** How often each symbol occurs in some tokens. */
final class SymbolCounts {
  /** Estimates are in fractions of a bit. */
  static final int FRACTIONS = 256;

  /** The binary logarithms of 1 to 2, in fractions. StrictMath is the same on every machine. */
  private static final int[] LOGARITHMS = new int[256];

  static {
    for (int i = 0; i < LOGARITHMS.length; i++) {
      double logarithm = StrictMath.log(1 + i / 256.0) / StrictMath.log(2);
      LOGARITHMS[i] = (int) StrictMath.round(logarithm * FRACTIONS);
    }
  }

  private final int[] literals = new int[Token.LITERAL_SYMBOLS];
  private final int[] distances = new int[Token.DISTANCE_SYMBOLS];

  void clear() {
    Arrays.fill(literals, 0);
    Arrays.fill(distances, 0);
  }

  /** Counts the tokens from one index to another. */
  void add(int[] tokens, int from, int to) {
    for (int i = from; i < to; i++) {
      int token = tokens[i];
      if (Token.isLiteral(token)) {
        literals[token]++;
      } else {
        literals[Token.lengthSymbol(Token.length(token))]++;
        distances[Token.distanceSymbol(Token.distance(token))]++;
      }
    }
  }

  void add(SymbolCounts other) {
    for (int i = 0; i < literals.length; i++) {
      literals[i] += other.literals[i];
    }
    for (int i = 0; i < distances.length; i++) {
      distances[i] += other.distances[i];
    }
  }

  /** Counts the end of a block. */
  void addEnd() {
    literals[Token.END]++;
  }

  /** The counts of literals, the end and lengths, which this object continues to own. */
  int[] literals() {
    return literals;
  }

  /** The counts of distances, which this object continues to own. */
  int[] distances() {
    return distances;
  }

  /** The bits that follow the symbols. */
  int extraBits() {
    int bits = 0;
    for (int i = 0; i < literals.length; i++) {
      bits += literals[i] * Token.lengthExtraBits(i);
    }
    for (int i = 0; i < distances.length; i++) {
      bits += distances[i] * Token.distanceExtraBits(i);
    }
    return bits;
  }

  /**
   * Estimates the size of the symbols, without the bits that follow them, in {@linkplain #FRACTIONS
   * fractions} of a bit: their entropy.
   */
  long entropy() {
    return entropy(literals) + entropy(distances);
  }

  private static long entropy(int[] counts) {
    int all = 0;
    long entropy = 0;
    for (int count : counts) {
      all += count;
      entropy -= timesLogarithm(count);
    }
    return entropy + timesLogarithm(all);
  }

  /** A number times its binary logarithm. */
  private static long timesLogarithm(int n) {
    if (n == 0) {
      return 0;
    }
    int zeros = Integer.numberOfLeadingZeros(n);
    int mantissa = n << zeros >>> 23 & 0xFF;
    return (long) n * ((31 - zeros) * FRACTIONS + LOGARITHMS[mantissa]);
  }
}
