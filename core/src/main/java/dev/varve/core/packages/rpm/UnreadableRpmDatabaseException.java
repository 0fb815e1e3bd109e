package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;

/** Thrown if the whole RPM database is damaged, or has a format that Varve can't read. */
public final class UnreadableRpmDatabaseException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  /**
   * Describes a problem with a database.
   *
   * @param path the database's path in the image, without a leading slash
   */
  UnreadableRpmDatabaseException(String path, String problem) {
    super("reading the RPM database /" + path + ": " + problem);
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.of(Remedy.WITHOUT_PACKAGES);
  }
}
