package dev.varve.runner.builtin;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies all bytes read to another stream, which is not closed. Skipped bytes are copied too. */
final class CopiedInput extends FilterInputStream {
  private final OutputStream to;

  CopiedInput(InputStream in, OutputStream to) {
    super(in);
    this.to = to;
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    if (b >= 0) {
      to.write(b);
    }
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = in.read(bytes, offset, length);
    if (n > 0) {
      to.write(bytes, offset, n);
    }
    return n;
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, 1 << 16)).length;
  }
}
