package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.NativeCode;
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
import java.util.HexFormat;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteLimits;

/**
 * The headers of a database in SQLite format, {@code rpmdb.sqlite}: a table {@code Packages(hnum,
 * blob)}, where a blob is a header.
 */
final class SqliteHeaders {
  private static volatile boolean sqliteLoaded;

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** The steps that reading may take, apart from one for each byte of the file. */
  private static final long MIN_STEPS = 1_000_000;

  /** The longest value that SQLite may make in its own memory, such as of a generated column. */
  private static final int MAX_VALUE = 2 * HeaderReader.MAX_HEADER;

  /** Selects a blob only if its length is at most {@link HeaderReader#MAX_HEADER}. */
  private static final String SELECT =
      """
      SELECT hnum, typeof(blob), length(blob),
        CASE WHEN typeof(blob) = 'blob' AND length(blob) <= %d THEN blob END
      FROM Packages ORDER BY hnum"""
          .formatted(HeaderReader.MAX_HEADER);

  private SqliteHeaders() {}

  /** Implements {@link HeaderReader}; replays a log beside the file into it. */
  static void read(Path sqliteFile, IoConsumer<HeaderReader.StoredHeader> each) throws IOException {
    requireSqlite(sqliteFile);
    if (!sqliteLoaded) {
      NativeCode.load("SQLite", "org.sqlite.tmpdir", SqliteHeaders::loadSqlite);
    }
    long size = Files.size(sqliteFile) + sizeOfLog(sqliteFile);
    long headers = 0;
    StepLimit steps = new StepLimit(MIN_STEPS + size);
    try (Connection connection = open(sqliteFile);
        Statement statement = connection.createStatement()) {
      ProgressHandler.setHandler(connection, StepLimit.INTERVAL, steps);
      connection
          .unwrap(SQLiteConnection.class)
          .setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, MAX_VALUE);
      // The schema comes from the image and is not trusted; only a plain table is queried.
      statement.execute("PRAGMA trusted_schema = OFF");
      statement.execute("PRAGMA cell_size_check = ON");
      requirePackages(statement);
      try (ResultSet rows = statement.executeQuery(SELECT)) {
        while (rows.next()) {
          HeaderReader.StoredHeader header = header(rows);
          headers += header.length();
          if (headers > size) { // pages that several rows refer to
            throw new MalformedDatabaseException(
                "expected headers that are smaller than the file, got larger ones");
          }
          each.accept(header);
        }
      }
    } catch (SQLException e) {
      String problem =
          steps.isExceeded()
              ? "expected a table that is read in fewer steps, for a file of " + size + " bytes"
              : String.valueOf(e.getMessage());
      throw new MalformedDatabaseException(problem, e);
    }
  }

  private static long sizeOfLog(Path sqliteFile) throws IOException {
    Path log = sqliteFile.resolveSibling(sqliteFile.getFileName() + "-wal");
    return Lookup.exists(log) ? Files.size(log) : 0;
  }

  /**
   * Stops a statement that takes too many steps: the pages of a damaged table may refer to one
   * another so that reading it never ends.
   */
  private static final class StepLimit extends ProgressHandler {
    /** The number of SQLite's steps from one call to the next. */
    static final int INTERVAL = 1000;

    private long left;

    StepLimit(long most) {
      this.left = most;
    }

    boolean isExceeded() {
      return left < 0;
    }

    @Override
    protected int progress() {
      left -= INTERVAL;
      return isExceeded() ? 1 : 0;
    }
  }

  private static HeaderReader.StoredHeader header(ResultSet row) throws SQLException {
    long number = row.getLong(1);
    long length = row.getLong(3);
    byte[] blob = row.getBytes(4);
    return blob == null
        ? HeaderReader.StoredHeader.unreadable(
            number,
            length,
            "expected a blob of at most %d bytes, got %s of %d"
                .formatted(HeaderReader.MAX_HEADER, row.getString(2), length))
        : HeaderReader.StoredHeader.of(number, blob);
  }

  private static void loadSqlite() throws IOException {
    try {
      SQLiteJDBCLoader.initialize();
      sqliteLoaded = true;
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Connection open(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    // Replays the log without shared memory, which some file systems don't support.
    config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
    // As a URI, because SQLite cuts a plain name at a question mark.
    return config.createConnection("jdbc:sqlite:" + file.toUri());
  }

  private static void requireSqlite(Path file) throws IOException {
    byte[] start;
    try (InputStream in = FileInput.open(file)) {
      start = in.readNBytes(MAGIC.length);
    }
    if (!Arrays.equals(start, MAGIC)) {
      throw new MalformedDatabaseException(
          "expected a SQLite database (\"SQLite format 3\" at offset 0), got " + describe(start));
    }
  }

  private static String describe(byte[] start) {
    return start.length == 0 ? "an empty file" : HexFormat.of().formatHex(start);
  }

  private static void requirePackages(Statement statement) throws SQLException, IOException {
    try (ResultSet tables =
        statement.executeQuery(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'Packages'"
                + " AND sql NOT LIKE 'CREATE VIRTUAL%'")) {
      if (tables.getInt(1) == 0) {
        throw new MalformedDatabaseException("expected a table Packages, got none");
      }
    }
  }
}
