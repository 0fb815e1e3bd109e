package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ZstdPatchTest {
  private static final byte[] SOURCE = noise(1, 500_000);

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1000", "1000, 0", "1, 1", "500000, 500000", "10, 3000000", "3000000, 10"})
  void aPatchMakesItsTarget(int sourceSize, int targetSize) throws IOException {
    byte[] source = noise(2, sourceSize);
    byte[] target = CompressionTest.content(targetSize);
    byte[] patch = ZstdPatch.create(source, target, 3);
    assertThat(decode(source, patch)).isEqualTo(target);
    assertThat(ZstdPatch.targetSize(patch)).hasValue(targetSize);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 9, 16, 19, 22})
  void aPatchIsSmallIfTheTargetIsLikeTheSource(int level) throws IOException {
    byte[] target = edited(SOURCE);
    byte[] patch = ZstdPatch.create(SOURCE, target, level);
    assertThat(patch.length).isLessThan(400);
    assertThat(decode(SOURCE, patch)).isEqualTo(target);
  }

  /** The tables of zstd's levels have room for a part of such a source. */
  @ParameterizedTest
  @ValueSource(ints = {3, 9})
  void aLargeSourceIsSearchedFromItsStart(int level) throws IOException {
    byte[] source = noise(4, 10_000_000);
    byte[] target = Arrays.copyOf(source, 3_000_000);
    byte[] patch = ZstdPatch.create(source, target, level);
    assertThat(patch.length).isLessThan(6000);
    assertThat(decode(source, patch)).isEqualTo(target);
  }

  /** By its first bytes, zstd would take such a source for one of its dictionaries. */
  @Test
  void aSourceThatBeginsLikeADictionaryIsASource() throws IOException {
    byte[] source = SOURCE.clone();
    System.arraycopy(new byte[] {0x37, (byte) 0xa4, 0x30, (byte) 0xec}, 0, source, 0, 4);
    byte[] target = edited(source);
    byte[] patch = ZstdPatch.create(source, target, 9);
    assertThat(patch.length).isLessThan(200);
    assertThat(decode(source, patch)).isEqualTo(target);
  }

  @Test
  void aPatchForAnotherSourceIsRefused() throws IOException {
    byte[] patch = ZstdPatch.create(SOURCE, edited(SOURCE), 9);
    byte[] other = noise(3, SOURCE.length);
    assertThatThrownBy(() -> decode(other, patch))
        .isInstanceOf(CorruptPatchException.class)
        .hasMessage(
            "decoding a zstd patch: data is corrupt, or made for another source: Restored data"
                + " doesn't match checksum");
  }

  @Test
  void aPatchThatIsCutOffAnywhereIsRefused() throws IOException {
    byte[] patch = ZstdPatch.create(SOURCE, edited(SOURCE), 9);
    for (int length = 0; length < patch.length; length++) {
      byte[] cut = Arrays.copyOf(patch, length);
      assertThatThrownBy(() -> decode(SOURCE, cut))
          .isInstanceOf(CorruptPatchException.class)
          .hasMessage("decoding a zstd patch: data ends early, after %d bytes", length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100_000})
  void bytesBehindThePatchAreRefused(int more) throws IOException {
    byte[] patch = ZstdPatch.create(SOURCE, edited(SOURCE), 9);
    byte[] longer = Arrays.copyOf(patch, patch.length + more);
    assertThatThrownBy(() -> decode(SOURCE, longer))
        .isInstanceOf(CorruptPatchException.class)
        .hasMessage(
            "decoding a zstd patch: expected the end after a frame of %d bytes, got more",
            patch.length);
  }

  @Test
  void aFailureBelowIsPassedOn() {
    IOException failure = new IOException("the digest is wrong");
    InputStream failing =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw failure;
          }
        };
    assertThatThrownBy(() -> ZstdPatch.decode(SOURCE, failing).readAllBytes()).isSameAs(failure);
  }

  @Test
  void theSizeOfTheTargetIsUnknownWithoutItsHeader() throws IOException {
    byte[] patch = ZstdPatch.create(SOURCE, new byte[300], 3);
    assertThat(ZstdPatch.targetSize(Arrays.copyOf(patch, ZstdPatch.HEADER))).hasValue(300);
    for (int length = 0; length < 7; length++) {
      assertThat(ZstdPatch.targetSize(Arrays.copyOf(patch, length))).isEmpty();
    }
    assertThat(ZstdPatch.targetSize(new byte[ZstdPatch.HEADER])).isEmpty();
  }

  private static byte[] edited(byte[] source) {
    byte[] target = Arrays.copyOf(source, source.length);
    target[1234] ^= 1;
    target[400_000] ^= 1;
    return target;
  }

  static byte[] noise(int seed, int length) {
    byte[] noise = new byte[length];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  static byte[] decode(byte[] source, byte[] patch) throws IOException {
    try (InputStream in = ZstdPatch.decode(source, new ByteArrayInputStream(patch))) {
      return in.readAllBytes();
    }
  }
}
