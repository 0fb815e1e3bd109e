package dev.varve.runner;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;

/**
 * An engine is known to fail with this image. That was found before its work began: nothing has
 * been changed, and another engine may do it.
 */
public final class KnownFailureException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message says what is wrong with the image. */
  public KnownFailureException(String message) {
    super(message);
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.of(Remedy.OTHER_ENGINE);
  }
}
