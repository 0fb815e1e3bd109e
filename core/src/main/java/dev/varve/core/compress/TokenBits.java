package dev.varve.core.compress;

/**
 * The bits of each token in a block. Bits 0 to 23 of an entry are to be written, as many as its
 * upper byte says.
 */
final class TokenBits {
  private final int[] literals = new int[Token.END + 1];
  private final int[] lengths = new int[Token.LONGEST - Token.SHORTEST + 1];
  private final int[] distances = new int[Token.DISTANCE_SYMBOLS];

  TokenBits(BlockCodes codes) {
    for (int i = 0; i < literals.length; i++) {
      literals[i] = entry(codes.literals(), i, 0, 0);
    }
    int first = 0;
    for (int i = 0; i < lengths.length; i++) {
      int symbol = Token.lengthSymbol(i);
      first = symbol == Token.lengthSymbol(first) ? first : i;
      lengths[i] = entry(codes.literals(), symbol, i - first, Token.lengthExtraBits(symbol));
    }
    for (int i = 0; i < distances.length; i++) {
      distances[i] = entry(codes.distances(), i, 0, 0);
    }
  }

  private static int entry(HuffmanCode code, int symbol, int extra, int extraBits) {
    int length = code.length(symbol);
    return (length + extraBits) << 24 | extra << length | code.code(symbol);
  }

  /** The entries of literals and the end. */
  int[] literals() {
    return literals;
  }

  /** The entries of lengths less {@value Token#SHORTEST}, with the bits behind their symbols. */
  int[] lengths() {
    return lengths;
  }

  /** The entries of the symbols of distances. */
  int[] distances() {
    return distances;
  }
}
