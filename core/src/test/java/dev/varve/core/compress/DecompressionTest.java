package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DecompressionTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 11, 100_000})
  void uncompressedContentIsReadUnchanged(int length) throws IOException {
    byte[] content = CompressionTest.content(length);
    assertThat(decompress(content)).isEqualTo(content);
  }

  @Test
  void aTarWhoseFirstNameLooksLikeBzip2IsATar() throws IOException {
    byte[] content = "BZh9 and so on".getBytes(StandardCharsets.US_ASCII);
    assertThat(decompress(content)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void severalMembersOrFramesAreOneStream(String text) throws IOException {
    byte[] one = compressed(text, "one ");
    byte[] two = compressed(text, "two");
    byte[] empty = compressed(text, "");
    assertThat(decompress(joined(one, empty, two, empty))).asString().isEqualTo("one two");
  }

  @Test
  void skippableFramesAreSkipped() throws IOException {
    byte[] skippable = HexFormat.of().parseHex("5c2a4d1803000000616263");
    byte[] frame = compressed("zstd", "content");
    assertThat(decompress(joined(skippable, frame, skippable, frame, skippable)))
        .asString()
        .isEqualTo("contentcontent");
  }

  /** Only the header of the frame asks for the window; the content is short. */
  @ParameterizedTest
  @CsvSource({"27, 134217728", "28, 268435456", "29, 536870912"})
  void largeWindowsAreRead(int log, int window) throws IOException {
    assertThat(decompress(zstdWithWindow(log))).asString().isEqualTo("content");
    assertThat(1 << log).isEqualTo(window);
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 31, 40})
  void aWindowThatTakesTooMuchMemoryIsRefused(int log) {
    assertThatThrownBy(() -> decompress(zstdWithWindow(log)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "decompressing sha256:abc: expected a zstd window of at most 512 MiB, got a larger one;"
                + " compress the blob with a smaller window (zstd --long=27)");
  }

  /** Returns a frame of one raw block, in the format of RFC 8878. */
  private static byte[] zstdWithWindow(int log) {
    byte[] content = "content".getBytes(StandardCharsets.US_ASCII);
    byte[] header = {
      0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) ((log - 10) << 3), 1 | 7 << 3, 0, 0
    };
    return joined(header, content);
  }

  @ParameterizedTest
  @CsvSource({
    "425a683931415926535900, bzip2",
    "fd377a585a000000000000, xz",
    "04224d1864400000000000, lz4"
  })
  void otherFormatsAreRefusedByName(String hex, String format) {
    assertThatThrownBy(() -> decompress(HexFormat.of().parseHex(hex)))
        .isInstanceOf(IOException.class)
        .hasMessage("decompressing sha256:abc: expected gzip, zstd or a plain tar, got " + format);
  }

  @Test
  void zstdIsReadWhereOnlyZstdIsExpected() throws IOException {
    byte[] frames = joined(compressed("zstd", "one "), compressed("zstd", "two"));
    try (InputStream in = Decompression.openZstd(new ByteArrayInputStream(frames), "x")) {
      assertThat(in.readAllBytes()).asString().isEqualTo("one two");
    }
  }

  @ParameterizedTest
  @CsvSource({"'', nothing", "28b52f, other data", "1f8b0800000000000000, gzip"})
  void otherFormatsAreRefusedWhereOnlyZstdIsExpected(String hex, String got) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> Decompression.openZstd(new ByteArrayInputStream(bytes), "x"))
        .isInstanceOf(IOException.class)
        .hasMessage("decompressing x: expected zstd, got " + got);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void aStreamThatIsCutOffAnywhereIsAnError(String text) throws IOException {
    byte[] whole = compressed(text, "content that is long enough to be told from nothing at all");
    for (int length = 4; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decompress(cut))
          .isInstanceOf(IOException.class)
          .hasMessage("decompressing sha256:abc: %s data ends early, after %d bytes", text, length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void aLongStreamThatIsCutOffIsAnError(String text) throws IOException {
    Compression compression = Compression.parse(text);
    byte[] whole = CompressionTest.compress(compression, CompressionTest.content(1_000_000), 65536);
    for (int length : new int[] {10_000, 65_536, 131_072, 262_144, whole.length - 1}) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decompress(cut))
          .hasMessage("decompressing sha256:abc: %s data ends early, after %d bytes", text, length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void aSecondMemberOrFrameThatIsCutOffIsAnError(String text) throws IOException {
    byte[] one = compressed(text, "one");
    for (int more = 1; more < one.length; more++) {
      byte[] cut = joined(one, Arrays.copyOf(one, more));
      assertThatThrownBy(() -> decompress(cut))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("decompressing sha256:abc: " + text + " data ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void aWrongChecksumIsAnError(String text) throws IOException {
    byte[] bytes = compressed(text, "some content");
    int place = text.equals("gzip") ? bytes.length - 8 : bytes.length - 4;
    bytes[place] ^= 1;
    assertThatThrownBy(() -> decompress(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "decompressing sha256:abc: %s data is corrupt, somewhere before byte %d: ",
            text, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void garbageAfterTheEndIsAnError(String text) throws IOException {
    byte[] bytes = joined(compressed(text, "content"), new byte[100]);
    assertThatThrownBy(() -> decompress(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("decompressing sha256:abc: " + text + " data is corrupt");
  }

  /**
   * The decoder fails before the stream below has seen the end, and knows that the digest is wrong.
   */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void aCorruptBlobIsReportedByTheStreamThatVerifiesIt(String text) throws IOException {
    byte[] bytes =
        CompressionTest.compress(
            Compression.parse(text), CompressionTest.content(1_000_000), 65536);
    bytes[bytes.length / 2] ^= 1;
    IOException wrong = new IOException("the digest is wrong");
    InputStream verifying =
        new FilterInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            if (n < 0) {
              throw wrong;
            }
            return n;
          }
        };
    assertThatThrownBy(
            () -> {
              try (InputStream content = Decompression.open(verifying, "sha256:abc")) {
                content.readAllBytes();
              }
            })
        .isSameAs(wrong);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void aFailureOfTheStreamBelowIsThrownUnchanged(String text) throws IOException {
    byte[] whole =
        CompressionTest.compress(
            Compression.parse(text), CompressionTest.content(1_000_000), 65536);
    IOException failure = new IOException("the digest is wrong");
    InputStream failing =
        new FilterInputStream(new ByteArrayInputStream(whole)) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, Math.min(length, 1000));
            if (n < 0) {
              throw failure;
            }
            return n;
          }
        };
    assertThatThrownBy(
            () -> {
              try (InputStream in = Decompression.open(failing, "x")) {
                in.transferTo(OutputStream.nullOutputStream());
              }
            })
        .isSameAs(failure);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void closingLeavesTheBlobOpen(String text) throws IOException {
    boolean[] closed = new boolean[1];
    InputStream blob =
        new FilterInputStream(new ByteArrayInputStream(compressed(text, "content"))) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    InputStream in = Decompression.open(blob, "x");
    assertThat(in.read()).isEqualTo('c');
    in.close();
    assertThat(closed).containsExactly(false);
  }

  private static byte[] compressed(String text, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    return CompressionTest.compress(Compression.parse(text), bytes, 65536);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] decompress(byte[] bytes) throws IOException {
    try (InputStream in = Decompression.open(new ByteArrayInputStream(bytes), "sha256:abc")) {
      return in.readAllBytes();
    }
  }
}
