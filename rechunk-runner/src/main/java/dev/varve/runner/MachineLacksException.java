package dev.varve.runner;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The machine lacks something that an engine needs: a program, rights, room. */
public final class MachineLacksException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final @Nullable Remedy remedy;

  /** Creates the exception; the message says what is lacking, and how to get it. */
  public MachineLacksException(String message) {
    super(message);
    this.remedy = null;
  }

  /** Creates the exception with the choice that avoids it. */
  public MachineLacksException(String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  /** Creates the exception with its cause. */
  public MachineLacksException(String message, Throwable cause) {
    this(message, Optional.empty(), cause);
  }

  /** Creates the exception with the choice that avoids it, if any, and its cause. */
  public MachineLacksException(String message, Optional<Remedy> remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy.orElse(null);
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }
}
