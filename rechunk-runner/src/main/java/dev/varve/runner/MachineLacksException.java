package dev.varve.runner;

import java.io.IOException;

/** The machine lacks something that an engine needs: a program, rights, room. */
public final class MachineLacksException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message says what is lacking, and how to get it. */
  public MachineLacksException(String message) {
    super(message);
  }

  /** Creates the exception with what it was found by. */
  public MachineLacksException(String message, Throwable cause) {
    super(message, cause);
  }
}
