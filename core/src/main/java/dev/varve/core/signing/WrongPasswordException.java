package dev.varve.core.signing;

import java.io.IOException;

/** Thrown if a key can't be decrypted with a password. */
public final class WrongPasswordException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message names the key. */
  public WrongPasswordException(String message) {
    super(message);
  }
}
