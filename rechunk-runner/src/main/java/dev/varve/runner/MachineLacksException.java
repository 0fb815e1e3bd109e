package dev.varve.runner;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The machine lacks a need of an engine: a program, rights or disk space. */
public final class MachineLacksException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final @Nullable Remedy remedy;

  /** Creates the exception; the message names the need, and how to meet it. */
  public MachineLacksException(String message) {
    super(message);
    this.remedy = null;
  }

  /** Creates the exception with the choice of the user that avoids it. */
  public MachineLacksException(String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  /** Creates the exception with its cause. */
  public MachineLacksException(String message, Throwable cause) {
    this(message, Optional.empty(), cause);
  }

  /** Creates the exception with the choice of the user that avoids it, if any, and its cause. */
  public MachineLacksException(String message, Optional<Remedy> remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy.orElse(null);
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }
}
