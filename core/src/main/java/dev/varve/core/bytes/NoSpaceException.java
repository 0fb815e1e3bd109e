package dev.varve.core.bytes;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file system that is written to is full. */
public final class NoSpaceException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final @Nullable Remedy remedy;

  /** Creates the exception; the message names the place and how much is free. */
  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
    this.remedy = null;
  }

  /** Creates the exception with the choice that avoids it. */
  public NoSpaceException(String message, Remedy remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }
}
