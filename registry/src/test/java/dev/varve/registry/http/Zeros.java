package dev.varve.registry.http;

import java.io.InputStream;
import java.util.Arrays;

/** A stream of zeros. */
public final class Zeros extends InputStream {
  private long left;

  private Zeros(long length) {
    this.left = length;
  }

  /** Returns a stream of this number of zeros. */
  public static InputStream of(long length) {
    return new Zeros(length);
  }

  @Override
  public int read() {
    return left-- > 0 ? 0 : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    if (left <= 0) {
      return -1;
    }
    int n = (int) Math.min(left, length);
    Arrays.fill(bytes, offset, offset + n, (byte) 0);
    left -= n;
    return n;
  }
}
