package dev.varve.core.tardiff;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The result of a tar-diff, whose size is limited. */
final class Result {
  private final OutputStream out;
  private final ResultSize size;

  Result(OutputStream out, ResultSize size) {
    this.out = new BufferedOutputStream(out, 1 << 16);
    this.size = size;
  }

  /** Fails if {@code length} more bytes are too many: before any of them is written. */
  void expect(long length) throws IOException {
    size.expect(length);
  }

  void write(byte[] bytes, int length) throws IOException {
    size.add(length);
    out.write(bytes, 0, length);
  }

  /** Writes what is buffered. */
  void flush() throws IOException {
    out.flush();
  }
}
