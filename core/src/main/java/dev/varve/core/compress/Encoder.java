package dev.varve.core.compress;

import java.io.IOException;

/** Compresses one stream's bytes. */
interface Encoder {
  void encode(byte[] bytes, int offset, int length) throws IOException;

  /** Writes what is still to be written, and frees what is held, also if writing fails. */
  void finish() throws IOException;
}
