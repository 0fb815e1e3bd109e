package dev.varve.core.packages.rpm;

/** The formats of RPM's database, newest first. */
public enum RpmDatabaseFormat {
  /** A SQLite file, possibly with a {@code -wal} file beside it: Fedora, and RHEL from 9 on. */
  SQLITE("rpmdb.sqlite"),
  /** RPM's own format: openSUSE. */
  NDB("Packages.db"),
  /** A hash of Berkeley DB: RHEL up to 8. */
  BERKELEY_DB("Packages");

  private final String fileName;

  RpmDatabaseFormat(String fileName) {
    this.fileName = fileName;
  }

  /** The name of the database's file in its directory. */
  public String fileName() {
    return fileName;
  }
}
