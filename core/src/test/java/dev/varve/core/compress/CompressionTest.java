package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompressionTest {
  @ParameterizedTest
  @CsvSource({
    "none, NONE, 0, none, ''",
    "gzip, GZIP, 6, gzip:6, +gzip",
    "gzip:1, GZIP, 1, gzip:1, +gzip",
    "gzip:9, GZIP, 9, gzip:9, +gzip",
    "zstd, ZSTD, 6, zstd:6, +zstd",
    "zstd:1, ZSTD, 1, zstd:1, +zstd",
    "zstd:19, ZSTD, 19, zstd:19, +zstd"
  })
  void namesAndLevelsAreParsed(
      String text, Compression.Algorithm algorithm, int level, String printed, String suffix) {
    Compression compression = Compression.parse(text);
    assertThat(compression).isEqualTo(new Compression(algorithm, level)).hasToString(printed);
    assertThat(compression.mediaTypeSuffix()).isEqualTo(suffix);
    assertThat(Compression.parse(printed)).isEqualTo(compression);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "zstd:",
        "zstd:0",
        "zstd:20",
        "zstd:-1",
        "zstd:3 ",
        "zstd:100",
        "ZSTD",
        "gzip:0",
        "gzip:10",
        "gzip:x",
        "none:0",
        "none:",
        "zstd:chunked",
        "xz",
        "zstd:3:3"
      })
  void otherTextIsRefusedWithTheAcceptedForms(String text) {
    assertThatThrownBy(() -> Compression.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown compression '"
                + text
                + "': expected none, gzip[:LEVEL] (1 to 9, default 6)"
                + " or zstd[:LEVEL] (1 to 19, default 6)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip:1", "gzip", "gzip:9", "zstd:1", "zstd", "zstd:19"})
  void theSizeOfWritesDoesNotChangeTheBytes(String text) throws IOException {
    Compression compression = Compression.parse(text);
    byte[] content = content(400_000);
    byte[] whole = compress(compression, content, content.length);
    assertThat(compress(compression, content, 1)).isEqualTo(whole);
    assertThat(compress(compression, content, 777)).isEqualTo(whole);
    assertThat(compress(compression, content, 65_537)).isEqualTo(whole);
    assertThat(decompress(whole)).isEqualTo(content);
  }

  /**
   * With a library version or JDK that fails this test, every user would download every layer
   * again.
   */
  @ParameterizedTest
  @CsvSource({
    "gzip:6, 6648f0cc71f6dcef1fef0da279878a667a575a621bff6469a7ad420432ae2114",
    "zstd:6, ca7a6a361efcde5fda2325c1f68b7f55e18adb4c79dc2484be7bb2e99f60cd33",
    "zstd:19, ca87e45b5faaf83161f3164ab9f457656f11b97515ec2cb732cb2a9ac9dcbe70",
  })
  void bytesAreTheSameOnEveryMachineAndJdk(String text, String sha256) throws Exception {
    byte[] compressed = compress(Compression.parse(text), content(3_000_000), 10_000);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(compressed);
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
  }

  @Property(tries = 60)
  void decompressionRestoresTheContent(
      @ForAll byte[] piece,
      @ForAll @IntRange(max = 2000) int times,
      @ForAll @IntRange(min = 1, max = 19) int level)
      throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      all.write(piece);
      all.write(i);
    }
    byte[] content = all.toByteArray();
    Compression zstd = new Compression(Compression.Algorithm.ZSTD, level);
    assertThat(decompress(compress(zstd, content, 5000))).isEqualTo(content);
    Compression gzip = new Compression(Compression.Algorithm.GZIP, Math.min(level, 9));
    byte[] member = compress(gzip, content, 5000);
    assertThat(decompress(member)).isEqualTo(content);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(member)).readAllBytes())
        .isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void emptyContentIsCompressed(String text) throws IOException {
    byte[] compressed = compress(Compression.parse(text), new byte[0], 1);
    assertThat(decompress(compressed)).isEmpty();
    assertThat(compressed.length)
        .isEqualTo(text.equals("none") ? 0 : text.equals("gzip") ? 20 : 13);
  }

  @Test
  void aGzipHeaderHasNoTimeAndNoOperatingSystem() throws IOException {
    byte[] compressed = compress(Compression.parse("gzip"), content(10), 10);
    assertThat(Arrays.copyOf(compressed, 10)).containsExactly(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
  }

  @Test
  void aZstdFrameHasAChecksum() throws IOException {
    byte[] compressed = compress(Compression.parse("zstd"), content(10), 10);
    assertThat(compressed[4] & 4).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void closingCompletesTheDataAndLeavesTheStreamBelowOpen(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] calls = new int[2];
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {
            bytes.write(b);
          }

          @Override
          public void write(byte[] b, int offset, int length) {
            bytes.write(b, offset, length);
          }

          @Override
          public void flush() {
            calls[0]++;
          }

          @Override
          public void close() {
            calls[1]++;
          }
        };
    OutputStream compressing = Compression.parse(text).compress(out);
    compressing.write(1);
    compressing.flush();
    assertThat(calls).containsExactly(0, 0);
    compressing.close();
    compressing.close();
    assertThat(calls).containsExactly(1, 0);
    assertThat(decompress(bytes.toByteArray())).containsExactly(1);
    assertThatThrownBy(() -> compressing.write(2))
        .isInstanceOf(IOException.class)
        .hasMessage("writing compressed data: the stream is closed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void aFailureOfTheStreamBelowIsThrownUnchanged(String text) {
    OutputStream closed = OutputStream.nullOutputStream();
    assertThatThrownBy(
            () -> {
              closed.close();
              try (OutputStream compressing = Compression.parse(text).compress(closed)) {
                compressing.write(content(1_000_000));
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("Stream closed");
  }

  @Test
  void theProducerIsTheImplementationInUse() {
    assertThat(Compression.parse("gzip").producer()).isEqualTo("varve-deflate 1");
    assertThat(Compression.parse("zstd").producer()).matches("zstd-jni [0-9.]+-[0-9]+ long");
    assertThat(Compression.parse("none").producer()).isEmpty();
  }

  /** Returns partly compressible content, the same in every run. */
  static byte[] content(int length) {
    Random random = new Random(42);
    byte[] content = new byte[length];
    for (int i = 0; i < length; ) {
      int n = Math.min(length - i, 1 + random.nextInt(60));
      if (i < 100 || random.nextInt(3) == 0) {
        byte[] noise = new byte[n];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, content, i, n);
      } else {
        System.arraycopy(content, random.nextInt(i - Math.min(i - 1, n)), content, i, n);
      }
      i += n;
    }
    return content;
  }

  static byte[] compress(Compression compression, byte[] content, int piece) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressing = compression.compress(out)) {
      for (int i = 0; i < content.length; i += piece) {
        compressing.write(content, i, Math.min(piece, content.length - i));
      }
    }
    return out.toByteArray();
  }

  private static byte[] decompress(byte[] bytes) throws IOException {
    try (InputStream in = Decompression.open(new ByteArrayInputStream(bytes), "test")) {
      return in.readAllBytes();
    }
  }
}
