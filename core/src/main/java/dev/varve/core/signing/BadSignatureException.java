package dev.varve.core.signing;

import java.io.IOException;

/** A signature does not verify: another key made it, or it is for something else. */
public final class BadSignatureException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message says what is wrong with the signature, and no more. */
  public BadSignatureException(String message) {
    super(message);
  }
}
