package dev.varve.core.delta;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Fails before more bytes are written than a blob has. */
final class BoundedOutput extends FilterOutputStream {
  private final long most;
  private long count;

  BoundedOutput(OutputStream out, long most) {
    super(out);
    this.most = most;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    count += length;
    if (count > most) {
      throw new IOException("expected a layer of " + most + " bytes, got a larger one");
    }
    out.write(bytes, offset, length);
  }
}
