package dev.varve.core.compress;

import java.io.IOException;

/** Compresses one stream's bytes. */
interface Encoder {
  void encode(byte[] bytes, int offset, int length) throws IOException;

  /** Writes the remaining bytes, and frees native memory even if writing fails. */
  void finish() throws IOException;
}
