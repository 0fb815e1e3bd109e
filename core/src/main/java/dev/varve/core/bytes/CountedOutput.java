package dev.varve.core.bytes;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Counts the bytes written. Closing it leaves the underlying stream open. */
public final class CountedOutput extends FilterOutputStream {
  private long count;

  /** Counts what is written to {@code out}, which the caller closes. */
  public CountedOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    count++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    count += length;
  }

  /** The number of bytes written. */
  public long count() {
    return count;
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }
}
