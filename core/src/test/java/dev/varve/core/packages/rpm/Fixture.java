package dev.varve.core.packages.rpm;

import dev.varve.core.packages.InstalledPackage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** The databases that {@code src/test/fixtures/rpmdb/make.sh} made, unpacked for a test. */
final class Fixture {
  private static final Path DIRECTORY = Path.of("src/test/fixtures/rpmdb");

  /** The path of the database in the image, which messages name. */
  static final String PATH = "usr/share/rpm/rpmdb.sqlite";

  static final RpmDatabaseLocation LOCATION =
      new RpmDatabaseLocation(PATH, RpmDatabaseFormat.SQLITE);

  private Fixture() {}

  /** Unpacks the database without a log. */
  static Path plain(Path scratch) throws IOException {
    return unpack("rpmdb.sqlite", scratch.resolve("rpmdb.sqlite"));
  }

  /** Unpacks the database and a log that changes the database. */
  static Path withWal(Path scratch) throws IOException {
    unpack("wal.sqlite-wal", scratch.resolve("rpmdb.sqlite-wal"));
    return unpack("wal.sqlite", scratch.resolve("rpmdb.sqlite"));
  }

  static List<InstalledPackage> read(Path database) throws IOException {
    return read(database, problem -> {});
  }

  static List<InstalledPackage> read(Path database, Consumer<String> leftOut) throws IOException {
    return read(database, LOCATION, leftOut);
  }

  static List<InstalledPackage> read(
      Path database, RpmDatabaseLocation location, Consumer<String> leftOut) throws IOException {
    List<InstalledPackage> packages = new ArrayList<>();
    RpmDatabase.read(database, location, packages::add, leftOut);
    return packages;
  }

  /** Unpacks one of the databases that {@code make-other-formats.sh} made. */
  static Path other(String name, Path scratch) throws IOException {
    return unpack(name, scratch.resolve(name));
  }

  private static Path unpack(String name, Path target) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(DIRECTORY.resolve(name + ".gz")))) {
      Files.copy(in, target);
    }
    return target;
  }
}
