package dev.varve.core.packages;

import java.io.IOException;

/** Thrown for malformed text in a package database. The message names the file and the line. */
public final class MalformedLineException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Describes a problem; {@link DatabaseLines#malformed} adds file and line. */
  public MalformedLineException(String message) {
    super(message);
  }
}
