package dev.varve.runner;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;

/**
 * The engine is known to fail with this image. The engine throws this before it changes anything;
 * another engine may be able to rechunk the image.
 */
public final class KnownFailureException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message names the defect of the image. */
  public KnownFailureException(String message) {
    super(message);
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.of(Remedy.OTHER_ENGINE);
  }
}
