package dev.varve.core.tardiff;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The bytes that follow an operation. The stream ends with the operation's size. */
final class OperationBytes extends InputStream {
  private final OperationInput in;
  private final ErrorLocation location;
  private final long size;
  private long left;

  OperationBytes(OperationInput in, ErrorLocation location, long size) {
    this.in = in;
    this.location = location;
    this.size = size;
    this.left = size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /** Reads bytes; fails if the tar-diff ends before the operation does. */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(length, left));
    if (n < 0) {
      throw location.malformed("expected %d bytes, got %d", size, size - left);
    }
    left -= n;
    return n;
  }

  /** Reads the rest without keeping it. */
  void skipRest() throws IOException {
    while (left > 0) {
      long n = in.skip(left);
      if (n == 0) {
        throw location.malformed("expected %d bytes, got %d", size, size - left);
      }
      left -= n;
    }
  }
}
