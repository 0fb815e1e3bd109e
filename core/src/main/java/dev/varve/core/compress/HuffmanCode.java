package dev.varve.core.compress;

import java.util.Arrays;

/**
 * A prefix code with codes of limited length, assigned as <a
 * href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2">RFC 1951</a> says, so that the
 * lengths alone define them.
 */
final class HuffmanCode {
  private static final int SYMBOL_BITS = 9;

  private final int[] lengths;
  private final int[] codes;

  private HuffmanCode(int[] lengths, int longest) {
    this.lengths = lengths;
    codes = codes(lengths, longest);
  }

  /** Returns the code whose codes have these lengths; 0 for a symbol without one. */
  static HuffmanCode ofLengths(int[] lengths, int longest) {
    return new HuffmanCode(lengths.clone(), longest);
  }

  /**
   * Returns a code for symbols that occur this often. Symbols that do not occur have none, but
   * there are at least two codes: not every decoder reads fewer.
   *
   * @param counts less than 2^22, for at most 2^9 symbols
   * @param longest the longest that a code may be, in bits
   */
  static HuffmanCode of(int[] counts, int longest) {
    int[] sorted = new int[counts.length];
    int used = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (counts[symbol] > 0) {
        sorted[used++] = counts[symbol] << SYMBOL_BITS | symbol;
      }
    }
    for (int symbol = 0; used < 2; symbol++) {
      if (counts[symbol] == 0) {
        sorted[used++] = 1 << SYMBOL_BITS | symbol;
      }
    }
    Arrays.sort(sorted, 0, used);
    int[] ofLength = limited(depths(sorted, used), longest);
    int[] lengths = new int[counts.length];
    int next = 0;
    for (int length = longest; length > 0; length--) {
      for (int i = 0; i < ofLength[length]; i++) {
        lengths[sorted[next++] & ((1 << SYMBOL_BITS) - 1)] = length;
      }
    }
    return new HuffmanCode(lengths, longest);
  }

  /**
   * Returns how many leaves Huffman's tree has at each depth.
   *
   * @param sorted the leaves, of which the first {@code leaves} count, the rarest first
   */
  private static int[] depths(int[] sorted, int leaves) {
    int[] weights = new int[leaves - 1];
    int[] parents = new int[leaves - 1];
    int leaf = 0;
    int node = 0;
    // Nodes come into being in the order of their weights, so both queues are sorted.
    for (int next = 0; next < leaves - 1; next++) {
      for (int child = 0; child < 2; child++) {
        if (leaf < leaves && (node == next || sorted[leaf] >>> SYMBOL_BITS <= weights[node])) {
          weights[next] += sorted[leaf++] >>> SYMBOL_BITS;
        } else {
          weights[next] += weights[node];
          parents[node++] = next;
        }
      }
    }
    // A node at each depth has two children: the nodes and the leaves at the next one.
    int[] depthOfNode = new int[leaves - 1];
    int[] depths = new int[leaves];
    for (int i = leaves - 2; i >= 0; i--) {
      depthOfNode[i] = i == leaves - 2 ? 0 : depthOfNode[parents[i]] + 1;
      depths[depthOfNode[i]]--;
      depths[depthOfNode[i] + 1] += 2;
    }
    depths[0] = 0;
    return depths;
  }

  /**
   * Returns how many codes have each length, if none may be longer than {@code longest}. Longer
   * ones are cut, and others made longer until all fit: the shortest increase of the size would
   * need more time, and codes are seldom too long.
   */
  private static int[] limited(int[] depths, int longest) {
    int[] ofLength = Arrays.copyOf(depths, Math.max(depths.length, longest + 1));
    for (int length = longest + 1; length < ofLength.length; length++) {
      ofLength[longest] += ofLength[length];
    }
    // In units of the longest code's share of all codes.
    int share = 0;
    for (int length = 1; length <= longest; length++) {
      share += ofLength[length] << (longest - length);
    }
    for (; share > 1 << longest; share--) {
      int length = longest - 1;
      while (ofLength[length] == 0) {
        length--;
      }
      // A code becomes two, one of which takes the place of one of the longest.
      ofLength[length]--;
      ofLength[length + 1] += 2;
      ofLength[longest]--;
    }
    return ofLength;
  }

  private static int[] codes(int[] lengths, int longest) {
    int[] next = new int[longest + 2];
    for (int length : lengths) {
      next[length + 1] += length == 0 ? 0 : 1;
    }
    for (int length = 1; length <= longest; length++) {
      next[length + 1] = (next[length] + next[length + 1]) << 1;
    }
    int[] codes = new int[lengths.length];
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      int length = lengths[symbol];
      if (length > 0) {
        codes[symbol] = Integer.reverse(next[length]++) >>> (Integer.SIZE - length);
      }
    }
    return codes;
  }

  /** The bits of a symbol's code, the first in the lowest bit. */
  int code(int symbol) {
    return codes[symbol];
  }

  /** The length of a symbol's code in bits; 0 if it has none. */
  int length(int symbol) {
    return lengths[symbol];
  }

  /** The number of symbols up to the last one with a code. */
  int size() {
    int size = lengths.length;
    while (lengths[size - 1] == 0) {
      size--;
    }
    return size;
  }

  /** The bits of all symbols that occur this often. */
  int bits(int[] counts) {
    int bits = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      bits += counts[symbol] * lengths[symbol];
    }
    return bits;
  }
}
