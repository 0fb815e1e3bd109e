package dev.varve.registry.fake;

import java.io.IOException;

/** Thrown to reset the connection at once, even in the middle of a response. */
final class ConnectionResetException extends IOException {
  private static final long serialVersionUID = 1;

  ConnectionResetException(String why) {
    super(why);
  }
}
