package dev.varve.core.packages.rpm;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown for a database file that is damaged as a whole; the caller adds the database. */
final class MalformedDatabaseException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedDatabaseException(String message) {
    this(message, null);
  }

  MalformedDatabaseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
