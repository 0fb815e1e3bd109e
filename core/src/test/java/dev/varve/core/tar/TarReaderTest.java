package dev.varve.core.tar;

import static dev.varve.core.tar.Archives.assertMalformed;
import static dev.varve.core.tar.Archives.checksummed;
import static dev.varve.core.tar.Archives.emptyFile;
import static dev.varve.core.tar.Archives.end;
import static dev.varve.core.tar.Archives.joined;
import static dev.varve.core.tar.Archives.one;
import static dev.varve.core.tar.Archives.put;
import static dev.varve.core.tar.Archives.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.tar.Archives.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers, the order and ends of headers, and the contents of entries. */
final class TarReaderTest {
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
  void aVolumeLabelIsSkippedAndAnIncrementalDirectoryIsADirectory() throws IOException {
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
  void anArchiveMayEndWithoutAMarkOrWithHalfAMark() throws IOException {
    byte[] file = raw('0', "a", "x");
    List<Item> expected = List.of(Archives.file("a", "x"));
    assertThat(Archives.read(file)).isEqualTo(expected);
    assertThat(Archives.read(joined(file, new byte[512]))).isEqualTo(expected);
    assertThat(Archives.read(joined(file, new byte[700]))).isEqualTo(expected);
    assertThat(Archives.read(joined(file, end()))).isEqualTo(expected);
    assertThat(Archives.read(new byte[0])).isEmpty();
  }

  @Test
  void bytesAfterTheEndMarkAreReadAndDropped() throws IOException {
    InputStream in =
        new ByteArrayInputStream(
            joined(raw('0', "a", "x"), end(), new byte[200_000], emptyFile("b")));
    assertThat(Archives.read(in)).containsExactly(Archives.file("a", "x"));
    assertThat(in.read()).isEqualTo(-1);
  }

  @Test
  void aSingleBlockOfZerosBetweenEntriesIsRefused() {
    assertMalformed(
        joined(emptyFile("a"), new byte[512], emptyFile("b")),
        512,
        ": expected a second block of zeros or the archive's end");
  }

  @Test
  void noEntryFollowsTheEnd() throws IOException {
    TarReader reader = reader(emptyFile("a"));
    assertThat(reader.next()).isPresent();
    assertThat(reader.next()).isEmpty();
    assertThat(reader.next()).isEmpty();
    assertThat(reader.body().read()).isEqualTo(-1);
  }

  @Test
  void anArchiveThatEndsWithinAHeaderIsRefused() {
    assertMalformed(
        joined(raw('0', "a", "x"), Arrays.copyOf(emptyFile("b"), 300)),
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
  void aMalformedNumberIsRefused(int field, String text, String what) {
    byte[] header = put(emptyFile("a"), field, text);
    assertThatThrownBy(() -> Archives.read(field == 148 ? header : checksummed(header)))
        .isInstanceOf(MalformedTarException.class)
        .hasMessageContaining(what + ": expected an octal number, got '" + text);
  }

  @Test
  void numbersMayBePaddedWithSpacesOrMissing() throws IOException {
    byte[] header = put(put(emptyFile("a"), 108, "   17 \0\0"), 116, "\0\0\0\0\0\0\0\0");
    TarEntry entry = one(checksummed(header)).entry();
    assertThat(entry.uid()).isEqualTo(15);
    assertThat(entry.gid()).isZero();
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    byte[] huge = put(emptyFile("a"), 124, "\u0080\0\0\0\0\7\0\0\0\0\0\0");
    assertMalformed(checksummed(huge), 0, "(a): the size is out of range: 1970324836974592");
    byte[] negative = put(emptyFile("a"), 124, "\u00ff".repeat(12));
    assertMalformed(checksummed(negative), 0, "(a): the size is out of range: -1");
    byte[] overflow = put(emptyFile("a"), 124, "\u0080\u00ff".repeat(6));
    assertMalformed(checksummed(overflow), 0, "(a): size: the number is too large");
    byte[] owner = put(emptyFile("a"), 108, "\u0080\0\0\1\0\0\0\0");
    assertMalformed(checksummed(owner), 0, "(a): the uid is out of range: 4294967296");
  }

  @Test
  void theOffsetPointsToTheUnreadContent() throws IOException {
    TarReader reader = reader(joined(raw('0', "a", "x".repeat(600)), emptyFile("b")));
    reader.next();
    assertThat(reader.offset()).isEqualTo(512);
    assertThat(reader.body().readNBytes(10)).hasSize(10);
    assertThat(reader.offset()).isEqualTo(522);
    reader.next();
    assertThat(reader.offset()).isEqualTo(2048);
  }

  @Test
  void aBodyEndsAtItsSizeOrWithTheNextEntry() throws IOException {
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
  void theSizeOfADirectoryIsIgnored() throws IOException {
    byte[] directory = checksummed(put(raw('5', "d/", ""), 124, "00000001000\0"));
    assertThat(Archives.read(joined(directory, emptyFile("a"))))
        .containsExactly(Archives.directory("d"), Archives.file("a", ""));
  }

  @Test
  void aFailureOfTheStreamIsThrownUnchanged() throws IOException {
    InputStream closed = InputStream.nullInputStream();
    closed.close();
    assertThatThrownBy(() -> Archives.read(closed))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("Stream closed");
  }

  private static TarReader reader(byte[] archive) {
    return new TarReader(new ByteArrayInputStream(archive), "x.tar");
  }
}
