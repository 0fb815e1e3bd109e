package dev.varve.core.tardiff;

import java.io.IOException;
import java.io.InputStream;

/** The uncompressed stream of operations: buffered and counted. */
final class OperationInput {
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int end;

  /** The offset of the buffer's end in the stream. */
  private long endOffset;

  OperationInput(InputStream in) {
    this.in = in;
  }

  /** The number of bytes read so far. */
  long offset() {
    return endOffset - (end - next);
  }

  /** Returns the next byte; -1 at the end. */
  int read() throws IOException {
    return next < end || fill() ? buffer[next++] & 0xFF : -1;
  }

  /** Reads up to {@code length} bytes, at least one; returns -1 at the end. */
  int read(byte[] bytes, int offset, int length) throws IOException {
    if (next == end && !fill()) {
      return -1;
    }
    int n = Math.min(length, end - next);
    System.arraycopy(buffer, next, bytes, offset, n);
    next += n;
    return n;
  }

  /** Skips up to {@code length} bytes, at least one; returns 0 at the end. */
  long skip(long length) throws IOException {
    if (next == end && !fill()) {
      return 0;
    }
    int n = (int) Math.min(length, end - next);
    next += n;
    return n;
  }

  private boolean fill() throws IOException {
    int n = in.read(buffer, 0, buffer.length);
    next = 0;
    end = Math.max(n, 0);
    endOffset += end;
    return end > 0;
  }
}
