package dev.varve.core.tar;

import static dev.varve.core.tar.Archives.assertMalformed;
import static dev.varve.core.tar.Archives.checksummed;
import static dev.varve.core.tar.Archives.emptyFile;
import static dev.varve.core.tar.Archives.joined;
import static dev.varve.core.tar.Archives.one;
import static dev.varve.core.tar.Archives.put;
import static dev.varve.core.tar.Archives.raw;
import static dev.varve.core.tar.Archives.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.tar.Archives.Item;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Extended headers, whose names, numbers, times and attributes replace those of the header. */
final class PaxHeadersTest {
  @Test
  void tooLongNamesAndHeadersAreRefusedBeforeTheyAreRead() {
    byte[] pax = checksummed(put(raw('x', "pax", ""), 124, "00004000001\0"));
    assertMalformed(
        pax, 0, ": the PAX header is too long: expected at most 1048576 bytes, got 1048577");
    byte[] name = checksummed(put(raw('L', "long", ""), 124, "00000200001\0"));
    assertMalformed(name, 0, ": the name is too long: expected at most 65536 bytes, got 65537");
    String path = record("path", "p".repeat(65537));
    assertMalformed(
        joined(raw('x', "pax", path), emptyFile("a")), 66_560, ": path is too long: 65537 bytes");
  }

  @Test
  void aNulInANameIsRefused() {
    assertMalformed(
        joined(raw('L', "long", "a\0b\0"), emptyFile("x")), 0, ": the long name holds a NUL");
    assertMalformed(
        joined(raw('x', "pax", record("path", "a\0b")), emptyFile("x")),
        1024,
        ": path holds a NUL");
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
        joined(raw('x', "pax", "11 path=ab\n" + records), emptyFile("a")),
        0,
        ": the PAX record at byte 11 is malformed: " + problem);
  }

  @Test
  void aPaxKeyWithANulIsRefused() {
    assertMalformed(
        joined(raw('x', "pax", "10 u\0id=7\n"), emptyFile("a")),
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
  void aMalformedPaxNumberIsRefused(String key, String value) {
    assertThatThrownBy(
            () -> Archives.read(joined(raw('x', "pax", record(key, value)), emptyFile("a"))))
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
    TarEntry entry = one(joined(raw('x', "pax", record("mtime", text)), emptyFile("a"))).entry();
    assertThat(entry.mtimeSeconds()).isEqualTo(seconds);
    assertThat(entry.mtimeNanos()).isEqualTo(nanos);
  }

  @Test
  void anEmptyPaxValueResetsTheValueOfAGlobalHeader() throws IOException {
    byte[] archive =
        joined(
            raw('g', "pax", record("uid", "7") + record("gid", "8")),
            raw('x', "pax", record("uid", "")),
            emptyFile("a"),
            emptyFile("b"));
    List<Item> items = Archives.read(archive);
    assertThat(items.get(0).entry().uid()).isZero();
    assertThat(items.get(0).entry().gid()).isEqualTo(8);
    assertThat(items.get(1).entry().uid()).isEqualTo(7);
  }

  @Test
  void libarchiveAttributesAreBase64AndPlainAttributesTakePrecedence() throws IOException {
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(new byte[] {0, 1, -1});
    String records =
        record("LIBARCHIVE.xattr.user.a%3Db", encoded)
            + record("LIBARCHIVE.xattr.user.c", "AAAA")
            + record("SCHILY.xattr.user.c", "plain");
    Xattrs xattrs = one(joined(raw('x', "pax", records), emptyFile("a"))).entry().xattrs();
    assertThat(xattrs.names()).containsExactly("user.a=b", "user.c");
    assertThat(xattrs.get("user.a=b").orElseThrow()).containsExactly(0, 1, 0xff);
    assertThat(xattrs.get("user.c").orElseThrow()).asString().isEqualTo("plain");
  }

  @Test
  void malformedAttributesAreRefused() {
    assertMalformed(
        joined(raw('x', "pax", record("LIBARCHIVE.xattr.user.a", "*")), emptyFile("a")),
        1024,
        "(a): LIBARCHIVE.xattr.user.a is not base64");
    assertMalformed(
        joined(raw('x', "pax", record("SCHILY.xattr.", "v")), emptyFile("a")),
        1024,
        "(a): an extended attribute has an empty name or a NUL in it: SCHILY.xattr.");
  }

  @Test
  void severalHeadersOfAnEntryAreLimitedTogether() {
    byte[] header = raw('x', "", record("a", "b".repeat(600_000)));
    long second = header.length;
    assertMalformed(
        joined(header, header, Archives.emptyFile("f"), Archives.end()),
        second,
        ": the PAX headers are too long: expected at most 1048576 bytes, got 1200020");
  }

  @Test
  void globalHeadersAreLimitedTogether() {
    byte[] header = raw('g', "", record("a", "b".repeat(600_000)));
    byte[] file = Archives.emptyFile("f");
    assertMalformed(
        joined(header, file, header, file, Archives.end()),
        header.length + file.length,
        ": the PAX headers are too long: expected at most 1048576 bytes, got 1200020");
  }

  @Test
  void globalHeadersHaveAtMost256Records() throws IOException {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < 256; i++) {
      records.append(record("key" + i, "v"));
    }
    byte[] file = Archives.emptyFile("f");
    assertThat(
            Archives.one(joined(raw('g', "", records.toString()), file, Archives.end()))
                .entry()
                .path())
        .isEqualTo("f");
    records.append(record("one more", "v"));
    assertMalformed(
        joined(raw('g', "", records.toString()), file, Archives.end()),
        0,
        ": the global PAX headers have too many records: expected at most 256, got 257");
  }
}
