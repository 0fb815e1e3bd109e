package dev.varve.runner;

import java.io.IOException;

/**
 * An engine is known to fail with this image. That was found before its work began: nothing has
 * been changed, and another engine may do it.
 */
public final class KnownFailureException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message says what is wrong with the image, and what to do. */
  public KnownFailureException(String message) {
    super(message);
  }
}
