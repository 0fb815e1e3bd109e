package dev.varve.core.packages;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;

/** Thrown if a whole package database is damaged, or has a format that Varve can't read. */
public final class UnreadablePackageDatabaseException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  /**
   * Describes a problem with a database.
   *
   * @param title the database, as {@link PackageDatabase#title} names it
   */
  public UnreadablePackageDatabaseException(String title, String problem) {
    super("reading " + title + ": " + problem);
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.of(Remedy.WITHOUT_PACKAGES);
  }
}
