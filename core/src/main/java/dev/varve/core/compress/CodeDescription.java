package dev.varve.core.compress;

import java.io.IOException;

/**
 * The lengths of a block's codes as a block with <a
 * href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.7">dynamic Huffman codes</a> begins with
 * them: repetitions counted, and that in a code of its own.
 */
final class CodeDescription {
  private static final int REPEAT = 16;
  private static final int FEW_ZEROS = 17;
  private static final int MANY_ZEROS = 18;
  private static final int SYMBOLS = 19;
  private static final int LONGEST_CODE = 7;

  /** The order of the symbols whose codes' lengths come first: the rare ones are last. */
  private static final int[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private static final int COUNT_BITS = 5 + 5 + 4;

  private final int literals;
  private final int distances;

  /** Symbols, each with the number that follows it in the bits from 8 on. */
  private final int[] symbols = new int[Token.LITERAL_SYMBOLS + Token.DISTANCE_SYMBOLS];

  private final int[] counts = new int[SYMBOLS];
  private final HuffmanCode code;
  private final int codeLengths;
  private int size;

  CodeDescription(BlockCodes codes) {
    literals = codes.literals().size();
    distances = codes.distances().size();
    int[] lengths = new int[literals + distances];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] =
          i < literals ? codes.literals().length(i) : codes.distances().length(i - literals);
    }
    describe(lengths);
    code = HuffmanCode.of(counts, LONGEST_CODE);
    int last = SYMBOLS;
    while (code.length(ORDER[last - 1]) == 0) {
      last--;
    }
    codeLengths = Math.max(last, 4);
  }

  private void describe(int[] lengths) {
    for (int i = 0; i < lengths.length; ) {
      int length = lengths[i];
      int end = i + 1;
      while (end < lengths.length && lengths[end] == length) {
        end++;
      }
      if (length > 0) {
        add(length, 0);
        i++;
      }
      while (end - i >= 3) {
        i += length == 0 ? zeros(end - i) : repeat(end - i);
      }
      for (; i < end; i++) {
        add(length, 0);
      }
    }
  }

  private int zeros(int available) {
    int n = Math.min(available, 138);
    if (n <= 10) {
      add(FEW_ZEROS, n - 3);
    } else {
      add(MANY_ZEROS, n - 11);
    }
    return n;
  }

  private int repeat(int available) {
    int n = Math.min(available, 6);
    add(REPEAT, n - 3);
    return n;
  }

  private void add(int symbol, int number) {
    counts[symbol]++;
    symbols[size++] = symbol | number << 8;
  }

  private static int extraBits(int symbol) {
    return switch (symbol) {
      case REPEAT -> 2;
      case FEW_ZEROS -> 3;
      case MANY_ZEROS -> 7;
      default -> 0;
    };
  }

  /** The size of the description in bits. */
  int bits() {
    int bits = COUNT_BITS + 3 * codeLengths + code.bits(counts);
    for (int symbol = REPEAT; symbol < SYMBOLS; symbol++) {
      bits += counts[symbol] * extraBits(symbol);
    }
    return bits;
  }

  void write(BitOutput out) throws IOException {
    out.write(literals - 257, 5);
    out.write(distances - 1, 5);
    out.write(codeLengths - 4, 4);
    for (int i = 0; i < codeLengths; i++) {
      out.write(code.length(ORDER[i]), 3);
    }
    for (int i = 0; i < size; i++) {
      int symbol = symbols[i] & 0xFF;
      out.write(code.code(symbol), code.length(symbol));
      out.write(symbols[i] >>> 8, extraBits(symbol));
    }
  }
}
