package dev.varve.core.bindiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BinaryDiffTest {
  private static final byte[] NOISE = noise(1, 10_000);

  @Test
  void anEmptyFileTakesNoStep() {
    assertThat(diff(NOISE, new byte[0])).isEmpty();
  }

  @Test
  void ofAnEmptyFileAllIsFresh() {
    assertThat(diff(new byte[0], NOISE)).containsExactly(new Step(0, 0, 10_000));
  }

  @Test
  void anIdenticalFileIsOneMatch() {
    assertThat(diff(NOISE, NOISE)).containsExactly(new Step(0, 10_000, 0));
  }

  @Test
  void anotherFileIsFresh() {
    assertThat(diff(NOISE, noise(2, 500))).containsExactly(new Step(0, 0, 500));
  }

  @Test
  void anInsertionIsFreshBetweenTwoMatches() {
    byte[] after = join(part(0, 4_000), noise(2, 300), part(4_000, 10_000));
    assertThat(diff(NOISE, after))
        .containsExactly(new Step(0, 4_000, 300), new Step(4_000, 6_000, 0));
  }

  @Test
  void aDeletionIsAGapInTheOldFile() {
    byte[] after = join(part(0, 4_000), part(5_000, 10_000));
    assertThat(diff(NOISE, after))
        .containsExactly(new Step(0, 4_000, 0), new Step(5_000, 5_000, 0));
  }

  @Test
  void somethingAppendedIsFresh() {
    assertThat(diff(NOISE, join(NOISE, noise(2, 100)))).containsExactly(new Step(0, 10_000, 100));
  }

  @Test
  void movedPartsAreMatchesInTheNewOrder() {
    byte[] after = join(part(7_003, 9_001), part(0, 3_001), part(3_001, 7_003));
    assertThat(diff(NOISE, after))
        .containsExactly(new Step(7_003, 1_998, 0), new Step(0, 7_003, 0));
  }

  @Test
  void changedAddressesArePartOfAMatch() {
    byte[] after = join(noise(2, 100), NOISE, noise(3, 100));
    for (int address = 150; address < 10_000; address += 50) {
      after[address] = (byte) (after[address] + 3);
    }
    assertThat(diff(NOISE, after)).containsExactly(new Step(0, 0, 100), new Step(0, 10_000, 100));
  }

  @Test
  void whatIsBehindTheLengthsIsNotLookedAt() {
    assertThat(BinaryDiff.of(NOISE, 1_000, NOISE, 2_000, new BlockIndex()))
        .containsExactly(new Step(0, 1_000, 1_000));
  }

  @Test
  void aLengthBeyondTheBufferIsRefused() {
    assertThatThrownBy(() -> BinaryDiff.of(new byte[5], 6, new byte[5], 5, new BlockIndex()))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static List<Step> diff(byte[] before, byte[] after) {
    List<Step> steps = BinaryDiff.of(before, before.length, after, after.length, new BlockIndex());
    Patch.assertMakes(steps, before, after);
    return steps;
  }

  private static byte[] noise(int seed, int length) {
    byte[] noise = new byte[length];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(NOISE, from, to);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
