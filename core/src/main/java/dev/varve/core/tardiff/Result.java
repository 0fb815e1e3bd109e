package dev.varve.core.tardiff;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The result of a tar-diff, whose size is limited. */
final class Result {
  private final OutputStream out;
  private final long most;
  private final ErrorLocation location;
  private long size;

  Result(OutputStream out, long most, ErrorLocation location) {
    this.out = new BufferedOutputStream(out, 1 << 16);
    this.most = most;
    this.location = location;
  }

  /** Returns the number of bytes that may still come. */
  long left() {
    return most - size;
  }

  /** Fails if {@code length} more bytes are too many: before any of them is written. */
  void expect(long length) throws IOException {
    if (length > left()) {
      throw location.malformed(
          "expected a result of at most %d bytes, got %d and another %d", most, size, length);
    }
  }

  void write(byte[] bytes, int length) throws IOException {
    expect(length);
    out.write(bytes, 0, length);
    size += length;
  }

  /** Writes what is buffered. */
  void flush() throws IOException {
    out.flush();
  }
}
