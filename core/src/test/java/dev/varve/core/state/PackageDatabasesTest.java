package dev.varve.core.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageDatabasesTest {
  @TempDir private Path scratch;
  private final List<String> notices = new ArrayList<>();

  /** Every test, even after a failure, must leave no copy of the database. */
  @AfterEach
  void assertScratchIsEmpty() {
    assertThat(scratch).isEmptyDirectory();
  }

  private static byte[] fixture(String name) throws IOException {
    Path gz = Path.of("src/test/fixtures/rpmdb", name + ".gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(gz))) {
      return in.readAllBytes();
    }
  }

  private static Inode file(byte[] content) {
    return Inode.file(0644, 0, 0, 7, Xattrs.EMPTY, new BytesContent(content));
  }

  private static Inode symlink(String target) {
    return Inode.symlink(0777, 0, 0, 7, Xattrs.EMPTY, target);
  }

  private static FileTree.Builder image() {
    return new FileTree.Builder()
        .put("usr/bin/ping", file("ping\n".getBytes(UTF_8)))
        .put("usr/bin/first", file("changed".getBytes(UTF_8)))
        .put("usr/share/tools/caf\uDCE9", file("latin\n".getBytes(UTF_8)));
  }

  private PackageIndex index(FileTree tree) throws IOException {
    return PackageDatabases.find(tree, scratch).read(notices::add);
  }

  private static List<String> names(PackageIndex index) {
    return index.packages().stream().map(PackageInfo::name).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"usr/share/rpm", "usr/lib/sysimage/rpm", "var/lib/rpm"})
  void theDatabaseIsFoundInEachDirectory(String directory) throws IOException {
    FileTree tree = image().put(directory + "/rpmdb.sqlite", file(fixture("rpmdb.sqlite"))).build();
    PackageIndex index = index(tree);
    assertThat(names(index))
        .containsExactly("gpg-pubkey", "libpair", "libpair", "notes", "tools", "tools-doc");
    int ping = tree.indexOf("usr/bin/ping");
    assertThat(index.owner(ping).orElseThrow().version()).isEqualTo("2:1.4-3");
    assertThat(index.shippedMtime(ping)).hasValue(1_700_000_000);
    assertThat(index.shippedMtime(tree.indexOf("usr/bin/first"))).isEmpty();
    assertThat(index.shippedMtime(tree.indexOf("usr/share/tools/caf\uDCE9")))
        .hasValue(1_700_000_000);
    assertThat(notices)
        .containsExactly(
            "1 file lacks the capabilities that its package sets, /usr/bin/ping; the"
                + " image's build lost them: restore them with setcap in the build");
  }

  @Test
  void theDatabaseIsFoundThroughSymbolicLinks() throws IOException {
    FileTree tree =
        image()
            .put("usr/share/rpm", symlink("../lib/sysimage/rpm"))
            .put("var/lib/rpm", symlink("/usr/lib/sysimage/rpm"))
            .put("usr/lib/sysimage/rpm", symlink("/srv/rpm"))
            .put("srv/rpm/rpmdb.sqlite", file(fixture("rpmdb.sqlite")))
            .build();
    assertThat(names(index(tree))).hasSize(6);
  }

  @Test
  void theLogIsReplayed() throws IOException {
    FileTree tree =
        image()
            .put("usr/share/rpm/rpmdb.sqlite", file(fixture("wal.sqlite")))
            .put("usr/share/rpm/rpmdb.sqlite-wal", file(fixture("wal.sqlite-wal")))
            .build();
    assertThat(names(index(tree))).contains("extra").doesNotContain("notes");
  }

  @Test
  void anEmptyLogIsIgnored() throws IOException {
    FileTree tree =
        image()
            .put("usr/share/rpm/rpmdb.sqlite", file(fixture("rpmdb.sqlite")))
            .put("usr/share/rpm/rpmdb.sqlite-wal", file(new byte[0]))
            .build();
    assertThat(names(index(tree))).hasSize(6);
  }

  @Test
  void theDatabasesOfAllPackageFormatsAreRead() throws IOException {
    FileTree tree =
        image()
            .put("usr/share/rpm/rpmdb.sqlite", file(fixture("rpmdb.sqlite")))
            .put(
                "var/lib/dpkg/status",
                file(
                    """
                    Package: bash
                    Status: install ok installed
                    Version: 5.2-1
                    """
                        .getBytes(UTF_8)))
            .put("var/lib/dpkg/info/bash.list", file("/usr/bin/bash\n".getBytes(UTF_8)))
            .put("usr/bin/bash", file("bash".getBytes(UTF_8)))
            .build();
    PackageIndex index = index(tree);
    assertThat(names(index)).hasSize(7).contains("bash", "tools");
    assertThat(index.owner(tree.indexOf("usr/bin/bash")).orElseThrow().component())
        .isEqualTo("deb:bash");
    assertThat(index.owner(tree.indexOf("usr/bin/ping")).orElseThrow().component())
        .isEqualTo("rpm:tools");
  }

  @Test
  void aPackageOfDpkgThatCannotBeReadIsReportedAndLeftOut() throws IOException {
    String status = "Package: a\nVersion: 1\n\nPackage: b\n\n";
    FileTree tree = image().put("var/lib/dpkg/status", file(status.getBytes(UTF_8))).build();
    assertThat(names(index(tree))).containsExactly("a");
    assertThat(notices)
        .containsExactly(
            "the dpkg database /var/lib/dpkg has a package that can't be read, is left out and"
                + " owns no files: package b, line 4 of /var/lib/dpkg/status: expected a version,"
                + " got none");
  }

  @Test
  void anImageWithoutADatabaseIsReported() throws IOException {
    assertThat(index(image().build()).packages()).isEmpty();
    assertThat(notices)
        .containsExactly(
            "no package database (looked for those of RPM, dpkg, pacman and apk):"
                + " components come from extended attributes, groups, big files and directories");
  }

  @Test
  void aDirectoryOrALinkToNothingIsNoDatabase() throws IOException {
    FileTree tree =
        image()
            .put("usr/share/rpm/rpmdb.sqlite/x", symlink("x"))
            .put("var/lib/rpm", symlink("rpm"))
            .build();
    assertThat(index(tree).packages()).isEmpty();
    assertThat(notices).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "usr/lib/sysimage/rpm/Packages.db, Packages.db, 4",
    "var/lib/rpm/Packages, Packages, 6",
    "var/lib/rpm/Packages, Packages.big-endian, 6"
  })
  void otherFormatsAreRead(String path, String fixture, int count) throws IOException {
    FileTree tree = image().put(path, file(fixture(fixture))).build();
    PackageIndex index = index(tree);
    assertThat(index.packages()).hasSize(count);
    assertThat(index.shippedMtime(tree.indexOf("usr/bin/ping"))).hasValue(1_700_000_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 100, 5000, 40_000})
  void aTruncatedDatabaseIsRefusedByItsPathInTheImage(int length) throws IOException {
    byte[] cut = Arrays.copyOf(fixture("rpmdb.sqlite"), length);
    FileTree tree = image().put("usr/share/rpm/rpmdb.sqlite", file(cut)).build();
    assertThatThrownBy(() -> index(tree))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageStartingWith("reading the RPM database /usr/share/rpm/rpmdb.sqlite: ")
        .hasMessageNotContaining(scratch.toString());
  }

  @Test
  void aDatabaseOfZerosIsRefused() throws IOException {
    FileTree tree = image().put("var/lib/rpm/rpmdb.sqlite", file(new byte[100])).build();
    assertThatThrownBy(() -> index(tree))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageStartingWith(
            "reading the RPM database /var/lib/rpm/rpmdb.sqlite: expected a SQLite database"
                + " (\"SQLite format 3\" at offset 0), got "
                + "00".repeat(16)
                + "; ");
  }

  @Test
  void aDatabaseWithAPageOfGarbageIsRefused() throws IOException {
    byte[] database = fixture("rpmdb.sqlite");
    for (int i = database.length - 4096; i < database.length; i++) {
      database[i] = (byte) 0xFF;
    }
    FileTree tree = image().put("usr/share/rpm/rpmdb.sqlite", file(database)).build();
    assertThatThrownBy(() -> index(tree))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageStartingWith("reading the RPM database /usr/share/rpm/rpmdb.sqlite: [SQLITE_");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 40_000})
  void aDatabaseThatIsNotReadMayBeDamaged(int length) throws IOException {
    byte[] cut = Arrays.copyOf(fixture("rpmdb.sqlite"), length);
    FileTree tree = image().put("usr/share/rpm/rpmdb.sqlite", file(cut)).build();
    assertThat(PackageDatabases.find(tree, scratch).ignored(notices::add).packages()).isEmpty();
    assertThat(notices)
        .containsExactly(
            "the RPM database /usr/share/rpm/rpmdb.sqlite is not read, as asked: components come"
                + " from extended attributes, groups, big files and directories");
  }

  @Test
  void anImageWithoutADatabaseHasNoNoticeOfAnIgnoredDatabase() throws IOException {
    assertThat(PackageDatabases.find(image().build(), scratch).ignored(notices::add).packages())
        .isEmpty();
    assertThat(notices).isEmpty();
  }

  @Test
  void packagesThatCannotBeReadAreReportedAndLeftOut() throws Exception {
    byte[] database = changed("UPDATE Packages SET blob = x'00' WHERE hnum IN (1, 4)");
    FileTree tree = image().put("usr/share/rpm/rpmdb.sqlite", file(database)).build();
    assertThat(names(index(tree))).containsExactly("gpg-pubkey", "libpair", "tools", "tools-doc");
    assertThat(notices)
        .startsWith(
            "the RPM database /usr/share/rpm/rpmdb.sqlite has a package that can't be read, is"
                + " left out and owns no files: header 1: expected at least 8 bytes,"
                + " got 1",
            "the RPM database /usr/share/rpm/rpmdb.sqlite has a package that can't be read, is"
                + " left out and owns no files: header 4: expected at least 8 bytes,"
                + " got 1");
  }

  @Test
  void ofManyPackagesThatCannotBeReadFiveAreNamed() throws Exception {
    byte[] database =
        changed(
            "WITH RECURSIVE n(i) AS (SELECT 101 UNION SELECT i + 1 FROM n WHERE i < 300)"
                + " INSERT INTO Packages SELECT i, x'' FROM n");
    FileTree tree = image().put("usr/share/rpm/rpmdb.sqlite", file(database)).build();
    assertThat(names(index(tree))).hasSize(6);
    assertThat(notices)
        .filteredOn(notice -> notice.contains("can't be read"))
        .hasSize(6)
        .contains(
            "the RPM database /usr/share/rpm/rpmdb.sqlite has 195 more packages that can't be read"
                + " and are left out as well");
  }

  /** Returns the fixture's database after the execution of a statement. */
  private byte[] changed(String sql) throws IOException, SQLException {
    Path database = Files.write(scratch.resolve("changed.sqlite"), fixture("rpmdb.sqlite"));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    byte[] bytes = Files.readAllBytes(database);
    Files.delete(database);
    return bytes;
  }
}
