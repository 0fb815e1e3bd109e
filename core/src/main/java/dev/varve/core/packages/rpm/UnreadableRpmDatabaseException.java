package dev.varve.core.packages.rpm;

import java.io.IOException;

/** An image's RPM database is damaged as a whole, or in a format that Varve does not read. */
public final class UnreadableRpmDatabaseException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong with a database.
   *
   * @param path the database's path in the image, without a leading slash
   */
  UnreadableRpmDatabaseException(String path, String problem) {
    super("reading the RPM database /" + path + ": " + problem);
  }
}
