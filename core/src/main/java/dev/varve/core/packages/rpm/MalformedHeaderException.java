package dev.varve.core.packages.rpm;

import java.io.IOException;

/**
 * Thrown for a malformed RPM header. The message names entry and offset; the caller adds the
 * header.
 */
final class MalformedHeaderException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedHeaderException(String message) {
    super(message);
  }
}
