package dev.varve.core.filetree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpoolTest {
  private static final int BLOCK = 1 << 17;
  private static final long GIB = 1L << 30;

  @TempDir private Path directory;

  /** A spool's contents, read back, with the sizes of the spool. */
  private record Spooled(List<byte[]> contents, List<Digest> digests, long stored, long counted) {}

  @ParameterizedTest
  @ValueSource(longs = {0, 100, BLOCK, 3 * BLOCK, Long.MAX_VALUE})
  void contentsAreReadAsTheyWereWrittenWithAnyBudget(long budget) throws IOException {
    List<byte[]> contents = contents();

    Spooled spooled = spool(contents, new SpoolBudget(budget), GIB);

    assertThat(spooled.contents()).usingRecursiveComparison().isEqualTo(contents);
    assertThat(spooled.digests()).isEqualTo(contents.stream().map(Digest::of).toList());
  }

  @Test
  void theBudgetDecidesOnTheSpaceAndNotOnWhatCounts() throws IOException {
    List<byte[]> contents = contents();
    long bytes = contents.stream().mapToLong(content -> content.length).sum();

    Spooled compressed = spool(contents, SpoolBudget.NONE, GIB);
    Spooled mixed = spool(contents, new SpoolBudget(2 * BLOCK), GIB);
    Spooled plain = spool(contents, new SpoolBudget(bytes), GIB);

    assertThat(compressed.stored()).isLessThan(mixed.stored());
    assertThat(mixed.stored()).isLessThan(plain.stored());
    assertThat(plain.stored()).isLessThan(bytes); // zeros take no space
    assertThat(plain.counted()).isEqualTo(plain.stored());
    assertThat(mixed.counted()).isEqualTo(plain.counted());
    assertThat(compressed.counted()).isEqualTo(plain.counted());
  }

  @Test
  void whatGrowsMoreThanUsualLayersIsCompressed() throws IOException {
    byte[] text = text(64 * BLOCK);

    Spooled spooled = spool(List.of(text), new SpoolBudget(GIB), BLOCK);
    Spooled compressed = spool(List.of(text), SpoolBudget.NONE, BLOCK);

    long head = Integer.BYTES;
    long early = 16 * (head + BLOCK);
    assertThat(spooled.stored()).isBetween(early, early + 48 * (head + BLOCK / 10));
    assertThat(spooled.counted()).isEqualTo(spooled.stored());
    assertThat(compressed.stored()).isLessThan(64 * (head + BLOCK / 10));
    assertThat(compressed.counted()).isEqualTo(spooled.counted());
  }

  @ParameterizedTest
  @CsvSource({
    // The free space in GiB, a blob's size in GiB, the budget in MiB
    "0, 1, 0",
    "4, 1, 0",
    "5, 1, 512",
    "14, 2, 3072",
    "14, 3, 1024",
    "14, 4, 0",
    "30, 4, 4096",
    "1000, 4, 4096",
    "1000, 8000000000, 0"
  })
  void theBudgetIsHalfOfTheSpaceThatTheLayersSurelyDoNotNeed(long usable, long blob, long budget) {
    Descriptor small = new Descriptor(MediaTypes.OCI_LAYER, Digest.of(new byte[0]), 0);
    Descriptor layer = new Descriptor(MediaTypes.OCI_LAYER, Digest.of(new byte[1]), blob * GIB);

    assertThat(SpoolBudget.bytes(usable * GIB, List.of(layer, small))).isEqualTo(budget << 20);
  }

  private Spooled spool(List<byte[]> contents, SpoolBudget budget, long blobSize)
      throws IOException {
    try (Spool spool = new Spool(directory.resolve("spool"))) {
      List<Content> spooled = new ArrayList<>();
      Spool.Appender appender = spool.appender(budget, blobSize);
      try (appender) {
        for (byte[] content : contents) {
          spooled.add(appender.append(new ByteArrayInputStream(content), () -> {}));
        }
      }
      List<byte[]> read = new ArrayList<>();
      for (Content content : spooled) {
        try (InputStream in = content.open()) {
          read.add(in.readAllBytes());
        }
      }
      return new Spooled(
          read,
          spooled.stream().map(Content::digest).toList(),
          appender.stored(),
          appender.counted());
    }
  }

  /** Contents of no bytes to several blocks: text, random bytes and zeros. */
  private static List<byte[]> contents() {
    byte[] random = new byte[2 * BLOCK + 5];
    new Random(1).nextBytes(random);
    byte[] sparse = new byte[4 * BLOCK];
    System.arraycopy(random, 0, sparse, BLOCK, BLOCK);
    return List.of(
        new byte[0],
        new byte[] {1},
        new byte[] {0},
        text(3 * BLOCK),
        random,
        text(100),
        sparse,
        Arrays.copyOf(random, BLOCK - 1),
        text(BLOCK + 1));
  }

  private static byte[] text(int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) ('a' + i % 7);
    }
    return text;
  }
}
