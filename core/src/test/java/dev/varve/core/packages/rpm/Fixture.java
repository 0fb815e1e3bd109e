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
    List<InstalledPackage> packages = new ArrayList<>();
    RpmDatabase.read(database, PATH, packages::add, leftOut);
    return packages;
  }

  private static Path unpack(String name, Path target) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(DIRECTORY.resolve(name + ".gz")))) {
      Files.copy(in, target);
    }
    return target;
  }
}
