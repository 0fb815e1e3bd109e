package dev.varve.core.tar;

import java.io.IOException;

/** Thrown for a tar archive that is malformed, truncated, or has entries that no layer may have. */
public final class MalformedTarException extends IOException {
  private static final long serialVersionUID = 1;

  private final long offset;

  MalformedTarException(String message, long offset) {
    super(message);
    this.offset = offset;
  }

  /**
   * The offset of the malformed entry.
   *
   * @return bytes from the start of the (uncompressed) archive
   */
  public long offset() {
    return offset;
  }
}
