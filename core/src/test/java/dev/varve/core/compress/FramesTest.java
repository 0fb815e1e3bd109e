package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that streams are one zstd frame or gzip member, however long: bootc's composefs backend up
 * to 1.16.9 takes the first for the whole layer, and fails or loses files.
 */
final class FramesTest {
  /** Longer than any buffer or window, also when it is compressed. */
  private static final int LONG = 40 << 20;

  private static byte[] content = {};

  @BeforeAll
  static void makeContent() {
    content = CompressionTest.content(LONG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd:1", "zstd"})
  void aLongLayerIsOneZstdFrame(String compression) throws IOException {
    byte[] layer = compress(Compression.parse(compression), LONG);
    assertThat(layer.length).isGreaterThan(8 << 20);
    assertThat(Frames.zstdFrame(layer, 0)).isEqualTo(layer.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip:1", "gzip"})
  void aLongLayerIsOneGzipMember(String compression) throws Exception {
    byte[] layer = compress(Compression.parse(compression), LONG);
    assertThat(layer.length).isGreaterThan(8 << 20);
    assertThat(Frames.gzipMember(layer)).isEqualTo(layer.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 1_000_000})
  void aShortLayerIsOneFrameOrMember(int length) throws Exception {
    byte[] zstd = compress(Compression.parse("zstd"), length);
    assertThat(Frames.zstdFrame(zstd, 0)).isEqualTo(zstd.length);
    byte[] gzip = compress(Compression.parse("gzip"), length);
    assertThat(Frames.gzipMember(gzip)).isEqualTo(gzip.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 24})
  void aLongStreamOfADeltaIsOneZstdFrame(int windowLog) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressing = ZstdStream.compress(out, 3, windowLog)) {
      compressing.write(content);
    }
    byte[] stream = out.toByteArray();
    assertThat(Frames.zstdFrame(stream, 0)).isEqualTo(stream.length);
  }

  @Test
  void aLongPatchIsOneZstdFrame() throws IOException {
    byte[] before = Arrays.copyOf(content, 8 << 20);
    byte[] after = Arrays.copyOfRange(content, 4 << 20, 20 << 20);
    byte[] patch = ZstdPatch.create(before, after, 3);
    assertThat(patch.length).isGreaterThan(1 << 20);
    assertThat(Frames.zstdFrame(patch, 0)).isEqualTo(patch.length);
  }

  @Test
  void theFirstOfSeveralFramesOrMembersIsFound() throws Exception {
    byte[] zstd = compress(Compression.parse("zstd"), 300_000);
    assertThat(Frames.zstdFrame(twice(zstd), 0)).isEqualTo(zstd.length);
    byte[] gzip = compress(Compression.parse("gzip"), 300_000);
    assertThat(Frames.gzipMember(twice(gzip))).isEqualTo(gzip.length);
  }

  private static byte[] twice(byte[] bytes) {
    byte[] both = Arrays.copyOf(bytes, 2 * bytes.length);
    System.arraycopy(bytes, 0, both, bytes.length, bytes.length);
    return both;
  }

  private static byte[] compress(Compression compression, int length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressing = compression.compress(out)) {
      compressing.write(content, 0, length);
    }
    return out.toByteArray();
  }
}
