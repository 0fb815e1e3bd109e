package dev.varve.core.tar;

import java.io.IOException;

/** A tar archive that is not one, is cut off, or holds what no layer may hold. */
public final class MalformedTarException extends IOException {
  private static final long serialVersionUID = 1;

  private final long offset;

  MalformedTarException(String message, long offset) {
    super(message);
    this.offset = offset;
  }

  /**
   * Where the entry at fault begins.
   *
   * @return bytes from the start of the (uncompressed) archive
   */
  public long offset() {
    return offset;
  }
}
