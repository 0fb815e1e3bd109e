package dev.varve.core.process;

import java.io.IOException;

/** A program that is needed is not installed, or can't be started. */
public final class MissingProgramException extends IOException {
  private static final long serialVersionUID = 1L;

  MissingProgramException(Program program, Throwable cause) {
    super(
        "running %s: it can't be started (%s); %s"
            .formatted(program.command().get(0), cause.getMessage(), program.advice()),
        cause);
  }
}
