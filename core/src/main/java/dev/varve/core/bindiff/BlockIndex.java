package dev.varve.core.bindiff;

import java.util.Arrays;

/**
 * Where a file's blocks are, by their content.
 *
 * <p>A block is {@value Words#BYTES} bytes at an offset that is a multiple of the stride. Blocks
 * with the same hash are chained, the last one first. Of a run of equal blocks, which zeros or a
 * pattern make, only the first is kept: a match that begins there extends over all of them.
 */
final class BlockIndex {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int NONE = -1;

  private final int stride;
  private final int shift;
  private final int[] newest;
  private final int[] older;

  /**
   * Indexes the first {@code length} bytes of a file.
   *
   * @param stride the distance of blocks, in bytes
   */
  BlockIndex(byte[] file, int length, int stride) {
    int blocks = length < Words.BYTES ? 0 : (length - Words.BYTES) / stride + 1;
    int bits = Math.max(4, 32 - Integer.numberOfLeadingZeros(blocks));
    this.stride = stride;
    shift = Long.SIZE - bits;
    newest = new int[1 << bits];
    older = new int[blocks];
    Arrays.fill(newest, NONE);
    long previous = 0;
    for (int block = 0; block < blocks; block++) {
      long word = Words.at(file, block * stride);
      if (block == 0 || word != previous) {
        int bucket = bucket(word);
        older[block] = newest[bucket];
        newest[bucket] = block;
      }
      previous = word;
    }
  }

  /** The offset of the last block that may equal the word; negative if no block does. */
  int last(long word) {
    return newest[bucket(word)] * stride;
  }

  /** The offset of the next block before the one at an offset; negative if it is the first. */
  int before(int offset) {
    return older[offset / stride] * stride;
  }

  private int bucket(long word) {
    return (int) ((word * MULTIPLIER) >>> shift);
  }
}
