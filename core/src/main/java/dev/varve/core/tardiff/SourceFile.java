package dev.varve.core.tardiff;

import java.io.Closeable;
import java.io.IOException;

/** An open source file. */
public interface SourceFile extends Closeable {
  /** Returns the size in bytes. */
  long size();

  /**
   * Reads bytes at a position.
   *
   * @param position 0 to {@link #size}
   * @param length at least 1
   * @return the number of bytes read, at least 1; -1 at the end of the file
   */
  int read(long position, byte[] buffer, int offset, int length) throws IOException;
}
