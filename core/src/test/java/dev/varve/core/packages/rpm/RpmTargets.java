package dev.varve.core.packages.rpm;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.fuzz.TemporaryFiles;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The parsers of RPM's database and headers. */
public final class RpmTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() throws IOException {
    List<byte[]> headers = new ArrayList<>();
    headers.add(HeaderBytes.withFiles("/usr/bin/", "a", "b").toBytes());
    headers.add(HeaderBytes.named("gpg-pubkey").toBytes());
    List<byte[]> databases = new ArrayList<>();
    databases.add(database(headers));
    return List.of(
        new FuzzTarget("rpm-header", RpmTargets::readHeader, headers),
        database("rpm-database", RpmDatabaseFormat.SQLITE, databases),
        database("rpm-ndb", RpmDatabaseFormat.NDB, List.of(NdbBytes.of(headers))),
        database(
            "rpm-berkeley-db",
            RpmDatabaseFormat.BERKELEY_DB,
            List.of(BerkeleyDbBytes.of(ByteOrder.LITTLE_ENDIAN, headers))));
  }

  private static FuzzTarget database(
      String name, RpmDatabaseFormat format, List<byte[]> databases) {
    return new FuzzTarget(name, bytes -> readDatabase(format, bytes), databases);
  }

  /** Returns a small database with headers. */
  private static byte[] database(List<byte[]> headers) throws IOException {
    List<byte[]> database = new ArrayList<>();
    TemporaryFiles.in(
        directory -> {
          Path file = directory.resolve("rpmdb.sqlite");
          try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
              Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA page_size = 512");
            statement.execute(
                "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
            try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO Packages (blob) VALUES (?)")) {
              for (byte[] header : headers) {
                insert.setBytes(1, header);
                insert.execute();
              }
            }
          } catch (SQLException e) {
            throw new IOException(e);
          }
          database.add(Files.readAllBytes(file));
        });
    return database.get(0);
  }

  private static void readHeader(byte[] bytes) throws IOException {
    RpmPackage.of(RpmHeader.parse(bytes));
  }

  private static void readDatabase(RpmDatabaseFormat format, byte[] bytes) throws IOException {
    TemporaryFiles.in(
        directory -> {
          RpmDatabaseLocation location = new RpmDatabaseLocation("db/" + format.fileName(), format);
          Path file = Files.write(directory.resolve(format.fileName()), bytes);
          RpmDatabase.read(file, location, each -> {}, problem -> {});
        });
  }
}
