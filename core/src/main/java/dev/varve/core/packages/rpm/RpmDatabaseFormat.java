package dev.varve.core.packages.rpm;

/** The formats of RPM's database, newest first. */
public enum RpmDatabaseFormat {
  /** A SQLite file, possibly with a {@code -wal} file beside it: Fedora, and RHEL from 9 on. */
  SQLITE("rpmdb.sqlite", SqliteHeaders::read),
  /** RPM's own format: openSUSE. */
  NDB("Packages.db", NdbHeaders::read),
  /** A hash of Berkeley DB: RHEL up to 8. */
  BERKELEY_DB("Packages", BerkeleyDbHeaders::read);

  private final String fileName;
  private final HeaderReader reader;

  RpmDatabaseFormat(String fileName, HeaderReader reader) {
    this.fileName = fileName;
    this.reader = reader;
  }

  /** Reads files of this format. */
  HeaderReader reader() {
    return reader;
  }

  /** The name of the database's file in its directory. */
  public String fileName() {
    return fileName;
  }
}
