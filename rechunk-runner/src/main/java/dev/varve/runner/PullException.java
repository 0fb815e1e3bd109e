package dev.varve.runner;

import java.io.IOException;

/** An image that an engine needs can't be had from its registry. */
public final class PullException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Kind {
    /** The registry wants another login, or one at all. */
    NOT_AUTHORIZED,
    /** The registry can't be reached now. */
    UNAVAILABLE
  }

  private final Kind kind;

  /** Creates the exception; the message says which image, and what to do. */
  public PullException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Why not. */
  public Kind kind() {
    return kind;
  }
}
