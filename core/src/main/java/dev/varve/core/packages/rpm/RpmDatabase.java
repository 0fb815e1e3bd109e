package dev.varve.core.packages.rpm;

import dev.varve.core.packages.InstalledPackage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;

/**
 * The packages of an RPM database in SQLite format: a table {@code Packages(hnum, blob)}, where a
 * blob is a header.
 */
public final class RpmDatabase {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** Enough for 200,000 files with signatures; the largest that is ever in memory. */
  private static final int MAX_HEADER = 64 << 20;

  /** Takes no blob into memory before its length is known to be sane. */
  private static final String SELECT =
      """
      SELECT hnum, typeof(blob), length(blob),
        CASE WHEN typeof(blob) = 'blob' AND length(blob) <= %d THEN blob END
      FROM Packages ORDER BY hnum"""
          .formatted(MAX_HEADER);

  private RpmDatabase() {}

  /**
   * Hands every package to {@code each}, in the order of their numbers in the database, with one in
   * memory at a time. Keys that were imported into RPM come as packages named {@code gpg-pubkey},
   * without files. A file is left out if its path is the root itself, or holds an empty segment,
   * {@code .} or {@code ..}.
   *
   * <p>A write-ahead log beside the database (the same name with {@code -wal}) is replayed, and
   * both files are changed by that: they must be a writable copy that the caller owns, and that
   * nobody else opens meanwhile.
   *
   * @param sqliteFile the copy of {@code rpmdb.sqlite}, in a directory that can be written to
   * @param each is called in this thread; what it throws passes through
   * @throws IOException if the file can't be read, is no SQLite database, or is not RPM's; the
   *     message names the file and the number of the header
   */
  public static void read(Path sqliteFile, Consumer<InstalledPackage> each) throws IOException {
    requireSqlite(sqliteFile);
    try (Connection connection = open(sqliteFile);
        Statement statement = connection.createStatement()) {
      // The schema is the image's; nothing but a plain table is asked.
      statement.execute("PRAGMA trusted_schema = OFF");
      statement.execute("PRAGMA cell_size_check = ON");
      requirePackages(sqliteFile, statement);
      try (ResultSet rows = statement.executeQuery(SELECT)) {
        while (rows.next()) {
          each.accept(read(sqliteFile, rows));
        }
      }
    } catch (SQLException e) {
      throw new IOException("reading RPM database " + sqliteFile + ": " + e.getMessage(), e);
    }
  }

  private static InstalledPackage read(Path file, ResultSet row) throws SQLException, IOException {
    try {
      byte[] blob = row.getBytes(4);
      if (blob == null) {
        throw new MalformedHeaderException(
            ("expected a blob of at most " + MAX_HEADER + " bytes, got " + row.getString(2))
                + (" of " + row.getLong(3)));
      }
      return RpmPackage.of(RpmHeader.parse(blob));
    } catch (MalformedHeaderException e) {
      throw new IOException(
          "reading RPM header " + row.getLong(1) + " in " + file + ": " + e.getMessage(), e);
    }
  }

  private static Connection open(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    // Replays the log without shared memory, which some file systems can't give.
    config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
    // As a URI, since a plain name is cut at a question mark.
    return config.createConnection("jdbc:sqlite:" + file.toUri());
  }

  private static void requireSqlite(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(MAGIC.length);
    }
    if (!Arrays.equals(start, MAGIC)) {
      throw new IOException(
          ("reading RPM database " + file + ": expected a SQLite database (\"SQLite format 3\" at")
              + (" offset 0), got " + describe(start)));
    }
  }

  private static String describe(byte[] start) {
    if (start.length == 0) {
      return "an empty file";
    }
    StringBuilder hex = new StringBuilder();
    for (byte b : start) {
      hex.append(String.format("%02x", b));
    }
    return hex.toString();
  }

  private static void requirePackages(Path file, Statement statement)
      throws SQLException, IOException {
    try (ResultSet tables =
        statement.executeQuery(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'Packages'"
                + " AND sql NOT LIKE 'CREATE VIRTUAL%'")) {
      if (tables.getInt(1) == 0) {
        throw new IOException(
            "reading RPM database " + file + ": expected a table Packages, got none");
      }
    }
  }
}
