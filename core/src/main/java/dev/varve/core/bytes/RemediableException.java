package dev.varve.core.bytes;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An I/O failure that the user can avoid by another choice. */
public final class RemediableException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final Remedy remedy;

  /** Creates the exception; the message describes the failure, the remedy avoids it. */
  public RemediableException(@Nullable String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  /** Creates the exception, with its cause. */
  public RemediableException(@Nullable String message, Remedy remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.of(remedy);
  }
}
