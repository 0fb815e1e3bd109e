package dev.varve.core.process;

import java.io.IOException;

/** Thrown if a required program is not installed or can't be started. */
public final class MissingProgramException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message has the advice. */
  MissingProgramException(String message) {
    super(message);
  }

  /** Creates the exception with the failure to start the program. */
  MissingProgramException(String message, Throwable cause) {
    super(message, cause);
  }
}
