package dev.varve.core.compress;

import java.util.Arrays;

/** The two codes of a block: one for literals, the end and lengths, the other for distances. */
final class BlockCodes {
  private static final int LONGEST_CODE = 15;

  /** The codes that need no description. */
  static final BlockCodes FIXED = fixed();

  private final HuffmanCode literals;
  private final HuffmanCode distances;

  private BlockCodes(HuffmanCode literals, HuffmanCode distances) {
    this.literals = literals;
    this.distances = distances;
  }

  /** Returns the codes that suit these counts. */
  static BlockCodes of(SymbolCounts counts) {
    return new BlockCodes(
        HuffmanCode.of(counts.literals(), LONGEST_CODE),
        HuffmanCode.of(counts.distances(), LONGEST_CODE));
  }

  private static BlockCodes fixed() {
    int[] literals = new int[288];
    Arrays.fill(literals, 0, 144, 8);
    Arrays.fill(literals, 144, 256, 9);
    Arrays.fill(literals, 256, 280, 7);
    Arrays.fill(literals, 280, 288, 8);
    int[] distances = new int[32];
    Arrays.fill(distances, 5);
    return new BlockCodes(
        HuffmanCode.ofLengths(literals, LONGEST_CODE),
        HuffmanCode.ofLengths(distances, LONGEST_CODE));
  }

  HuffmanCode literals() {
    return literals;
  }

  HuffmanCode distances() {
    return distances;
  }

  /** The size of tokens with these counts, in bits. */
  int bits(SymbolCounts counts) {
    return literals.bits(counts.literals())
        + distances.bits(counts.distances())
        + counts.extraBits();
  }
}
