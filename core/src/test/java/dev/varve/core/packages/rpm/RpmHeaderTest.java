package dev.varve.core.packages.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RpmHeaderTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  @Test
  void theSmallestPackageHasANameAndAVersion() throws Exception {
    InstalledPackage p = read(HeaderBytes.named("small"));
    assertThat(p)
        .isEqualTo(
            new InstalledPackage(
                PackageFormat.RPM, "small", "1-2", "", "", 0, List.of(), List.of()));
  }

  @Test
  void anEpochOfZeroIsLeftOut() throws Exception {
    assertThat(read(HeaderBytes.named("p").int32(RpmTag.EPOCH, 0)).version()).isEqualTo("1-2");
    assertThat(read(HeaderBytes.named("p").int32(RpmTag.EPOCH, 9)).version()).isEqualTo("9:1-2");
  }

  @Test
  void timesAfter2038ArePositive() throws Exception {
    assertThat(read(HeaderBytes.named("p").int32(RpmTag.BUILDTIME, 0xF0000000)).buildTime())
        .isEqualTo(0xF0000000L);
  }

  @Test
  void theLastEntryOfATagCounts() throws Exception {
    assertThat(read(HeaderBytes.named("old").string(RpmTag.NAME, "new")).name()).isEqualTo("new");
  }

  @Test
  void theVendorSuppliesAPackage() throws Exception {
    InstalledPackage read =
        read(
            HeaderBytes.named("p")
                .string(RpmTag.VENDOR, "Fedora Project")
                .string(RpmTag.LICENSE, "GPL-2.0-only"));
    assertThat(read.supplier()).isEqualTo("Fedora Project");
    assertThat(read.license()).isEqualTo("GPL-2.0-only");
    assertThat(read(HeaderBytes.named("p")).supplier()).isEmpty();
  }

  @Test
  void aPackageOfRpm3HasFullPaths() throws Exception {
    HeaderBytes header =
        HeaderBytes.named("p").strings(RpmTag.OLDFILENAMES, "/etc", "/etc/x").arrays(2);
    assertThat(read(header).files()).extracting(PackageFile::path).containsExactly("etc", "etc/x");
  }

  @Test
  void aPathThatMayLeaveTheRootIsLeftOut() throws Exception {
    HeaderBytes header =
        HeaderBytes.withFiles(
            "/a/", "..", "../b", ".", "", "b/../c", "b//c", "...", "..b", ".c", "d");
    assertThat(read(header).files())
        .extracting(PackageFile::path)
        .containsExactly("a/...", "a/..b", "a/.c", "a/d");
  }

  @Test
  void theRootIsLeftOutButNotItsFiles() throws Exception {
    assertThat(read(HeaderBytes.withFiles("/", "", "bin")).files())
        .extracting(PackageFile::path)
        .containsExactly("bin");
  }

  @Test
  void filesAfterALeftOutPathKeepTheirOwnValues() throws Exception {
    HeaderBytes header =
        HeaderBytes.withFiles("/", "..", "b").strings(RpmTag.FILELINKTOS, "first", "second");
    assertThat(read(header).files())
        .extracting(PackageFile::path, PackageFile::linkTarget)
        .containsExactly(tuple("b", "second"));
  }

  @Test
  void aSha256IsMadeLowerCase() throws Exception {
    assertThat(digestOf(8, DIGEST.toUpperCase(Locale.ROOT))).isEqualTo(DIGEST);
  }

  @Test
  void anInvalidSha256IsLeftOut() throws Exception {
    assertThat(digestOf(8, DIGEST.substring(1))).isEmpty();
    assertThat(digestOf(8, DIGEST.replace('0', 'g'))).isEmpty();
    assertThat(digestOf(8, DIGEST.replace('0', '\u0660').substring(0, 56))).isEmpty();
    assertThat(digestOf(10, DIGEST)).isEmpty();
    assertThat(digestOf(1, DIGEST)).isEmpty();
    assertThat(digestOf(3, DIGEST)).isEmpty();
  }

  @Test
  void aPackageThatDoesNotNameTheAlgorithmUsesMd5() throws Exception {
    String md5 = DIGEST.substring(32);
    HeaderBytes header = HeaderBytes.withFiles("/", "a").strings(RpmTag.FILEDIGESTS, md5);
    assertThat(read(header).files())
        .extracting(PackageFile::digest)
        .containsExactly(Optional.of(new FileDigest(FileDigest.Algorithm.MD5, md5)));
  }

  @Test
  void aPackageNeedsAName() {
    assertMalformed(
        new HeaderBytes().string(RpmTag.VERSION, "1").string(RpmTag.RELEASE, "1"),
        "tag 1000: expected text, got none");
    assertMalformed(
        HeaderBytes.named("").int32(RpmTag.EPOCH, 1),
        "entry 0 (tag 1000): expected text, got none");
  }

  @Test
  void theLengthMustMatchTheBlob() {
    byte[] bytes = HeaderBytes.named("p").toBytes();
    assertMalformed(
        Arrays.copyOf(bytes, bytes.length - 1),
        "expected 62 bytes (3 entries, data store of 6 bytes), got 61");
    assertMalformed(
        Arrays.copyOf(bytes, bytes.length + 1),
        "expected 62 bytes (3 entries, data store of 6 bytes), got 63");
  }

  @Test
  void tooLargeCountsAreRefused() {
    assertMalformed(
        new byte[] {-1, -1, -1, -1, 0, 0, 0, 0}, "expected at most 65535 entries, got 4294967295");
    assertMalformed(
        new byte[] {0, 0, 0, 0, -1, -1, -1, -1},
        "expected 4294967303 bytes (0 entries, data store of 4294967295 bytes), got 8");
    assertMalformed(
        HeaderBytes.named("p").entry(RpmTag.CHANGELOGTIME, 4, 0, -1),
        "entry 3 (tag 1080): offset 0: 4294967295 of INT32 go beyond the data store's 6 bytes");
  }

  @Test
  void moreThanAMillionValuesAreRefused() {
    assertMalformed(
        HeaderBytes.named("p").entry(RpmTag.BASENAMES, 8, 0, 1_000_001).bytes(new int[1_000_001]),
        "entry 3 (tag 1117): expected a count of at most 1000000, got 1000001");
  }

  @Test
  void tooManyLongPathsAreRefused() {
    HeaderBytes header = HeaderBytes.named("p").strings(RpmTag.DIRNAMES, "/" + "d".repeat(99_999));
    int zeros = header.storeSize();
    header
        .entry(RpmTag.DIRINDEXES, 4, zeros, 1_000)
        .entry(RpmTag.BASENAMES, 8, zeros, 1_000)
        .entry(RpmTag.FILEMODES, 3, zeros, 1_000)
        .entry(RpmTag.FILEMTIMES, 4, zeros, 1_000)
        .bytes(new int[4_000]);
    assertMalformed(
        header, "entry 5 (tag 1117): expected paths of at most 67108864 characters in all");
  }

  @Test
  void anEntryBeyondTheStoreIsRefused() {
    assertMalformed(
        HeaderBytes.named("p").entry(2000, 7, 7, 0),
        "entry 3 (tag 2000): offset 7 beyond the data store's 6 bytes");
    assertMalformed(
        HeaderBytes.named("p").entry(2000, 7, -1, 1),
        "entry 3 (tag 2000): offset 4294967295 beyond the data store's 6 bytes");
    assertMalformed(
        HeaderBytes.named("p").entry(2000, 5, 0, 1),
        "entry 3 (tag 2000): offset 0: 1 of INT64 go beyond the data store's 6 bytes");
  }

  @Test
  void anUnknownTypeIsRefused() {
    assertMalformed(
        HeaderBytes.named("p").entry(2000, 10, 0, 1), "entry 3 (tag 2000): unknown type 10");
    assertMalformed(
        HeaderBytes.named("p").entry(2000, -1, 0, 1),
        "entry 3 (tag 2000): unknown type 4294967295");
  }

  @Test
  void aTypeThatDoesNotFitTheTagIsRefused() {
    assertMalformed(
        HeaderBytes.named("p").int64(RpmTag.EPOCH, 1),
        "entry 3 (tag 1003): expected type INT32, got INT64");
    assertMalformed(
        HeaderBytes.named("p").int32(RpmTag.ARCH, 1),
        "entry 3 (tag 1022): expected strings, got type INT32");
  }

  @Test
  void aStringWithoutEndIsRefused() {
    HeaderBytes header = HeaderBytes.named("p");
    header.entry(RpmTag.ARCH, 6, header.storeSize(), 1).bytes('x', '8');
    assertMalformed(header, "entry 3 (tag 1022): string 0 at offset 6 has no end in the store");
  }

  @Test
  void arraysOfDifferentLengthAreRefused() {
    HeaderBytes header =
        HeaderBytes.named("p")
            .strings(RpmTag.DIRNAMES, "/")
            .int32(RpmTag.DIRINDEXES, 0)
            .strings(RpmTag.BASENAMES, "a", "b")
            .arrays(2);
    assertMalformed(header, "entry 4 (tag 1116): expected one for each of 2 files, got 1");
    assertMalformed(
        HeaderBytes.withFiles("/", "a").strings(RpmTag.FILECAPS, "", ""),
        "entry 8 (tag 5010): expected one for each of 1 file, got 2");
  }

  @Test
  void filesNeedTheirModes() {
    assertMalformed(
        HeaderBytes.named("p").strings(RpmTag.OLDFILENAMES, "/a"),
        "tag 1030: expected one for each of 1 file, got 0");
  }

  @Test
  void aMissingDirectoryIsRefused() {
    HeaderBytes header =
        HeaderBytes.named("p")
            .strings(RpmTag.DIRNAMES, "/", "/usr/")
            .int32(RpmTag.DIRINDEXES, 0, -1)
            .strings(RpmTag.BASENAMES, "a", "b")
            .arrays(2);
    assertMalformed(
        header,
        "entry 4 (tag 1116): expected file 1 in one of 2 directories, got number 4294967295");
  }

  private static String digestOf(int algorithm, String digest) throws Exception {
    HeaderBytes header =
        HeaderBytes.withFiles("/", "a")
            .int32(RpmTag.FILEDIGESTALGO, algorithm)
            .strings(RpmTag.FILEDIGESTS, digest);
    return read(header).files().get(0).digest().map(FileDigest::hex).orElse("");
  }

  private static InstalledPackage read(HeaderBytes header) throws MalformedHeaderException {
    return RpmPackage.of(RpmHeader.parse(header.toBytes()));
  }

  private static void assertMalformed(HeaderBytes header, String message) {
    assertMalformed(header.toBytes(), message);
  }

  private static void assertMalformed(byte[] header, String message) {
    assertThatThrownBy(() -> RpmPackage.of(RpmHeader.parse(header)))
        .isInstanceOf(MalformedHeaderException.class)
        .hasMessage(message);
  }
}
