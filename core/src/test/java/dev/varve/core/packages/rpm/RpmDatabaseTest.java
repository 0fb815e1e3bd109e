package dev.varve.core.packages.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RpmDatabaseTest {
  private static final long SHIPPED = 1_700_000_000;
  private static final long BUILT = 1_735_689_600;

  @TempDir private Path scratch;

  @Test
  void packagesAreReadInTheOrderOfTheirNumbers() throws IOException {
    assertThat(Fixture.read(Fixture.plain(scratch)))
        .extracting(InstalledPackage::name, InstalledPackage::arch)
        .containsExactly(
            tuple("notes", "noarch"),
            tuple("gpg-pubkey", ""),
            tuple("libpair", "x86_64"),
            tuple("libpair", "i686"),
            tuple("tools", "x86_64"),
            tuple("tools-doc", "noarch"));
  }

  @Test
  void aPackageHasItsEpochSourceBuildTimeAndChangelog() throws IOException {
    InstalledPackage tools = named("tools");
    assertThat(tools.version()).isEqualTo("2:1.4-3");
    assertThat(tools.source()).isEqualTo("tools-1.4-3.src.rpm");
    assertThat(tools.buildTime()).isEqualTo(BUILT);
    assertThat(tools.changelogTimes())
        .containsExactly(1_735_732_800L, 1_733_054_400L, 1_709_208_000L);
  }

  @Test
  void aPackageWithoutEpochOrChangelogHasNone() throws IOException {
    InstalledPackage notes = named("notes");
    assertThat(notes.version()).isEqualTo("0.9-1");
    assertThat(notes.changelogTimes()).isEmpty();
  }

  @Test
  void filesHaveTheAttributesThatThePackageShipped() throws IOException {
    String three = "54e456c15943b8f9d2a4baccc5759584997e1bc63146c386123a1803d8461539";
    assertThat(named("tools").files())
        .containsExactly(
            file(
                "etc/tools.conf",
                0100644,
                "694fce5e87dea3da27977dc7af55a864bf0dca292e4dd6afa2bd2a8cddd131ec"),
            file("run/tools.pid", 0100600, ""),
            file("usr/bin/first", 0104755, three),
            file(
                "usr/bin/ping",
                0100755,
                "1146a4c81194d9a9eecfad4477d2c12dfc8e74d770ae855c7b840d9463930c9e",
                "",
                "cap_net_raw=p"),
            file("usr/bin/second", 0104755, three),
            file("usr/share/tools", 0040755, ""),
            file(
                "usr/share/tools/caf\uDCE9",
                0100644,
                "115e41e477697e4e191fec2b9b8d2161d1f4980bedff2cf7782cfa0a58269e9d"),
            file(
                "usr/share/tools/crème-brûlée",
                0100644,
                "72ef7765842795b68e6eade7a07ebb18187028917fe3e7db0535f4f2edfa8d23"),
            file("usr/share/tools/empty", 0041777, ""),
            file("usr/share/tools/ping", 0120777, "", "../bin/ping", ""),
            file("usr/share/tools/third", 0104755, three));
  }

  @Test
  void aNameThatIsNotUtf8KeepsItsBytes() throws IOException {
    assertThat(named("tools").files())
        .extracting(f -> LosslessUtf8.encode(f.path()))
        .contains("usr/share/tools/caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aDigestMayBeOfAnotherAlgorithm() throws IOException {
    assertThat(named("notes").files())
        .containsExactly(
            file("usr/share/notes", 0040755, ""),
            file("usr/share/notes/note", 0100644, "e650f8d4343a4278d3450e0a1d737e54"));
  }

  @Test
  void anImportedKeyIsAPackageWithoutFiles() throws IOException {
    InstalledPackage key = named("gpg-pubkey");
    assertThat(key.version()).matches("[0-9a-f]{8}-[0-9a-f]{8}");
    assertThat(key.source()).isEmpty();
    assertThat(key.files()).isEmpty();
  }

  @Test
  void changesInTheLogAreRead() throws IOException {
    assertThat(Fixture.read(Fixture.withWal(scratch)))
        .extracting(InstalledPackage::name)
        .containsExactly("gpg-pubkey", "libpair", "libpair", "tools", "tools-doc", "extra");
  }

  @Test
  void withoutItsLogADatabaseIsReadInItsOldState() throws IOException {
    Path database = Fixture.withWal(scratch);
    Files.delete(scratch.resolve("rpmdb.sqlite-wal"));
    assertThat(Fixture.read(database))
        .extracting(InstalledPackage::name)
        .contains("notes")
        .doesNotContain("extra");
  }

  @Test
  void aDatabaseCanBeReadTwice() throws IOException {
    Path database = Fixture.withWal(scratch);
    assertThat(Fixture.read(database)).isEqualTo(Fixture.read(database));
  }

  @Test
  void aScratchDirectoryMayHaveAnyName() throws IOException {
    Path odd = Files.createDirectory(scratch.resolve("a ?mode=memory#é%41"));
    assertThat(Fixture.read(Fixture.withWal(odd))).hasSize(6);
  }

  @Test
  void anExceptionOfTheConsumerIsThrownUnchanged() throws IOException {
    Path database = Fixture.plain(scratch);
    assertThatThrownBy(
            () ->
                RpmDatabase.read(
                    database,
                    Fixture.LOCATION,
                    p -> {
                      throw new NoSuchElementException(p.name());
                    },
                    problem -> {}))
        .isExactlyInstanceOf(NoSuchElementException.class)
        .hasMessage("notes");
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    Path database = Files.createFile(scratch.resolve("rpmdb.sqlite"));
    assertRefused(
        database,
        "expected a SQLite database (\"SQLite format 3\" at offset 0), got an empty file");
  }

  @Test
  void aFileOfAnotherKindIsRefused() throws IOException {
    Path database = Files.writeString(scratch.resolve("rpmdb.sqlite"), "RpmP and more than 16");
    assertRefused(
        database,
        "expected a SQLite database (\"SQLite format 3\" at offset 0), got"
            + " 52706d5020616e64206d6f7265207468");
  }

  @Test
  void aDatabaseWithoutPackagesTableIsRefused() throws Exception {
    assertRefused(database("CREATE TABLE Other(a)"), "expected a table Packages, got none");
  }

  @Test
  void aViewInPlaceOfTheTableIsRefused() throws Exception {
    assertRefused(
        database("CREATE VIEW Packages AS SELECT 1 AS hnum, x'00' AS blob"),
        "expected a table Packages, got none");
  }

  @Test
  void aRowThatIsNoBlobIsLeftOut() throws Exception {
    Path database = packagesTable();
    execute(database, "INSERT INTO Packages VALUES (7, 'text')");
    assertLeftOut(database, "header 7: expected a blob of at most 67108864 bytes, got text of 4");
  }

  @Test
  void aRowThatIsNullIsLeftOut() throws Exception {
    Path database = packagesTable();
    execute(database, "INSERT INTO Packages VALUES (7, NULL)");
    assertLeftOut(database, "header 7: expected a blob of at most 67108864 bytes, got null of 0");
  }

  @Test
  void aTooLongHeaderIsLeftOut() throws Exception {
    Path database = packagesTable();
    execute(database, "INSERT INTO Packages VALUES (8, zeroblob(67108865))");
    assertLeftOut(
        database, "header 8: expected a blob of at most 67108864 bytes, got blob of 67108865");
  }

  @Test
  void aMalformedHeaderIsLeftOutByItsNumber() throws Exception {
    Path database = packagesTable();
    byte[] header = HeaderBytes.named("p").entry(RpmTag.BASENAMES, 8, 4711, 1).toBytes();
    insert(database, 17, header);
    assertLeftOut(
        database, "header 17: entry 3 (tag 1117): offset 4711 beyond the data store's 6 bytes");
  }

  @Test
  void aHeaderWithAValueOfAWrongTypeIsLeftOutByItsPackage() throws Exception {
    Path database = packagesTable();
    insert(database, 3, HeaderBytes.named("odd").int16(RpmTag.EPOCH, 1).toBytes());
    assertLeftOut(
        database, "package odd (header 3): entry 3 (tag 1003): expected type INT32, got INT16");
  }

  @Test
  void aDatabaseWithoutAnyHeaderThatCanBeReadIsRefused() throws Exception {
    Path database = packagesTable();
    insert(database, 1, new byte[3]);
    insert(database, 2, new byte[0]);
    assertRefused(
        database, "none of its headers can be read; header 1: expected at least 8 bytes, got 3");
  }

  @Test
  void aDatabaseWithoutPackagesIsRead() throws Exception {
    assertThat(Fixture.read(packagesTable())).isEmpty();
  }

  @Test
  void pagesThatManyRowsShareAreRefused() throws Exception {
    Path database = database("CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB)");
    insert(database, 1, HeaderBytes.named("p").toBytes());
    shareRow(database, 2);
    assertRefused(database, "expected headers that are smaller than the file, got larger ones");
  }

  @Test
  void aTableThatTakesManyStepsForItsSizeIsRefused() throws Exception {
    Path database = database("CREATE TABLE Packages(hnum TEXT, blob BLOB)"); // is sorted
    insert(database, 1, HeaderBytes.named("p").toBytes());
    shareRow(database, 3);
    long size = Files.size(database);
    assertRefused(
        database, "expected a table that is read in fewer steps, for a file of " + size + " bytes");
  }

  @Test
  void aValueThatIsComputedAndHugeIsRefused() throws Exception {
    Path database =
        database("CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob AS (zeroblob(134217729)))");
    execute(database, "INSERT INTO Packages(hnum) VALUES (1)");
    assertRefused(
        database, "[SQLITE_TOOBIG] String or BLOB exceeds size limit (string or blob too big)");
  }

  /**
   * Replaces the table's root, a leaf with one row, by levels of pages with 61 references each to
   * the next level, and at last to the leaf.
   */
  private static void shareRow(Path database, int levels) throws IOException {
    byte[] file = Files.readAllBytes(database);
    int size = ByteBuffer.wrap(file).getShort(16);
    int root = 2; // follows the page of the schema
    int pages = file.length / size + levels;
    ByteBuffer changed = ByteBuffer.allocate(pages * size).put(file).putInt(28, pages);
    changed.put((pages - 1) * size, Arrays.copyOfRange(file, (root - 1) * size, root * size));
    for (int level = 0; level < levels; level++) {
      int page = level == 0 ? root : file.length / size + level;
      int next = file.length / size + level + 1;
      changed.put((page - 1) * size, references(size, next));
    }
    Files.write(database, changed.array());
  }

  /** Returns an inner page of a table, with 61 references to a page. */
  private static byte[] references(int size, int page) {
    int count = 60;
    int cells = size - 5 * count;
    ByteBuffer bytes = ByteBuffer.allocate(size).put((byte) 5).putShort((short) 0);
    bytes.putShort((short) count).putShort((short) cells).put((byte) 0).putInt(page);
    for (int i = 0; i < count; i++) {
      bytes
          .putShort((short) (cells + 5 * i))
          .putInt(cells + 5 * i, page)
          .put(cells + 5 * i + 4, (byte) 1);
    }
    return bytes.array();
  }

  @Test
  void aTruncatedDatabaseIsRefused() throws IOException {
    Path database = Fixture.plain(scratch);
    try (var channel = Files.newByteChannel(database, StandardOpenOption.WRITE)) {
      channel.truncate(40_000);
    }
    assertThatThrownBy(() -> Fixture.read(database))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageStartingWith(
            "reading the RPM database /usr/share/rpm/rpmdb.sqlite: [SQLITE_CORRUPT]");
  }

  private InstalledPackage named(String name) throws IOException {
    return Fixture.read(Fixture.plain(scratch)).stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static PackageFile file(String path, int mode, String digest) {
    return file(path, mode, digest, "", "");
  }

  private static PackageFile file(
      String path, int mode, String digest, String linkTarget, String capabilities) {
    return new PackageFile(
        path,
        OptionalInt.of(mode),
        "root",
        "root",
        OptionalLong.of(SHIPPED),
        FileDigest.of(digest.length() == 32 ? Algorithm.MD5 : Algorithm.SHA256, digest),
        linkTarget,
        capabilities);
  }

  private static void assertRefused(Path database, String problem) {
    assertThatThrownBy(() -> Fixture.read(database))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessage(
            "reading the RPM database /usr/share/rpm/rpmdb.sqlite: "
                + problem
                + "; run `rpm -qa` in the image's build to see whether RPM can read the database, and"
                + " `rpmdb --rebuilddb` to repair it");
  }

  /** Asserts that only the bad header is left out, and the packages before and after are read. */
  private static void assertLeftOut(Path database, String problem) throws Exception {
    insert(database, 1, HeaderBytes.named("before").toBytes());
    insert(database, 99, HeaderBytes.named("after").toBytes());
    List<String> leftOut = new ArrayList<>();
    assertThat(Fixture.read(database, leftOut::add))
        .extracting(InstalledPackage::name)
        .containsExactly("before", "after");
    assertThat(leftOut).containsExactly(problem);
  }

  private Path packagesTable() throws SQLException {
    return database("CREATE TABLE Packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB)");
  }

  private Path database(String sql) throws SQLException {
    Path database = scratch.resolve("rpmdb.sqlite");
    execute(database, sql);
    return database;
  }

  private static void execute(Path database, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void insert(Path database, long number, byte[] header) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO Packages VALUES (?, ?)")) {
      insert.setLong(1, number);
      insert.setBytes(2, header);
      insert.execute();
    }
  }
}
