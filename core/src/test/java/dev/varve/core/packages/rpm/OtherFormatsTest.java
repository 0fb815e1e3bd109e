package dev.varve.core.packages.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NDB and Berkeley DB. */
class OtherFormatsTest {
  private static final String REMEDY =
      "; run `rpm -qa` in the image's build to see whether RPM can read the database, and"
          + " `rpmdb --rebuilddb` to repair it";

  @TempDir private Path scratch;
  private final List<String> leftOut = new ArrayList<>();

  private static RpmDatabaseLocation location(RpmDatabaseFormat format) {
    return new RpmDatabaseLocation("var/lib/rpm/" + format.fileName(), format);
  }

  private List<InstalledPackage> read(Path file, RpmDatabaseFormat format) throws IOException {
    return Fixture.read(file, location(format), leftOut::add);
  }

  private List<InstalledPackage> read(byte[] file, RpmDatabaseFormat format) throws IOException {
    return read(Files.write(scratch.resolve("file"), file), format);
  }

  private void assertRefused(byte[] file, RpmDatabaseFormat format, String problem) {
    assertThatThrownBy(() -> read(file, format))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessage("reading " + location(format).title() + ": " + problem + REMEDY);
  }

  private static List<byte[]> headers() {
    byte[] big = HeaderBytes.withFiles("/usr/bin/", "a".repeat(2000), "b").toBytes();
    return List.of(HeaderBytes.named("first").toBytes(), big, HeaderBytes.named("last").toBytes());
  }

  private static byte[] database(RpmDatabaseFormat format) {
    return format == RpmDatabaseFormat.NDB
        ? NdbBytes.of(headers())
        : BerkeleyDbBytes.of(ByteOrder.LITTLE_ENDIAN, headers());
  }

  /** Returns the packages that {@code rpm} lists, and all of their attributes, from SQLite. */
  private List<InstalledPackage> original() throws IOException {
    return Fixture.read(Fixture.plain(scratch));
  }

  @Test
  void ndbHasThePackagesOfTheDatabaseThatRpmConverted() throws IOException {
    List<InstalledPackage> left =
        original().stream().filter(p -> !p.name().equals("libpair")).toList();
    assertThat(read(Fixture.other("Packages.db", scratch), RpmDatabaseFormat.NDB))
        .hasSize(4)
        .isEqualTo(left);
    assertThat(leftOut).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Packages", "Packages.big-endian"})
  void berkeleyDbHasThePackagesOfTheOriginal(String name) throws IOException {
    assertThat(read(Fixture.other(name, scratch), RpmDatabaseFormat.BERKELEY_DB))
        .hasSize(6)
        .isEqualTo(original());
    assertThat(leftOut).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"NDB", "BERKELEY_DB"})
  void packagesComeInTheOrderOfTheirNumbers(RpmDatabaseFormat format) throws IOException {
    assertThat(read(database(format), format))
        .extracting(InstalledPackage::name)
        .containsExactly("first", "p", "last");
    assertThat(leftOut).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"NDB", "BERKELEY_DB"})
  void aDatabaseWithoutPackagesIsRead(RpmDatabaseFormat format) throws IOException {
    byte[] empty =
        format == RpmDatabaseFormat.NDB
            ? NdbBytes.of(List.of())
            : BerkeleyDbBytes.of(ByteOrder.BIG_ENDIAN, List.of());
    assertThat(read(empty, format)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"NDB", "BERKELEY_DB"})
  void aTruncatedDatabaseIsReadInPartOrRefusedAtEveryLength(RpmDatabaseFormat format) {
    byte[] whole = database(format);
    for (int length = 0; length < whole.length; length++) {
      assertReadOrRefused(Arrays.copyOf(whole, length), format, 2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NDB", "BERKELEY_DB"})
  void aDatabaseWithAnyOtherByteIsReadOrRefused(RpmDatabaseFormat format) {
    byte[] whole = database(format);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) 0xFF;
      assertReadOrRefused(damaged, format, 3);
    }
  }

  private void assertReadOrRefused(byte[] database, RpmDatabaseFormat format, int most) {
    try {
      assertThat(read(database, format)).hasSizeLessThanOrEqualTo(most);
    } catch (IOException e) {
      assertThat(e)
          .isInstanceOf(UnreadablePackageDatabaseException.class)
          .hasMessageStartingWith("reading " + location(format).title() + ": ")
          .hasMessageNotContaining(scratch.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NDB, expected an NDB database (\"RpmP\" at offset 0)",
    "BERKELEY_DB, expected a hash of Berkeley DB (61561 at offset 12)"
  })
  void aFileOfAnotherKindIsRefused(RpmDatabaseFormat format, String expected) {
    assertRefused(new byte[0], format, expected + ", got an empty file");
    assertRefused(new byte[512], format, expected + ", got " + "00".repeat(16));
  }

  // NDB.

  private byte[] ndb(int offset, int value) {
    byte[] file = database(RpmDatabaseFormat.NDB);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
    return file;
  }

  @Test
  void slotsOfNdbMustBeInTheFile() {
    int size = database(RpmDatabaseFormat.NDB).length;
    assertRefused(ndb(4, 7), RpmDatabaseFormat.NDB, "expected version 0 at offset 4, got 7");
    assertRefused(
        ndb(12, 3),
        RpmDatabaseFormat.NDB,
        "expected slots up to offset 12288, got a file of " + size + " bytes");
    assertRefused(ndb(64, 0), RpmDatabaseFormat.NDB, "expected a slot (\"Slot\") at offset 64");
    assertRefused(
        ndb(44, 1 << 20),
        RpmDatabaseFormat.NDB,
        "expected blobs of at most the file's "
            + size
            + " bytes, got 16777216 up to the slot at offset 32");
  }

  @Test
  void aBlobOfNdbWithAnotherChecksumIsLeftOut() throws IOException {
    byte[] file = database(RpmDatabaseFormat.NDB);
    file[NdbBytes.PAGE + 20] ^= 1; // in the last header, which is first on disk
    assertThat(read(file, RpmDatabaseFormat.NDB))
        .extracting(InstalledPackage::name)
        .containsExactly("first", "p");
    assertThat(leftOut)
        .singleElement()
        .asString()
        .matches("header 3: offset 4096: expected Adler-32 [0-9a-f]{8}, got [0-9a-f]{8}");
  }

  @Test
  void aBlobOfNdbWithAnotherNumberIsLeftOut() throws IOException {
    assertThat(read(ndb(NdbBytes.PAGE + 4, 9), RpmDatabaseFormat.NDB)).hasSize(2);
    assertThat(leftOut)
        .containsExactly("header 3: offset 4096: expected the head and the tail of a blob");
  }

  // Berkeley DB.

  private byte[] berkeleyDb(int offset, int value) {
    byte[] file = database(RpmDatabaseFormat.BERKELEY_DB);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
    return file;
  }

  @Test
  void pagesOfBerkeleyDbMustBePlain() {
    assertRefused(
        berkeleyDb(20, 768),
        RpmDatabaseFormat.BERKELEY_DB,
        "expected the size of a page at offset 20, 512 to 65536, got 768");
    assertRefused(
        berkeleyDb(24, 1 | 8 << 8),
        RpmDatabaseFormat.BERKELEY_DB,
        "expected no encryption and no checksums at offset 24, got 1 and 0");
    assertRefused(
        berkeleyDb(512 + 20, 999),
        RpmDatabaseFormat.BERKELEY_DB,
        "page 1: expected pairs in a page of 512 bytes, got 999 entries");
  }

  @Test
  void aHeaderOnPagesThatEndEarlyOrNeverIsLeftOut() throws IOException {
    assertThat(read(berkeleyDb(2 * 512 + 16, 0), RpmDatabaseFormat.BERKELEY_DB)).hasSize(2);
    assertThat(read(berkeleyDb(2 * 512 + 16, 2), RpmDatabaseFormat.BERKELEY_DB)).hasSize(2);
    assertThat(leftOut)
        .hasSize(2)
        .allMatch(problem -> problem.startsWith("header 2: offset "))
        .first()
        .asString()
        .endsWith("expected a page below 7, got 0");
  }
}
