package dev.varve.core.tar;

import java.io.IOException;

/**
 * The map of GNU's sparse format 1.0: decimal numbers on lines, the count of runs and then offset
 * and length of each, in as many blocks as it takes.
 */
final class SparseMapLines {
  /** Where a map's next block is in the buffer. */
  interface Blocks {
    int next() throws IOException;
  }

  private final Blocks blocks;
  private final byte[] buffer;
  private final Where where;
  private int at;
  private int left;

  SparseMapLines(Blocks blocks, byte[] buffer, Where where) {
    this.blocks = blocks;
    this.buffer = buffer;
    this.where = where;
  }

  SparseMap read() throws IOException {
    SparseMap map = new SparseMap(where);
    long count = number();
    for (long i = 0; i < count; i++) {
      map.add(number(), number());
    }
    return map;
  }

  private long number() throws IOException {
    long value = 0;
    for (int digits = 0; ; digits++) {
      if (left == 0) {
        at = blocks.next();
        left = BlockInput.BLOCK;
      }
      byte b = buffer[at++];
      left--;
      if (b == '\n' && digits > 0) {
        return value;
      }
      if (b < '0' || b > '9' || digits == 18) {
        throw where.malformed("the sparse map is not made of decimal numbers");
      }
      value = 10 * value + (b - '0');
    }
  }
}
