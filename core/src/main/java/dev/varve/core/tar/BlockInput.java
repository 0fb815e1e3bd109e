package dev.varve.core.tar;

import java.io.IOException;
import java.io.InputStream;

/** Reads an archive's 512-byte blocks and bodies through one buffer, and counts the bytes read. */
final class BlockInput {
  static final int BLOCK = 512;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long offset;

  BlockInput(InputStream in) {
    this.in = in;
  }

  /** The number of bytes returned to callers so far. */
  long offset() {
    return offset;
  }

  /**
   * Reads the next block into the buffer.
   *
   * @return the block's index in {@link #buffer}, valid until the next call of any method; -1 at
   *     the archive's end; -2 if the archive ends within the block
   */
  int nextBlock() throws IOException {
    if (limit - position < BLOCK) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
      while (limit < BLOCK) {
        int n = in.read(buffer, limit, buffer.length - limit);
        if (n < 0) {
          return limit == 0 ? -1 : -2;
        }
        limit += n;
      }
    }
    int block = position;
    position += BLOCK;
    offset += BLOCK;
    return block;
  }

  byte[] buffer() {
    return buffer;
  }

  /** Reads at least one byte, or returns -1 at the archive's end. {@code length} is positive. */
  int read(byte[] bytes, int from, int length) throws IOException {
    int n;
    if (position < limit) {
      n = Math.min(length, limit - position);
      System.arraycopy(buffer, position, bytes, from, n);
      position += n;
    } else if (length >= buffer.length) {
      n = in.read(bytes, from, length);
    } else if (fill()) {
      return read(bytes, from, length);
    } else {
      n = -1;
    }
    offset += Math.max(n, 0);
    return n;
  }

  /**
   * Discards bytes. They are read, not skipped, because an underlying stream may hash them.
   *
   * @return false if the archive ends first
   */
  boolean skip(long count) throws IOException {
    long left = count;
    while (left > 0) {
      if (position == limit && !fill()) {
        return false;
      }
      int n = (int) Math.min(left, limit - position);
      position += n;
      offset += n;
      left -= n;
    }
    return true;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = 0;
    int n = in.read(buffer, 0, buffer.length);
    limit = Math.max(n, 0);
    return n >= 0;
  }
}
