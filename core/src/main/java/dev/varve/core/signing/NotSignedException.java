package dev.varve.core.signing;

import java.io.IOException;

/** Nothing that is attached to an image shows that the owner of a key signed it. */
public final class NotSignedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message names the image, and what was found. */
  public NotSignedException(String message) {
    super(message);
  }
}
