package dev.varve.core.layout;

import java.io.IOException;

/** The file system that an image is written to is full. */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
