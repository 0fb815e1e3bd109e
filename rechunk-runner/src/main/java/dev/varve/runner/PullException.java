package dev.varve.runner;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An image that an engine needs cannot be pulled from its registry. */
public final class PullException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  /** The reason of the failure. */
  public enum Kind {
    /** The registry requires a login, or refuses the given login. */
    NOT_AUTHORIZED,
    /** The registry cannot be reached now. */
    UNAVAILABLE
  }

  private final Kind kind;
  private final @Nullable Remedy remedy;

  /** Creates the exception; the message names the image, and what to do. */
  public PullException(Kind kind, String message, Throwable cause) {
    this(kind, message, Optional.empty(), cause);
  }

  /** Creates the exception with the choice of the user that avoids it, if any. */
  public PullException(Kind kind, String message, Optional<Remedy> remedy, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.remedy = remedy.orElse(null);
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }

  /** Returns the reason of the failure. */
  public Kind kind() {
    return kind;
  }
}
