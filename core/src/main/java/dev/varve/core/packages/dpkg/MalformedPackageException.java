package dev.varve.core.packages.dpkg;

import java.io.IOException;

/** Thrown for a package that can't be read. The message starts with the place in the database. */
final class MalformedPackageException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedPackageException(String message) {
    super(message);
  }

  /** Returns the message. */
  String problem() {
    return String.valueOf(getMessage());
  }
}
