package dev.varve.core.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.tar.Archives.Item;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TarWriterTest {
  @Test
  void aPlainFileIsWrittenAsAUstarHeaderAndContent() throws IOException {
    TarEntry entry =
        new TarEntry(
            "usr/bin/true",
            TarEntry.Type.FILE,
            0755,
            0,
            1000,
            3,
            1_700_000_000,
            999,
            "",
            Xattrs.EMPTY,
            0,
            0);
    byte[] archive = Archives.write(new Item(entry, "abc"));

    byte[] header = new byte[512];
    Archives.put(header, 0, "usr/bin/true");
    Archives.put(header, 100, "0000755");
    Archives.put(header, 108, "0000000");
    Archives.put(header, 116, "0001750");
    Archives.put(header, 124, "00000000003");
    Archives.put(header, 136, "14524770400");
    Archives.put(header, 148, "011543\0 ");
    Archives.put(header, 156, "0");
    Archives.put(header, 257, "ustar\00000");
    Archives.put(header, 329, "0000000");
    Archives.put(header, 337, "0000000");
    byte[] content = Arrays.copyOf("abc".getBytes(StandardCharsets.US_ASCII), 512);
    assertThat(archive).isEqualTo(Archives.joined(header, content, new byte[1024]));
  }

  @Test
  void anEmptyArchiveIsTwoBlocksOfZeros() throws IOException {
    assertThat(Archives.write()).isEqualTo(new byte[1024]);
  }

  @Test
  void theRootAndDirectoriesEndWithASlash() throws IOException {
    byte[] archive = Archives.write(Archives.directory(""), Archives.directory("a/b"));
    assertThat(text(archive, 0, 3)).isEqualTo("./\0");
    assertThat(text(archive, 512, 5)).isEqualTo("a/b/\0");
    assertThat(archive).hasSize(4 * 512);
  }

  @Test
  void aNameOfAHundredBytesNeedsNoPrefix() throws IOException {
    String name = "d/" + "n".repeat(98);
    byte[] archive = Archives.write(Archives.file(name, ""));
    assertThat(archive).hasSize(3 * 512);
    assertThat(text(archive, 0, 101)).isEqualTo(name + "0");
    assertThat(archive[345]).isZero();
  }

  @Test
  void aLongerNameIsSplitAsLateAsPossible() throws IOException {
    String prefix = "p".repeat(100) + "/" + "q".repeat(54);
    byte[] archive = Archives.write(Archives.file(prefix + "/" + "n".repeat(100), ""));
    assertThat(archive).hasSize(3 * 512);
    assertThat(text(archive, 345, 155)).isEqualTo(prefix);
    assertThat(text(archive, 0, 101)).isEqualTo("n".repeat(100) + "0");
  }

  @Test
  void aLongDirectoryIsNotSplitAtItsTrailingSlash() throws IOException {
    byte[] archive = Archives.write(Archives.directory("p".repeat(90) + "/" + "n".repeat(60)));
    assertThat(archive).hasSize(3 * 512);
    assertThat(text(archive, 0, 62)).isEqualTo("n".repeat(60) + "/\0");
  }

  @Test
  void aNameThatCannotBeSplitIsWrittenAsARecord() throws IOException {
    String name = "n".repeat(101);
    byte[] archive = Archives.write(Archives.file(name, ""));
    assertThat(archive).hasSize(5 * 512);
    assertThat(text(archive, 0, 19)).isEqualTo("PaxHeaders.0/entry\0");
    assertThat(text(archive, 100, 7)).isEqualTo("0000644");
    assertThat(text(archive, 136, 11)).isEqualTo("00000000000");
    assertThat(archive[156]).isEqualTo((byte) 'x');
    assertThat(text(archive, 512, 113)).isEqualTo("111 path=" + name + "\n\0\0");
    assertThat(text(archive, 1024, 101)).isEqualTo("n".repeat(100) + "0");
  }

  @Test
  void recordsAreSortedAndHaveRawBytes() throws IOException {
    TarEntry entry =
        new TarEntry(
            "caf\udce9",
            TarEntry.Type.SYMLINK,
            0777,
            2_097_152,
            4_294_967_295L,
            0,
            -7,
            0,
            "é",
            Xattrs.of(Map.of("user.z", new byte[] {0, -1}, "security.capability", new byte[0])),
            0,
            0);
    byte[] archive = Archives.write(new Item(entry, ""));
    assertThat(text(archive, 512, 200).replace("\0\0", ""))
        .isEqualTo(
            "37 SCHILY.xattr.security.capability=\n"
                .concat("26 SCHILY.xattr.user.z=\0\u00ff\n")
                .concat("18 gid=4294967295\n")
                .concat("15 linkpath=\u00c3\u00a9\n")
                .concat("12 mtime=-7\n")
                .concat("13 path=caf\u00e9\n")
                .concat("15 uid=2097152\n"));
    // A reader without PAX sees these values.
    assertThat(text(archive, 1024, 5)).isEqualTo("caf_\0");
    assertThat(text(archive, 1024 + 108, 8)).isEqualTo("0000000\0");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 8_589_934_591L})
  void timesUpTo2242NeedNoRecord(long seconds) throws IOException {
    assertThat(Archives.write(new Item(at(seconds), ""))).hasSize(3 * 512);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 8_589_934_592L})
  void otherTimesNeedARecord(long seconds) throws IOException {
    byte[] archive = Archives.write(new Item(at(seconds), ""));
    assertThat(archive).hasSize(5 * 512);
    assertThat(Archives.read(archive).get(0).entry().mtimeSeconds()).isEqualTo(seconds);
  }

  @Test
  void aSizeOfEightGibibytesIsWrittenAsARecord() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarEntry entry = Archives.entry("huge", TarEntry.Type.FILE, 1L << 33, "");
    byte[] little = new byte[70_000];
    assertThatThrownBy(() -> new TarWriter(out).add(entry, new ByteArrayInputStream(little)))
        .isInstanceOf(IOException.class)
        .hasMessage("writing huge: its content changed: expected 8589934592 bytes, got 70000");
    assertThat(text(out.toByteArray(), 512, 20)).isEqualTo("19 size=8589934592\n\0");
    assertThat(text(out.toByteArray(), 1024 + 124, 11)).isEqualTo("00000000000");
  }

  @Test
  void contentThatIsTooShortOrTooLongIsRefused() {
    TarWriter writer = new TarWriter(new ByteArrayOutputStream());
    TarEntry entry = Archives.entry("etc/passwd", TarEntry.Type.FILE, 3, "");
    assertThatThrownBy(() -> writer.add(entry, new ByteArrayInputStream(new byte[2])))
        .isInstanceOf(IOException.class)
        .hasMessage("writing etc/passwd: its content changed: expected 3 bytes, got 2");
    assertThatThrownBy(() -> writer.add(entry, new ByteArrayInputStream(new byte[4])))
        .isInstanceOf(IOException.class)
        .hasMessage("writing etc/passwd: its content changed: expected 3 bytes, got more");
    assertThatThrownBy(() -> writer.add(entry))
        .isInstanceOf(IOException.class)
        .hasMessage("writing etc/passwd: its content changed: expected 3 bytes, got 0");
  }

  @Test
  void valuesThatATarCannotStoreAreRefused() {
    TarWriter writer = new TarWriter(new ByteArrayOutputStream());
    TarEntry device =
        new TarEntry(
            "d", TarEntry.Type.BLOCK_DEVICE, 0, 0, 0, 0, 0, 0, "", Xattrs.EMPTY, 2_097_152, 0);
    assertThatThrownBy(() -> writer.add(device))
        .isInstanceOf(IOException.class)
        .hasMessage("writing d: a tar can't hold the device number 2097152:0");
    TarEntry file = Archives.entry("f", TarEntry.Type.FILE, 0, "");
    assertThatThrownBy(() -> writer.add(Archives.withXattrs(file, Map.of("user.a=b", new byte[1]))))
        .isInstanceOf(IOException.class)
        .hasMessage("writing f: a tar can't hold the extended attribute user.a=b");
    assertThatThrownBy(
            () -> writer.add(Archives.withXattrs(file, Map.of("user.a", new byte[1 << 20]))))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "writing f: expected names and extended attributes of at most 1048576 bytes, got"
                + " 1048605");
  }

  @Test
  void theSizeCountsBytesThatAreNotYetWritten() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    byte[] content = new byte[200_000];
    writer.add(
        Archives.entry("a", TarEntry.Type.FILE, content.length, ""),
        new ByteArrayInputStream(content));
    assertThat(writer.size()).isEqualTo(512 + 200_192);
    assertThat(out.size()).isEqualTo(3 * 65_536);
    writer.finish();
    assertThat(writer.size()).isEqualTo(512 + 200_192 + 1024);
    assertThat(out.size()).isEqualTo(512 + 200_192 + 1024);
  }

  @Test
  void theBytesNeverChange() throws Exception {
    // With another digest, every user would download every layer again.
    byte[] archive =
        Archives.write(
            Archives.directory("etc"),
            Archives.file("etc/" + "x".repeat(120), "hello"),
            Archives.link(TarEntry.Type.HARD_LINK, "etc/h", "etc/" + "x".repeat(120)),
            Archives.link(TarEntry.Type.SYMLINK, "etc/ü", "../é"),
            new Item(
                Archives.withXattrs(
                    Archives.entry("bin/ping", TarEntry.Type.FILE, 1, ""),
                    Map.of("security.capability", new byte[] {1, 0, 0, 2})),
                "p"));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
    assertThat(HexFormat.of().formatHex(digest))
        .isEqualTo("7d50d698cb581b672bb003a3b93eac2ea98b4a4ff6c7418d6923ee4ac87bc35c");
  }

  private static TarEntry at(long seconds) {
    return new TarEntry("a", TarEntry.Type.FILE, 0644, 0, 0, 0, seconds, 0, "", Xattrs.EMPTY, 0, 0);
  }

  private static String text(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }
}
