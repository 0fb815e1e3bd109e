package dev.varve.cli.terminal;

import dev.varve.core.json.JsonObject;
import java.io.IOException;

/** A failure in words for users that has more to say in JSON than its message. */
public abstract class DetailedException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param message says all that {@code cause} says
   */
  protected DetailedException(String message, IOException cause) {
    super(message, cause);
  }

  /** Adds the details. */
  protected abstract JsonObject addTo(JsonObject json);
}
