package dev.varve.core.packages.rpm;

/** The formats of RPM's database, preferred first. */
public enum RpmDatabaseFormat {
  /** A SQLite file, possibly with a {@code -wal} file beside it: Fedora, and RHEL from 9 on. */
  SQLITE("SQLite", "rpmdb.sqlite"),
  /** RPM's own format: SUSE. Recognized, not read. */
  NDB("NDB", "Packages.db"),
  /** Berkeley DB: RHEL up to 8. Recognized, not read. */
  BERKELEY_DB("Berkeley DB", "Packages");

  private final String title;
  private final String fileName;

  RpmDatabaseFormat(String title, String fileName) {
    this.title = title;
    this.fileName = fileName;
  }

  /** The format's usual name. */
  public String title() {
    return title;
  }

  /** The name of the database's file in its directory. */
  public String fileName() {
    return fileName;
  }
}
