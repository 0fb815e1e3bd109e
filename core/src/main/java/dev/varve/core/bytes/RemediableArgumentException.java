package dev.varve.core.bytes;

import java.util.Optional;

/** Thrown for an argument that can't be honored, if the user can choose another one. */
public final class RemediableArgumentException extends IllegalArgumentException
    implements Remediable {
  private static final long serialVersionUID = 1L;

  private final Remedy remedy;

  /** Creates the exception; the message describes the failure, the remedy avoids it. */
  public RemediableArgumentException(String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.of(remedy);
  }
}
