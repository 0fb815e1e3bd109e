package dev.varve.core.bytes;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown if a file system has no free space for a write. */
public final class NoSpaceException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final @Nullable Remedy remedy;

  /** Creates the exception; the message names the place and the free space. */
  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
    this.remedy = null;
  }

  /** Creates the exception with the choice that avoids the failure. */
  public NoSpaceException(String message, Remedy remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }
}
