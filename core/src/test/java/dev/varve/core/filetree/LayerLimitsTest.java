package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that exceed the limits of disk or memory. */
final class LayerLimitsTest extends LayerReadingFixture {
  private static final Digest OTHER = Digest.of(new byte[] {1});

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void zerosTakeNoDisk(String compression) throws IOException {
    byte[] tar = layer().file("a", new byte[3 << 20], 0, Xattrs.EMPTY).toBytes();
    MemoryImage image = new MemoryImage().layer(compression, tar);
    LayerLimits limits = new LayerLimits(100, 4 << 20, 1 << 20);
    try (LayeredTree read = LayeredTree.read(image, scratch, Progress.SILENT, limits)) {
      Inode zeros = read.tree().find("a").orElseThrow();
      try (InputStream in = zeros.content().orElseThrow().open()) {
        assertThat(in.readAllBytes()).isEqualTo(new byte[3 << 20]);
      }
      assertThat(zeros.content().orElseThrow().digest()).isEqualTo(Digest.of(new byte[3 << 20]));
    }
  }

  @Test
  void aLayerThatExceedsTheDiskLimitIsABomb() {
    byte[] block = new byte[1 << 17];
    new Random(1).nextBytes(block);
    byte[] repeated = new byte[320 * block.length];
    for (int at = 0; at < repeated.length; at += block.length) {
      System.arraycopy(block, 0, repeated, at, block.length);
    }
    byte[] tar = layer().file("a", repeated, 0, Xattrs.EMPTY).toBytes();
    MemoryImage image = new MemoryImage().layer("zstd", tar);
    long most = 300 * image.manifest().layers().get(0).size();
    assertThat(most).isGreaterThan(1 << 20).isLessThan(repeated.length);
    LayerLimits limits = new LayerLimits(1 << 20, 1 << 30, 1 << 20);
    assertThatThrownBy(() -> LayeredTree.read(image, scratch, Progress.SILENT, limits).close())
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "decompressing "
                + name(image)
                + ": its files take more than "
                + most
                + " bytes, over 300 times its size; that is a decompression bomb");
  }

  @ParameterizedTest
  @ValueSource(longs = {(8 << 20) + 1, 1L << 40, 1L << 50})
  void hugeHolesAreRefusedBeforeTheyAreRead(long size) {
    byte[] map = "1\n0\n0\n".getBytes(ISO_8859_1);
    MemoryImage image =
        new MemoryImage()
            .layer("zstd", sparse("GNU.sparse.major=1", "GNU.sparse.minor=0", map, size));
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "decompressing "
                + name(image)
                + ": the files of the image's layers have more than 8388608 bytes, over 300 times"
                + " its size; that is a decompression bomb");
  }

  @Test
  void theZerosOfAllLayersAreLimitedTogether() {
    byte[] tar = layer().file("a", new byte[3 << 20], 0, Xattrs.EMPTY).toBytes();
    MemoryImage image = new MemoryImage();
    for (int i = 0; i < 3; i++) {
      image.layer("zstd", tar);
    }
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessageContaining(" more than 8388608 bytes, over 300 times its size; that is a");
  }

  @Test
  void hugePaddingAfterTheTarIsRefused() {
    byte[] tar = Arrays.copyOf(layer().file("a", "1").toBytes(), 9 << 20);
    MemoryImage image = new MemoryImage().layer("zstd", tar);
    reading(image)
        .hasMessageContaining(": the image's layers grow to more than 8388608 bytes, over 300");
  }

  @Test
  void aWrongSizeInTheDescriptorDoesNotRaiseTheLimit() {
    byte[] blob =
        MemoryImage.compressed(
            "gzip", layer().file("a", new byte[2 << 20], 0, Xattrs.EMPTY).toBytes());
    Descriptor wrong = new Descriptor(MediaTypes.OCI_LAYER, Digest.of(blob), Long.MAX_VALUE);
    reading(new MemoryImage().layer(wrong, blob, OTHER))
        .hasMessageEndingWith("expected 9223372036854775807 bytes, got only " + blob.length);
  }

  @Test
  void manySmallEntriesAreRefusedBeforeMemoryIsUsedUp() {
    LayerBytes layer = layer();
    for (int i = 0; i < 5000; i++) {
      layer.directory("d" + i);
    }
    MemoryImage image = new MemoryImage().layer("zstd", layer.toBytes());
    reading(image).hasMessage(tooMuch(image));
  }

  @Test
  void hugeAttributesAreRefusedBeforeMemoryIsUsedUp() {
    LayerBytes layer = layer();
    for (int i = 0; i < 3; i++) {
      layer.file("f" + i, "", Xattrs.of(Map.of("user.x", new byte[500_000])));
    }
    MemoryImage image = new MemoryImage().layer("none", layer.toBytes());
    reading(image).hasMessage(tooMuch(image));
  }

  @Test
  void parentsWithoutAnEntryAreRefusedBeforeMemoryIsUsedUp() {
    MemoryImage image = MemoryImage.of(layer().file("d/".repeat(2000) + "x", "").toBytes());
    reading(image).hasMessage(tooMuch(image));
  }

  private static String tooMuch(MemoryImage image) {
    return "reading "
        + name(image)
        + ": the names and attributes of the image's files take more than 1048576 bytes of memory";
  }

  /** Returns a tar with a sparse file in PAX format, whose real size is in a record. */
  private static byte[] sparse(String major, String minor, byte[] map, long realSize) {
    StringBuilder records = new StringBuilder();
    for (String record : new String[] {major, minor, "GNU.sparse.realsize=" + realSize}) {
      int length = record.length() + 4;
      records.append(length).append(' ').append(record).append('\n');
    }
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    byte[] pax = layer().file("pax", records.toString()).toBytes();
    pax[156] = 'x';
    byte[] file = layer().file("holes", new String(Arrays.copyOf(map, 512), ISO_8859_1)).toBytes();
    tar.write(pax, 0, 1024);
    tar.writeBytes(file);
    byte[] bytes = tar.toByteArray();
    LayerBytes.fixChecksums(bytes);
    return bytes;
  }
}
