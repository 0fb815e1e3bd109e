package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.bytes.NativeCode;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
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
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteLimits;

/**
 * The packages of an RPM database in SQLite format: a table {@code Packages(hnum, blob)}, where a
 * blob is a header.
 */
public final class RpmDatabase {
  private static volatile boolean sqliteLoaded;

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** The steps that reading may take, apart from one for each byte of the file. */
  private static final long MIN_STEPS = 1_000_000;

  /** The largest header read into memory; enough for 200,000 files with signatures. */
  private static final int MAX_HEADER = 64 << 20;

  /** The longest value that SQLite may make in its own memory, such as of a generated column. */
  private static final int MAX_VALUE = 2 * MAX_HEADER;

  /** Selects a blob only if its length is at most {@link #MAX_HEADER}. */
  private static final String SELECT =
      """
      SELECT hnum, typeof(blob), length(blob),
        CASE WHEN typeof(blob) = 'blob' AND length(blob) <= %d THEN blob END
      FROM Packages ORDER BY hnum"""
          .formatted(MAX_HEADER);

  private RpmDatabase() {}

  /**
   * Passes every package to {@code each}, in the order of the numbers in the database, one in
   * memory at a time. Packages whose header can't be read are left out. Keys that were imported
   * into RPM are packages named {@code gpg-pubkey}, without files. A file is left out if its path
   * is the root itself, or has an empty segment, {@code .} or {@code ..}.
   *
   * <p>A write-ahead log beside the database (the same name with {@code -wal}) is replayed, which
   * changes both files: they must be a writable copy that the caller owns and that nobody else has
   * open.
   *
   * @param sqliteFile the copy of {@code rpmdb.sqlite}, in a directory that can be written to
   * @param path the database's path in the image, for error messages
   * @param each called in this thread; its exceptions are passed on
   * @param leftOut called in this thread, with a sentence for each header that can't be read
   * @throws UnreadablePackageDatabaseException if the file is not a SQLite database, is damaged,
   *     has no table of packages, or if none of its headers can be read
   * @throws IOException if the copy can't be read
   */
  public static void read(
      Path sqliteFile, String path, IoConsumer<InstalledPackage> each, Consumer<String> leftOut)
      throws IOException {
    requireSqlite(sqliteFile, path);
    if (!sqliteLoaded) {
      NativeCode.load("SQLite", "org.sqlite.tmpdir", RpmDatabase::loadSqlite);
    }
    String firstFailure = "";
    boolean any = false;
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
      requirePackages(path, statement);
      try (ResultSet rows = statement.executeQuery(SELECT)) {
        while (rows.next()) {
          headers += rows.getLong(3);
          if (headers > size) { // pages that several rows refer to
            throw unreadable(
                path, "expected headers that are smaller than the file, got larger ones", null);
          }
          Row row = Row.of(rows);
          if (row.installed() != null) {
            any = true;
            each.accept(row.installed());
          } else {
            firstFailure = firstFailure.isEmpty() ? row.problem() : firstFailure;
            leftOut.accept(row.problem());
          }
        }
      }
    } catch (SQLException e) {
      String problem =
          steps.isExceeded()
              ? "expected a table that is read in fewer steps, for a file of " + size + " bytes"
              : String.valueOf(e.getMessage());
      throw unreadable(path, problem, e);
    }
    if (!any && !firstFailure.isEmpty()) {
      throw unreadable(path, "none of its headers can be read; " + firstFailure, null);
    }
  }

  private static long sizeOfLog(Path sqliteFile) throws IOException {
    Path log = sqliteFile.resolveSibling(sqliteFile.getFileName() + "-wal");
    return Files.exists(log) ? Files.size(log) : 0;
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

  /**
   * A row of the table.
   *
   * @param installed the package; null if its header can't be read
   * @param problem the reason why the header can't be read, with the package's name if known
   */
  private record Row(@Nullable InstalledPackage installed, String problem) {
    static Row of(ResultSet row) throws SQLException {
      String number = "header " + row.getLong(1);
      byte[] blob = row.getBytes(4);
      if (blob == null) {
        return new Row(
            null,
            "%s: expected a blob of at most %d bytes, got %s of %d"
                .formatted(number, MAX_HEADER, row.getString(2), row.getLong(3)));
      }
      try {
        RpmHeader header = RpmHeader.parse(blob);
        number = named(header, number);
        return new Row(RpmPackage.of(header), "");
      } catch (MalformedHeaderException e) {
        return new Row(null, number + ": " + e.getMessage());
      }
    }

    /** Adds the package's name to the header's number, if the name can be read. */
    private static String named(RpmHeader header, String number) {
      try {
        String name = header.string(RpmTag.NAME);
        return name.isEmpty() ? number : "package " + name + " (" + number + ")";
      } catch (MalformedHeaderException e) {
        return number;
      }
    }
  }

  private static UnreadablePackageDatabaseException unreadable(
      String path, String problem, @Nullable Exception cause) {
    UnreadablePackageDatabaseException failure =
        new UnreadablePackageDatabaseException(
            "the RPM database /" + path,
            problem
                + "; run `rpm -qa` in the image's build to see whether RPM can read the database, and `rpmdb --rebuilddb` to repair it");
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
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

  private static void requireSqlite(Path file, String path) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(MAGIC.length);
    }
    if (!Arrays.equals(start, MAGIC)) {
      throw unreadable(
          path,
          "expected a SQLite database (\"SQLite format 3\" at offset 0), got " + describe(start),
          null);
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

  private static void requirePackages(String path, Statement statement)
      throws SQLException, IOException {
    try (ResultSet tables =
        statement.executeQuery(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'Packages'"
                + " AND sql NOT LIKE 'CREATE VIRTUAL%'")) {
      if (tables.getInt(1) == 0) {
        throw unreadable(path, "expected a table Packages, got none", null);
      }
    }
  }
}
