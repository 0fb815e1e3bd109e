package dev.varve.core.packages.rpm;

/** The ways in which RPM has stored its database, preferred first. */
public enum RpmDatabaseFormat {
  /** One SQLite file, maybe with a {@code -wal} beside it: Fedora, and RHEL from 9 on. */
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

  /** The name that people know the format by. */
  public String title() {
    return title;
  }

  /** The name of the database's file in its directory. */
  public String fileName() {
    return fileName;
  }
}
