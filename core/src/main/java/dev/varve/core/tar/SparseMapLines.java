package dev.varve.core.tar;

import java.io.IOException;

/**
 * Parses the map of GNU's sparse format 1.0: decimal numbers, one a line, first the number of runs
 * and then the offset and length of each, padded to whole blocks.
 */
final class SparseMapLines {
  /** Reads the map's next block and returns its index in the buffer. */
  interface Blocks {
    int next() throws IOException;
  }

  private final Blocks blocks;
  private final byte[] buffer;
  private final ErrorLocation location;
  private int at;
  private int left;

  SparseMapLines(Blocks blocks, byte[] buffer, ErrorLocation location) {
    this.blocks = blocks;
    this.buffer = buffer;
    this.location = location;
  }

  SparseMap read() throws IOException {
    SparseMap map = new SparseMap(location);
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
        throw location.malformed("the sparse map has something other than decimal numbers");
      }
      value = 10 * value + (b - '0');
    }
  }
}
