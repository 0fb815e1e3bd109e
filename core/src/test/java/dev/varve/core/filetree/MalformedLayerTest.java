package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.tar.MalformedTarException;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers whose bytes, names or links are wrong. */
final class MalformedLayerTest extends LayerReadingFixture {
  private static final Digest OTHER = Digest.of(new byte[] {1});

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "application/vnd.oci.image.layer.v1.tar+lz4"
      })
  void anUnsupportedMediaTypeIsRefusedByName(String mediaType) {
    MemoryImage image = new MemoryImage().layer(mediaType, validTar(), Digest.of(validTar()));
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "reading "
                + name(image)
                + ": media type "
                + mediaType
                + " is not supported; expected a tar, plain or compressed by gzip or zstd");
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void anExtraDiffIdIsRefused() {
    reading(MemoryImage.of(validTar()).diffId(OTHER))
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "reading memory:image: expected one diffID for each layer, got 1 layer and 2 diffIDs");
  }

  @Test
  void aWrongDiffIdIsRefused() {
    byte[] blob = MemoryImage.compressed("gzip", validTar());
    MemoryImage image = new MemoryImage().layer(MediaTypes.OCI_LAYER + "+gzip", blob, OTHER);
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "reading "
                + name(image)
                + ": expected diffID "
                + OTHER
                + ", got "
                + Digest.of(validTar()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void aWrongDigestIsRefused(String compression) {
    byte[] blob = MemoryImage.compressed(compression, validTar());
    Descriptor wrong = new Descriptor(MediaTypes.OCI_LAYER, OTHER, blob.length);
    reading(new MemoryImage().layer(wrong, blob, Digest.of(validTar())))
        .hasMessage(
            "reading blob %s of memory:image: the bytes are corrupt; their digest is %s (%d bytes)",
            OTHER, Digest.of(blob), blob.length);
  }

  @ParameterizedTest
  @CsvSource({
    "none, 1, only", "gzip, 1, only", "zstd, 1, only",
    "none, -1, more", "gzip, -1, more", "zstd, -1, more"
  })
  void aWrongSizeIsRefused(String compression, int off, String what) {
    byte[] blob = MemoryImage.compressed(compression, validTar());
    Digest digest = Digest.of(blob);
    Descriptor wrong = new Descriptor(MediaTypes.OCI_LAYER, digest, blob.length + off);
    reading(new MemoryImage().layer(wrong, blob, Digest.of(validTar())))
        .hasMessage(
            "reading blob %s of memory:image: expected %d bytes, got %s",
            digest,
            blob.length + off,
            what.equals("only") ? "only " + blob.length : "more than that");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void aTruncatedBlobIsRefusedForItsSize(String compression) {
    byte[] blob = MemoryImage.compressed(compression, validTar());
    Descriptor descriptor = Descriptor.of(MediaTypes.OCI_LAYER, blob);
    byte[] cut = Arrays.copyOf(blob, blob.length - 9);
    reading(new MemoryImage().layer(descriptor, cut, Digest.of(validTar())))
        .hasMessage(
            "reading blob %s of memory:image: expected %d bytes, got only %d",
            descriptor.digest(), blob.length, blob.length - 9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void truncatedCompressedDataIsRefusedEvenIfItsDigestMatches(String compression) {
    byte[] blob = MemoryImage.compressed(compression, validTar());
    byte[] cut = Arrays.copyOf(blob, blob.length - 9);
    MemoryImage image = new MemoryImage().layer(MediaTypes.OCI_LAYER, cut, Digest.of(validTar()));
    reading(image)
        .hasMessage(
            "decompressing %s: %s data ends early, after %d bytes",
            name(image), compression, cut.length);
  }

  @Test
  void aTruncatedTarIsRefusedEvenIfItsDigestMatches() {
    byte[] cut = Arrays.copyOf(validTar(), 2000);
    MemoryImage image = MemoryImage.of(cut);
    reading(image)
        .isExactlyInstanceOf(MalformedTarException.class)
        .hasMessageStartingWith("reading " + name(image) + ": entry at offset 0 (a): ");
  }

  @Test
  void aMissingBlobIsNamed() {
    MemoryImage image = MemoryImage.of(validTar());
    Digest digest = image.manifest().layers().get(0).digest();
    reading(image.without(digest))
        .isExactlyInstanceOf(MissingBlobException.class)
        .hasMessage(
            "opening blob %s of memory:image: expected %d bytes, but the blob is not there",
            digest, validTar().length);
  }

  @Test
  void aPathThatLeavesTheRootIsRefused() {
    byte[] tar = replaced(layer().file("abc/x", "1").toBytes(), "abc/x", "../xy");
    MemoryImage image = MemoryImage.of(tar);
    reading(image)
        .isExactlyInstanceOf(MalformedTarException.class)
        .hasMessage(
            "reading "
                + name(image)
                + ": entry at offset 0 (../xy): the path leaves the root: ../xy");
  }

  @Test
  void aHardLinkThatLeavesTheRootIsRefused() {
    byte[] tar = replaced(layer().link("a", "b/cdef/e").toBytes(), "b/cdef/e", "../../bc");
    MemoryImage image = MemoryImage.of(tar);
    reading(image)
        .isExactlyInstanceOf(MalformedTarException.class)
        .hasMessage(
            "reading "
                + name(image)
                + ": entry at offset 0 (a): the link's target leaves the root: ../../bc");
  }

  @Test
  void aWhiteoutBelowAFileOfItsOwnLayerIsRefused() {
    MemoryImage image = MemoryImage.of(layer().file("a", "1").whiteout("a/b").toBytes());
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "reading "
                + name(image)
                + ": the layer has a whiteout for \"a/b\", but its \"a\" is not a directory");
  }

  @Test
  void aLinkWithATooLongTargetIsRefused() {
    MemoryImage image = MemoryImage.of(layer().symlink("a", "b/".repeat(2049)).toBytes());
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "reading "
                + name(image)
                + ": the link \"a\": expected a target of at most 4096 characters, got 4098");
  }

  @Test
  void linksThatTakeTooLongToFollowAreRefused() {
    String detour = ("d".repeat(200) + "/").repeat(19) + "../".repeat(19);
    LayerBytes layer = layer();
    for (int i = 0; i < 39; i++) {
      layer.symlink("l" + i, detour + "l" + (i + 1));
    }
    for (int i = 0; i < 1000; i++) {
      layer.whiteout("l0/" + i + "/x");
    }
    MemoryImage image = new MemoryImage().layer("zstd", layer.toBytes());
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage("reading " + name(image) + ": its paths go through too many symbolic links");
  }

  @Test
  void aHardLinkToNothingIsRefused() {
    MemoryImage image = MemoryImage.of(layer().link("b", "a").file("a", "1").toBytes());
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage("reading " + name(image) + ": \"b\" is a hard link to \"a\", which is missing");
  }

  @Test
  void aHardLinkToADirectoryIsRefused() {
    MemoryImage image = MemoryImage.of(layer().directory("a").link("b", "a").toBytes());
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "reading " + name(image) + ": \"b\" is a hard link to \"a\", which is a directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"d/.wh.", "d/.wh..", "d/.wh...", ".wh..."})
  void aWhiteoutWithoutANameIsRefused(String path) {
    MemoryImage image = MemoryImage.of(layer().file(path, "").toBytes());
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage("reading " + name(image) + ": \"" + path + "\" is a whiteout without a name");
  }

  @Test
  void aTooLongPathIsRefused() {
    MemoryImage image = MemoryImage.of(layer().file("d/".repeat(2048) + "x", "").toBytes());
    reading(image)
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "reading "
                + name(image)
                + ": \""
                + "d/".repeat(30)
                + "…\": expected a path of at most 4096 characters, got 4097");
  }

  @Test
  void aMissingScratchDirectoryIsAnError() {
    Path missing = scratch.resolve("missing");
    assertThatThrownBy(
            () -> LayeredTree.read(MemoryImage.of(validTar()), missing, Progress.SILENT, LIMITS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(missing.toString());
  }

  /** Any damage to a layer causes an IOException, and no other exception. */
  @Property(tries = 1000)
  void damagedLayersAreReadOrRefused(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int count,
      @ForAll @IntRange(min = 0, max = 2) int compression)
      throws IOException {
    byte[] tar = variedLayer();
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      tar[random.nextInt(tar.length)] = (byte) random.nextInt();
    }
    LayerBytes.fixChecksums(tar);
    Path directory = Files.createTempDirectory("damaged");
    try {
      read(
          new MemoryImage().layer(new String[] {"none", "gzip:1", "zstd:1"}[compression], tar),
          directory);
    } catch (IOException e) {
      assertThat(e.getMessage()).contains(" of memory:image: ");
    } finally {
      Files.delete(directory);
    }
  }

  private static void read(MemoryImage image, Path scratch) throws IOException {
    LayeredTree.read(image, scratch, Progress.SILENT, LIMITS).close();
  }

  private static byte[] variedLayer() {
    Xattrs xattrs = Xattrs.of(Map.of("user.component", new byte[] {'x'}));
    return layer()
        .directory("a")
        .file("a/b", "content", xattrs)
        .file("a/" + "long".repeat(40), "more")
        .link("a/c", "a/b")
        .symlink("é", "a/" + "b".repeat(120))
        .whiteout("a/d")
        .opaque("e")
        .add(
            new TarEntry(
                "null",
                TarEntry.Type.CHARACTER_DEVICE,
                0,
                4_000_000,
                0,
                0,
                -5,
                0,
                "",
                xattrs,
                1,
                3))
        .toBytes();
  }

  private static byte[] replaced(byte[] tar, String old, String replacement) {
    String text = new String(tar, ISO_8859_1).replace(old, replacement);
    byte[] changed = text.getBytes(ISO_8859_1);
    LayerBytes.fixChecksums(changed);
    return changed;
  }
}
