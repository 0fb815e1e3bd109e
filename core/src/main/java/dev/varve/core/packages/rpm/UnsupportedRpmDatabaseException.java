package dev.varve.core.packages.rpm;

import java.io.IOException;

/** An image's RPM database is in a format that is recognized but not read. */
public final class UnsupportedRpmDatabaseException extends IOException {
  private static final long serialVersionUID = 1L;

  UnsupportedRpmDatabaseException(RpmDatabaseLocation location) {
    super(
        "reading the RPM database "
            + location.path()
            + ": expected "
            + RpmDatabaseFormat.SQLITE.title()
            + " ("
            + RpmDatabaseFormat.SQLITE.fileName()
            + "), got "
            + location.format().title()
            + "; convert it in the image's build with `rpmdb --rebuilddb --define '_db_backend"
            + " sqlite'` (rpm 4.16 or newer, built with SQLite)");
  }
}
