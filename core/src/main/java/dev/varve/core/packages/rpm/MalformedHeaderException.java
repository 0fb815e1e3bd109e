package dev.varve.core.packages.rpm;

import java.io.IOException;

/** An RPM header is not one. The message says which entry and offset; the caller, which header. */
final class MalformedHeaderException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedHeaderException(String message) {
    super(message);
  }
}
