package dev.varve.core.tardiff;

import java.io.IOException;

/**
 * Thrown for a tar-diff that is malformed or truncated, that asks for what its source files don't
 * have, or whose result is too large.
 */
public final class MalformedTarDiffException extends IOException {
  private static final long serialVersionUID = 1;

  private final long offset;

  MalformedTarDiffException(String message, long offset) {
    super(message);
    this.offset = offset;
  }

  /**
   * The offset of the malformed operation.
   *
   * @return bytes from the start of the (uncompressed) stream of operations
   */
  public long offset() {
    return offset;
  }
}
