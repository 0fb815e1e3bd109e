package dev.varve.core.compress;

import java.io.IOException;
import java.io.OutputStream;

/** Writes bytes unchanged. */
record PlainEncoder(OutputStream out) implements Encoder {
  @Override
  public void encode(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  @Override
  public void finish() {}
}
