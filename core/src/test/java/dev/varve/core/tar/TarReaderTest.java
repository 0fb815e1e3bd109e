package dev.varve.core.tar;

import static dev.varve.core.tar.Archives.checksummed;
import static dev.varve.core.tar.Archives.end;
import static dev.varve.core.tar.Archives.joined;
import static dev.varve.core.tar.Archives.put;
import static dev.varve.core.tar.Archives.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.tar.Archives.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TarReaderTest {
  @ParameterizedTest
  @CsvSource({
    "./a/b, a/b",
    "/a/b, a/b",
    "a//b, a/b",
    "a/./b, a/b",
    "././/a, a",
    "a/.b, a/.b",
    "a/..b, a/..b",
    "a/b..., a/b...",
    "usr/lib/../share/d, usr/share/d",
    "a/../b, b",
    "/../a, a",
    "a/b/../../c/./../d, d"
  })
  void pathsComeInOneSpelling(String name, String path) throws IOException {
    assertThat(one(raw('0', name, "")).entry().path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "./", "/", "//", "./.", "a/..", "/.."})
  void theRootIsTheEmptyPath(String name) throws IOException {
    assertThat(one(raw('5', name, "")).entry().path()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../a", "a/../../b", "./..", "a/b/../../../c"})
  void aPathThatClimbsOutIsRefused(String name) {
    assertMalformed(raw('0', name, ""), 0, "(" + name + "): the path leaves the root: " + name);
  }

  @Test
  void aHardLinkThatClimbsOutIsRefused() {
    assertMalformed(
        raw('1', "a", "../etc/shadow", new byte[0]),
        0,
        "(a): the link's target leaves the root: ../etc/shadow");
  }

  @Test
  void aHardLinksTargetComesInOneSpelling() throws IOException {
    assertThat(one(raw('1', "b", "./usr/lib/../share/a", new byte[0])).entry().linkTarget())
        .isEqualTo("usr/share/a");
  }

  @Test
  void aSymlinkMayPointAnywhere() throws IOException {
    Item link = one(raw('2', "a", "../.././/x/", new byte[0]));
    assertThat(link.entry().linkTarget()).isEqualTo("../.././/x/");
  }

  @Test
  void aHardLinkToAnAbsolutePathIsMadeRelative() throws IOException {
    assertThat(one(raw('1', "a", "/./b/", new byte[0])).entry().linkTarget()).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2'})
  void aLinkToNothingIsRefused(char flag) {
    assertMalformed(raw(flag, "a", ""), 0, "(a): its link target is empty");
  }

  @Test
  void aFileWithoutANameIsRefused() {
    assertMalformed(raw('0', "", "x"), 0, ": it has no name");
  }

  @ParameterizedTest
  @ValueSource(chars = {'8', '9', 'A', 'I', 'N', 'X', 'Z', 'z'})
  void anUnknownTypeIsRefused(char flag) {
    assertMalformed(raw(flag, "a", ""), 0, "(a): its type is unknown: '" + flag + "'");
  }

  @Test
  void aTypeThatCannotBePrintedIsRefusedByNumber() {
    assertMalformed(raw((char) 200, "a", ""), 0, "(a): its type is unknown: number 200");
  }

  @Test
  void aFileContinuedFromAnotherVolumeIsRefused() {
    assertMalformed(raw('M', "a", ""), 0, "(a): it continues a file from another volume");
  }

  @Test
  void aVolumeLabelIsNoEntryAndAnIncrementalDirectoryIsOne() throws IOException {
    List<Item> items =
        Archives.read(
            joined(raw('V', "label", ""), raw('D', "dir", "Yfile\0\0"), raw('0', "a", "x")));
    assertThat(items).containsExactly(Archives.directory("dir"), Archives.file("a", "x"));
  }

  @Test
  void aWrongChecksumIsRefusedWithItsOffset() {
    byte[] second = raw('0', "b", "");
    second[0] = 'c';
    assertMalformed(
        joined(raw('0', "a", "x"), second),
        1024,
        ": wrong header checksum: expected 3135, got 3136");
  }

  @Test
  void aChecksumOfSignedBytesIsAccepted() throws IOException {
    byte[] header = put(raw('0', "a", ""), 0, "\u00e9");
    int sum = 8 * ' ';
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? 0 : header[i];
    }
    assertThat(one(put(header, 148, "%06o\0 ".formatted(sum))).entry().path()).isEqualTo("\udce9");
  }

  @Test
  void anArchiveMayEndWithoutAMarkOrWithHalfOne() throws IOException {
    byte[] file = raw('0', "a", "x");
    List<Item> expected = List.of(Archives.file("a", "x"));
    assertThat(Archives.read(file)).isEqualTo(expected);
    assertThat(Archives.read(joined(file, new byte[512]))).isEqualTo(expected);
    assertThat(Archives.read(joined(file, new byte[700]))).isEqualTo(expected);
    assertThat(Archives.read(joined(file, end()))).isEqualTo(expected);
    assertThat(Archives.read(new byte[0])).isEmpty();
  }

  @Test
  void whatFollowsTheMarkIsReadAndDropped() throws IOException {
    InputStream in =
        new ByteArrayInputStream(joined(raw('0', "a", "x"), end(), new byte[200_000], file("b")));
    assertThat(Archives.read(in)).containsExactly(Archives.file("a", "x"));
    assertThat(in.read()).isEqualTo(-1);
  }

  @Test
  void aLoneBlockOfZerosBetweenEntriesIsRefused() {
    assertMalformed(
        joined(file("a"), new byte[512], file("b")),
        512,
        ": expected a second block of zeros or the archive's end");
  }

  @Test
  void afterTheEndThereIsNothing() throws IOException {
    TarReader reader = reader(file("a"));
    assertThat(reader.next()).isPresent();
    assertThat(reader.next()).isEmpty();
    assertThat(reader.next()).isEmpty();
    assertThat(reader.body().read()).isEqualTo(-1);
  }

  @Test
  void anArchiveThatEndsWithinAHeaderIsRefused() {
    assertMalformed(
        joined(raw('0', "a", "x"), Arrays.copyOf(file("b"), 300)),
        1024,
        ": the archive ends within a header");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 513, 1023, 1024, 1500, 1535})
  void anArchiveThatEndsWithinContentIsRefused(int length) {
    byte[] cut = Arrays.copyOf(raw('0', "a", "x".repeat(1000)), length);
    assertMalformed(cut, 0, "(a): the archive ends within its content");
    assertThatThrownBy(
            () -> {
              TarReader skipping = reader(cut);
              skipping.next();
              skipping.next();
            })
        .isInstanceOf(MalformedTarException.class)
        .hasMessage("reading x.tar: entry at offset 0 (a): the archive ends within its content");
  }

  @Test
  void anArchiveThatEndsAfterAnExtendedHeaderIsRefused() {
    String problem = ": the archive ends after an extended header";
    assertMalformed(raw('L', "././@LongLink", "name\0"), 1024, problem);
    assertMalformed(joined(raw('K', "././@LongLink", "name\0"), end()), 1024, problem);
    assertMalformed(joined(raw('x', "pax", "8 uid=7\n"), end()), 1024, problem);
    assertMalformed(
        Arrays.copyOf(raw('x', "pax", "8 uid=7\n"), 515),
        0,
        ": the archive ends within an extended header");
  }

  @ParameterizedTest
  @CsvSource({
    "100, 0000x44, mode",
    "108, -000001, uid",
    "116, 9999999, gid",
    "124, 0x000000000, size",
    "136, 1e5, mtime",
    "148, hello, checksum"
  })
  void aNumberThatIsNoneIsRefused(int field, String text, String what) {
    byte[] header = put(file("a"), field, text);
    assertThatThrownBy(() -> Archives.read(field == 148 ? header : checksummed(header)))
        .isInstanceOf(MalformedTarException.class)
        .hasMessageContaining(what + ": expected an octal number, got '" + text);
  }

  @Test
  void numbersMayBePaddedWithSpacesOrMissing() throws IOException {
    byte[] header = put(put(file("a"), 108, "   17 \0\0"), 116, "\0\0\0\0\0\0\0\0");
    TarEntry entry = one(checksummed(header)).entry();
    assertThat(entry.uid()).isEqualTo(15);
    assertThat(entry.gid()).isZero();
  }

  @Test
  void absurdNumbersAreRefused() {
    byte[] huge = put(file("a"), 124, "\u0080\0\0\0\0\7\0\0\0\0\0\0");
    assertMalformed(checksummed(huge), 0, "(a): the size is out of range: 1970324836974592");
    byte[] negative = put(file("a"), 124, "\u00ff".repeat(12));
    assertMalformed(checksummed(negative), 0, "(a): the size is out of range: -1");
    byte[] overflow = put(file("a"), 124, "\u0080\u00ff".repeat(6));
    assertMalformed(checksummed(overflow), 0, "(a): size: the number is too large");
    byte[] owner = put(file("a"), 108, "\u0080\0\0\1\0\0\0\0");
    assertMalformed(checksummed(owner), 0, "(a): the uid is out of range: 4294967296");
  }

  @Test
  void namesAndHeadersOfAbsurdLengthAreRefusedBeforeTheyAreRead() {
    byte[] pax = checksummed(put(raw('x', "pax", ""), 124, "00004000001\0"));
    assertMalformed(
        pax, 0, ": the PAX header is too long: expected at most 1048576 bytes, got 1048577");
    byte[] name = checksummed(put(raw('L', "long", ""), 124, "00000200001\0"));
    assertMalformed(name, 0, ": the name is too long: expected at most 65536 bytes, got 65537");
    String path = record("path", "p".repeat(65537));
    assertMalformed(
        joined(raw('x', "pax", path), file("a")), 66_560, ": path is too long: 65537 bytes");
  }

  @Test
  void aNulInANameIsRefused() {
    assertMalformed(
        joined(raw('L', "long", "a\0b\0"), file("x")), 0, ": the long name holds a NUL");
    assertMalformed(
        joined(raw('x', "pax", record("path", "a\0b")), file("x")), 1024, ": path holds a NUL");
    assertMalformed(
        joined(raw('x', "pax", record("linkpath", "a\0b")), raw('2', "x", "y", new byte[0])),
        1024,
        "(x): linkpath holds a NUL");
  }

  @ParameterizedTest
  @CsvSource({
    "'7 uid=7\n', it doesn't end with a newline",
    "'3 uid=7\n', its length is wrong",
    "'99 uid=7\n', its length is wrong",
    "'8uid=7\n', its length is wrong",
    "'uid=7\n', its length is wrong",
    "'-8 uid=7\n', its length is wrong",
    "'99999999999 uid=7\n', its length is wrong",
    "'8 uid=7x', it doesn't end with a newline",
    "'6 uid\n', it has no key",
    "'5 =7\n', it has no key"
  })
  void aMalformedPaxRecordIsRefused(String records, String problem) {
    assertMalformed(
        joined(raw('x', "pax", "11 path=ab\n" + records), file("a")),
        0,
        ": the PAX record at byte 11 is malformed: " + problem);
  }

  @Test
  void aPaxKeyWithANulIsRefused() {
    assertMalformed(
        joined(raw('x', "pax", "10 u\0id=7\n"), file("a")),
        0,
        ": the PAX record at byte 0 is malformed: it has no key");
  }

  @ParameterizedTest
  @CsvSource({
    "uid, -1",
    "uid, ''' 7'''",
    "uid, 4294967296",
    "gid, x",
    "size, 1125899906842625",
    "size, -5",
    "mtime, 1.2.3",
    "mtime, 1e9",
    "mtime, .",
    "mtime, 12345678901234567890"
  })
  void aPaxNumberThatIsNoneIsRefused(String key, String value) {
    assertThatThrownBy(() -> Archives.read(joined(raw('x', "pax", record(key, value)), file("a"))))
        .isInstanceOf(MalformedTarException.class)
        .hasMessageStartingWith("reading test.tar: entry at offset 1024 (a): " + key + ": expected")
        .hasMessageEndingWith("got '" + value + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1.5, 1, 500000000",
    "1., 1, 0",
    "-1.5, -2, 500000000",
    "-1, -1, 0",
    "-0.000000001, -1, 999999999",
    "1.0000000019, 1, 1",
    "99999999999, 99999999999, 0"
  })
  void paxTimesHaveFractionsAndSigns(String text, long seconds, int nanos) throws IOException {
    TarEntry entry = one(joined(raw('x', "pax", record("mtime", text)), file("a"))).entry();
    assertThat(entry.mtimeSeconds()).isEqualTo(seconds);
    assertThat(entry.mtimeNanos()).isEqualTo(nanos);
  }

  @Test
  void anEmptyPaxValueTakesBackWhatAGlobalHeaderSaid() throws IOException {
    byte[] archive =
        joined(
            raw('g', "pax", record("uid", "7") + record("gid", "8")),
            raw('x', "pax", record("uid", "")),
            file("a"),
            file("b"));
    List<Item> items = Archives.read(archive);
    assertThat(items.get(0).entry().uid()).isZero();
    assertThat(items.get(0).entry().gid()).isEqualTo(8);
    assertThat(items.get(1).entry().uid()).isEqualTo(7);
  }

  @Test
  void libarchivesAttributesAreBase64AndGiveWayToPlainOnes() throws IOException {
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(new byte[] {0, 1, -1});
    String records =
        record("LIBARCHIVE.xattr.user.a%3Db", encoded)
            + record("LIBARCHIVE.xattr.user.c", "AAAA")
            + record("SCHILY.xattr.user.c", "plain");
    Xattrs xattrs = one(joined(raw('x', "pax", records), file("a"))).entry().xattrs();
    assertThat(xattrs.names()).containsExactly("user.a=b", "user.c");
    assertThat(xattrs.get("user.a=b").orElseThrow()).containsExactly(0, 1, 0xff);
    assertThat(xattrs.get("user.c").orElseThrow()).asString().isEqualTo("plain");
  }

  @Test
  void attributesThatAreNoneAreRefused() {
    assertMalformed(
        joined(raw('x', "pax", record("LIBARCHIVE.xattr.user.a", "*")), file("a")),
        1024,
        "(a): LIBARCHIVE.xattr.user.a is not base64");
    assertMalformed(
        joined(raw('x', "pax", record("SCHILY.xattr.", "v")), file("a")),
        1024,
        "(a): an extended attribute has an empty name or a NUL in it: SCHILY.xattr.");
  }

  @ParameterizedTest
  @CsvSource({
    "'4,1,2,1', 2, the sparse map is out of order: offset 2",
    "'0,4,2,1', 5, the sparse map is out of order: offset 2",
    "'0,99', 99, 'the sparse map reaches 99, past the file''s end at 10'",
    "'0,4', 3, 'the sparse map has 4 bytes of data, the archive stores 3'",
    "'0,4,5', 3, GNU.sparse.map has an offset without a length",
    "'0,x', 3, GNU.sparse.map: expected a number",
    "'0,4,', 4, GNU.sparse.map has an offset without a length"
  })
  void aSparseMapThatIsNoneIsRefused(String map, int stored, String problem) {
    String records = record("GNU.sparse.size", "10") + record("GNU.sparse.map", map);
    assertThatThrownBy(
            () ->
                Archives.read(joined(raw('x', "pax", records), raw('0', "a", "d".repeat(stored)))))
        .isInstanceOf(MalformedTarException.class)
        .hasMessageStartingWith("reading test.tar: entry at offset 1024 (a): " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "'1\n0\nx\n', the sparse map has something other than decimal numbers",
    "'\n', the sparse map has something other than decimal numbers",
    "'9999999999999999999\n', the sparse map has something other than decimal numbers",
    "'1\n0\n7\n', 'the sparse map has 7 bytes of data, the archive stores 0'",
    "'2\n0\n', the sparse map has something other than decimal numbers"
  })
  void aSparseMapInLinesThatIsNoneIsRefused(String lines, String problem) {
    assertMalformed(sparse(lines + "\0".repeat(512 - lines.length())), 1024, "(a): " + problem);
  }

  @Test
  void aSparseMapInLinesMayNotGoOnPastTheArchive() {
    assertMalformed(
        sparse("999\n" + "9\n0\n".repeat(127)), 1024, "(a): the archive ends within a sparse map");
  }

  @Test
  void anUnknownSparseFormatIsRefused() {
    String records = record("GNU.sparse.major", "2") + record("GNU.sparse.minor", "3");
    assertMalformed(
        joined(raw('x', "pax", records), file("a")),
        1024,
        "(a): its sparse format is unknown: 2.3");
  }

  @Test
  void oddNamesAreShownOnOneLine() {
    assertMalformed(
        raw('0', "a\nb\u00e9\u001b/../..", ""),
        0,
        "(a?b??/../..): the path leaves the root: a?b??/../..");
  }

  @Test
  void theOffsetIsWhereContentBegins() throws IOException {
    TarReader reader = reader(joined(raw('0', "a", "x".repeat(600)), file("b")));
    reader.next();
    assertThat(reader.offset()).isEqualTo(512);
    assertThat(reader.body().readNBytes(10)).hasSize(10);
    assertThat(reader.offset()).isEqualTo(522);
    reader.next();
    assertThat(reader.offset()).isEqualTo(2048);
  }

  @Test
  void aBodyEndsWhereItsSizeSaysAndIsGoneWithTheNextEntry() throws IOException {
    TarReader reader = reader(joined(raw('0', "a", "12345"), raw('0', "b", "67")));
    reader.next();
    InputStream first = reader.body();
    assertThat(first.read()).isEqualTo('1');
    assertThat(first.read(new byte[100])).isEqualTo(4);
    assertThat(first.read(new byte[100])).isEqualTo(-1);
    reader.next();
    assertThat(first.read()).isEqualTo(-1);
    assertThat(reader.body().readAllBytes()).asString().isEqualTo("67");
  }

  @Test
  void aDirectorysSizeIsNotContent() throws IOException {
    byte[] directory = checksummed(put(raw('5', "d/", ""), 124, "00000001000\0"));
    assertThat(Archives.read(joined(directory, file("a"))))
        .containsExactly(Archives.directory("d"), Archives.file("a", ""));
  }

  @Test
  void aStreamThatFailsFailsAsItIs() throws IOException {
    InputStream closed = InputStream.nullInputStream();
    closed.close();
    assertThatThrownBy(() -> Archives.read(closed))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("Stream closed");
  }

  /** A sparse file of format 1.0 whose stored bytes are {@code lines}. */
  private static byte[] sparse(String lines) {
    String records =
        record("GNU.sparse.major", "1")
            + record("GNU.sparse.minor", "0")
            + record("GNU.sparse.realsize", "10");
    return joined(raw('x', "pax", records), raw('0', "a", lines));
  }

  private static byte[] file(String path) {
    return raw('0', path, "");
  }

  private static Item one(byte[] archive) throws IOException {
    List<Item> items = Archives.read(archive);
    assertThat(items).hasSize(1);
    return items.get(0);
  }

  private static TarReader reader(byte[] archive) {
    return new TarReader(new ByteArrayInputStream(archive), "x.tar");
  }

  static String record(String key, String value) {
    int length = key.length() + value.length() + 3;
    int digits = 1;
    while (Integer.toString(length + digits).length() > digits) {
      digits++;
    }
    return (length + digits) + " " + key + "=" + value + "\n";
  }

  private static void assertMalformed(byte[] archive, long offset, String problem) {
    String space = problem.startsWith("(") ? " " : "";
    assertThatThrownBy(() -> Archives.read(archive))
        .isInstanceOfSatisfying(
            MalformedTarException.class, e -> assertThat(e.offset()).isEqualTo(offset))
        .hasMessage("reading test.tar: entry at offset " + offset + space + problem);
  }
}
