package dev.varve.core.bytes;

import java.io.IOException;

/** A file system that is written to is full. */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message names the place and how much is free. */
  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
