package dev.varve.core.signing;

import java.io.IOException;

/** Thrown if an image has no signature by a key. */
public final class NotSignedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message names the image and the signatures found. */
  public NotSignedException(String message) {
    super(message);
  }
}
