package dev.varve.core.json;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown if a document is not JSON, or if a field is missing or of an unexpected type. */
public final class MalformedJsonException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message names the document, the field and what was expected. */
  public MalformedJsonException(String message) {
    super(message);
  }

  MalformedJsonException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
