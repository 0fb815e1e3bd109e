package dev.varve.core.bindiff;

import java.util.Arrays;

/**
 * Where a file's blocks are, by their content. The memory of an index is used again for the next
 * file: large tables would otherwise be garbage that is collected late. Not thread-safe.
 *
 * <p>A block is {@value Words#BYTES} bytes at an offset that is a multiple of the stride. Blocks
 * with the same hash are chained, the last one first. Of a run of equal blocks, which zeros or a
 * pattern make, only the first is kept: a match that begins there extends over all of them.
 */
public final class BlockIndex {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int NONE = -1;
  private static final int STRIDE = 8;

  private int shift;
  private int[] newest = new int[0];
  private int[] older = new int[0];

  /** Creates an index without blocks. */
  public BlockIndex() {}

  /** Indexes the first {@code length} bytes of a file, and forgets the last file. */
  void index(byte[] file, int length) {
    int blocks = length < Words.BYTES ? 0 : (length - Words.BYTES) / STRIDE + 1;
    int bits = Math.max(4, 32 - Integer.numberOfLeadingZeros(blocks));
    shift = Long.SIZE - bits;
    if (newest.length < 1 << bits) {
      newest = new int[1 << bits];
    }
    if (older.length < blocks) {
      older = new int[blocks];
    }
    Arrays.fill(newest, 0, 1 << bits, NONE);
    long previous = 0;
    for (int block = 0; block < blocks; block++) {
      long word = Words.at(file, block * STRIDE);
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
    return newest[bucket(word)] * STRIDE;
  }

  /** The offset of the next block before the one at an offset; negative if it is the first. */
  int before(int offset) {
    return older[offset / STRIDE] * STRIDE;
  }

  private int bucket(long word) {
    return (int) ((word * MULTIPLIER) >>> shift);
  }
}
