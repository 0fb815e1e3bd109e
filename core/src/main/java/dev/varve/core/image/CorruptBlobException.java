package dev.varve.core.image;

import java.io.IOException;

/** Thrown if the bytes of a blob don't match its descriptor. */
public final class CorruptBlobException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message says what was expected and what came. */
  public CorruptBlobException(String message) {
    super(message);
  }
}
