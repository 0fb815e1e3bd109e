package dev.varve.core.signing;

import java.io.IOException;

/** Thrown if a signature does not verify: another key made it, or it signs something else. */
public final class BadSignatureException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message states the problem without naming the signature. */
  public BadSignatureException(String message) {
    super(message);
  }
}
