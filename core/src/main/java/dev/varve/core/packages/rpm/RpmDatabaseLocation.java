package dev.varve.core.packages.rpm;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The location of an image's RPM database.
 *
 * @param path the database's path in the image, without a leading slash
 * @param format the database's format
 */
public record RpmDatabaseLocation(String path, RpmDatabaseFormat format) {

  /**
   * The directories that may hold the database, without a leading slash, preferred first. In many
   * images some are symbolic links to others.
   */
  public static final List<String> DIRECTORIES =
      List.of("usr/share/rpm", "usr/lib/sysimage/rpm", "var/lib/rpm");

  /**
   * Finds the database. A newer format is preferred to an older one in any of the directories,
   * because a converted image may still have the old files.
   *
   * @param isRegularFile returns whether a path (without a leading slash) is a regular file in the
   *     image; may or may not follow symbolic links in the path's directories
   * @return empty if the image has no RPM database
   */
  public static Optional<RpmDatabaseLocation> find(Predicate<String> isRegularFile) {
    for (RpmDatabaseFormat format : RpmDatabaseFormat.values()) {
      for (String directory : DIRECTORIES) {
        String path = directory + "/" + format.fileName();
        if (isRegularFile.test(path)) {
          return Optional.of(new RpmDatabaseLocation(path, format));
        }
      }
    }
    return Optional.empty();
  }

  /** The database as messages name it. */
  String title() {
    return "the RPM database /" + path;
  }

  /**
   * The path in the image of a SQLite database's write-ahead log, which may not exist. The log has
   * packages that the database file still lacks: read both together.
   */
  public String walPath() {
    return path + "-wal";
  }
}
