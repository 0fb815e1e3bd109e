package dev.varve.core.tardiff;

import java.io.IOException;

/** Receives the parts of a tar-diff's result, in their order. */
public interface TarDiffVisitor {
  /**
   * Receives bytes that the tar-diff contains as they are.
   *
   * @param bytes a buffer that is used again
   * @param length the number of bytes from the start of the buffer
   */
  void data(byte[] bytes, int length) throws IOException;

  /** Receives the source file of the parts that follow. */
  void source(String path) throws IOException;

  /**
   * Receives the size of a part that is made from the source file.
   *
   * @param size the size of the part in bytes
   * @param changed the bytes of these that differ from the source; of a zstd patch, the size of the
   *     patch
   */
  void made(long size, long changed) throws IOException;
}
