package dev.varve.cli.terminal;

import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.List;

/** A failure with details beyond its message. */
public abstract class DetailedException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the failure.
   *
   * @param message the message for users, which includes that of {@code cause}
   */
  protected DetailedException(String message, IOException cause) {
    super(message, cause);
  }

  /** Returns details for people, which are shown before the message. */
  protected List<String> lines() {
    return List.of();
  }

  /** Adds the details to JSON output. */
  protected abstract JsonObject addTo(JsonObject json);
}
