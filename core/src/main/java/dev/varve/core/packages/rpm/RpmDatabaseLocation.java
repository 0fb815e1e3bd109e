package dev.varve.core.packages.rpm;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where an image keeps its RPM database.
 *
 * @param path the database's path in the image, without a leading slash
 * @param format how it is stored
 */
public record RpmDatabaseLocation(String path, RpmDatabaseFormat format) {

  /**
   * The directories that may hold the database, without a leading slash, preferred first. In an
   * image they are often symbolic links to one another.
   */
  public static final List<String> DIRECTORIES =
      List.of("usr/share/rpm", "usr/lib/sysimage/rpm", "var/lib/rpm");

  /**
   * Finds the database. One that can be read is preferred to one that can't, wherever they lie: an
   * image that was converted may still have the old files.
   *
   * @param isRegularFile tells whether a path (without a leading slash) is a regular file in the
   *     image, links in its directories followed or not
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

  /**
   * The path in the image where a SQLite database's write-ahead log lies, if there is one. The log
   * holds packages that the database doesn't yet: read the two together.
   */
  public String walPath() {
    return path + "-wal";
  }

  /**
   * Checks that {@link RpmDatabase} reads this format.
   *
   * @throws UnreadableRpmDatabaseException if it doesn't
   */
  public void requireReadable() throws UnreadableRpmDatabaseException {
    if (format != RpmDatabaseFormat.SQLITE) {
      throw new UnreadableRpmDatabaseException(
          path,
          "expected "
              + RpmDatabaseFormat.SQLITE.title()
              + " ("
              + RpmDatabaseFormat.SQLITE.fileName()
              + "), got "
              + format.title()
              + "; convert it in the image's build with `rpmdb --rebuilddb --define '_db_backend"
              + " sqlite'` (rpm 4.16 or newer, built with SQLite)");
    }
  }
}
