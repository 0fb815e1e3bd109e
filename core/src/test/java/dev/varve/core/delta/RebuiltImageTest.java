package dev.varve.core.delta;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.compress.Compression;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.tardiff.TarDiffVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class RebuiltImageTest extends DeltaFixture {
  private static final byte[] PROGRAM = noise(100_000, 1);
  private static final byte[] NEW_PROGRAM = edited(PROGRAM);

  /** The notice of a delta to an image whose only layer has an unknown compression. */
  private static final String UNKNOWN =
      "1 layer was compressed by another program, or another version of Varve: a delta to"
          + " memory:image gives the tars of such layers, and not their published bytes";

  private final byte[] kept = layer("usr/bin/kept", noise(1000, 2));
  private final byte[] changed = layer("usr/bin/program", NEW_PROGRAM);
  private final MemoryImage from = image(kept, layer("usr/bin/program", PROGRAM));
  private final MemoryImage to = image(kept, changed);

  @Test
  void aChangedLayerIsRebuiltToThePublishedBytes() throws IOException {
    AvailableDelta made = make(from, to);
    byte[] published = read(to, 1);
    MemoryImage lacking = image(kept, changed).without(to.manifest().layers().get(1).digest());
    RebuiltImage rebuilt = rebuilt(lacking, old(from), made);

    assertThat(read(rebuilt, 1)).isEqualTo(published);
    assertThat(notices).isEmpty();
    assertThat(rebuilt.origins())
        .isEqualTo(
            new RebuiltImage.Origins(
                0, published.length, made.delta().layers().get(0).blob().size(), 0));
  }

  @Test
  void aKeptLayerComesFromTheOldImage() throws IOException {
    MemoryImage lacking = image(kept, changed).without(to.manifest().layers().get(0).digest());
    RebuiltImage rebuilt = rebuilt(lacking, old(from), make(from, to));

    assertThat(read(rebuilt, 0)).isEqualTo(read(to, 0));
    assertThat(rebuilt.origins())
        .isEqualTo(new RebuiltImage.Origins(to.manifest().layers().get(0).size(), 0, 0, 0));
  }

  @Test
  void tarDiffsOfVersion2AreAppliedToo() throws IOException {
    String text = IntStream.range(0, 20_000).mapToObj(Integer::toHexString).collect(joining("\n"));
    MemoryImage before = image(layer("usr/share/text", text));
    MemoryImage after = image(layer("usr/share/text", text.replace("ff", "fe")));
    AvailableDelta made = make(before, after, TarDiffVersion.TWO);

    assertThat(read(rebuilt(after, old(before), made), 0)).isEqualTo(read(after, 0));
    assertThat(notices).isEmpty();
    try (InputStream diff = made.blobs().open(made.delta().layers().get(0).blob())) {
      assertThat(diff.readNBytes(8)).isEqualTo("tardf2\n\0".getBytes(US_ASCII));
    }
  }

  @Test
  void gzipLayersAreRebuiltToo() throws IOException {
    MemoryImage before = new MemoryImage().layer("gzip:6", layer("usr/bin/program", PROGRAM));
    MemoryImage after = new MemoryImage().layer("gzip:6", changed);

    assertThat(read(rebuilt(after, old(before), make(before, after)), 0)).isEqualTo(read(after, 0));
    assertThat(notices).isEmpty();
  }

  @Test
  void aLayerThatTheOldImageHasInAnotherCompressionIsRebuilt() throws IOException {
    byte[] same = layer("usr/bin/program", PROGRAM);
    MemoryImage before = image(same);
    MemoryImage after = new MemoryImage().layer("gzip:6", same);
    AvailableDelta made = make(before, after);
    RebuiltImage rebuilt = rebuilt(after, old(before), made);

    assertThat(made.delta().kept()).isEmpty();
    assertThat(rebuilt.isKept(after.manifest().layers().get(0))).isFalse();
    assertThat(read(rebuilt, 0)).isEqualTo(read(after, 0));
    assertThat(notices).isEmpty();
    long diff = made.delta().layers().get(0).blob().size();
    assertThat(diff).isLessThan(1000);
    long size = after.manifest().layers().get(0).size();
    assertThat(rebuilt.origins()).isEqualTo(new RebuiltImage.Origins(0, size, diff, 0));
  }

  @Test
  void aLayerOfAnUnknownCompressorIsReadFromWhereItIsPublished() throws IOException {
    String text = IntStream.range(0, 20_000).mapToObj(Integer::toHexString).collect(joining("\n"));
    byte[] tar = layer("usr/share/text", text + "\n");
    MemoryImage before = image(layer("usr/share/text", text));
    byte[] foreign = MemoryImage.compressed("zstd:19", tar);
    MemoryImage after =
        new MemoryImage().layer(MediaTypes.OCI_LAYER + "+zstd", foreign, Digest.of(tar));
    RebuiltImage rebuilt = rebuilt(after, old(before), make(before, after));

    assertThat(read(rebuilt, 0)).isEqualTo(foreign);
    assertThat(notices)
        .containsExactly(
            UNKNOWN,
            "layer %s can't be rebuilt from memory:image: it is unknown how the layer was compressed; the layer is read from memory:image"
                .formatted(Digest.of(foreign).abbreviated()));
    assertThat(rebuilt.origins()).isEqualTo(new RebuiltImage.Origins(0, 0, 0, foreign.length));
  }

  /** So do gzip layers of Varve before it had an encoder of its own. */
  @Test
  void aGzipLayerOfAnotherProgramIsReadFromWhereItIsPublished() throws IOException {
    String text = IntStream.range(0, 20_000).mapToObj(Integer::toHexString).collect(joining("\n"));
    byte[] tar = layer("usr/share/text", text + "\n");
    MemoryImage before = image(layer("usr/share/text", text));
    ByteArrayOutputStream foreign = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(foreign)) {
      gzip.write(tar);
    }
    MemoryImage after =
        new MemoryImage()
            .layer(MediaTypes.OCI_LAYER + "+gzip", foreign.toByteArray(), Digest.of(tar));
    AvailableDelta made = make(before, after);

    assertThat(made.delta().layers().get(0).compression()).isEmpty();
    assertThat(read(rebuilt(after, old(before), made), 0)).isEqualTo(foreign.toByteArray());
    assertThat(notices)
        .containsExactly(
            UNKNOWN,
            "layer %s can't be rebuilt from memory:image: it is unknown how the layer was compressed; the layer is read from memory:image"
                .formatted(Digest.of(foreign.toByteArray()).abbreviated()));
  }

  /**
   * A delta says the level, and not which version of Varve compressed the layer. Here another level
   * stands for another version.
   */
  @Test
  void aGzipLayerOfAnotherVersionIsReadFromWhereItIsPublished() throws IOException {
    String text = IntStream.range(0, 20_000).mapToObj(Integer::toHexString).collect(joining("\n"));
    MemoryImage before = image(layer("usr/share/text", text));
    MemoryImage after = new MemoryImage().layer("gzip:1", layer("usr/share/text", text + "\n"));
    Descriptor blob = after.manifest().layers().get(0);
    AvailableDelta made = make(before, after);
    LayerDelta layer =
        new LayerDelta(
            made.delta().layers().get(0).blob(),
            blob.digest(),
            Optional.of(Compression.parse("gzip:6")));
    AvailableDelta changed =
        new AvailableDelta(withLayer(made.delta(), layer), made.manifest(), made.blobs());

    assertThat(read(rebuilt(after, old(before), changed), 0)).isEqualTo(read(after, 0));
    assertThat(notices).hasSize(2).first().isEqualTo(UNKNOWN);
    assertThat(notices.get(1))
        .startsWith(
            "layer %s can't be rebuilt from memory:image: expected digest gzip:6 %s, got sha256:"
                .formatted(blob.digest().abbreviated(), blob.digest()))
        .endsWith("; the layer is read from memory:image");
  }

  @Test
  void aChangedFileOfTheOldImageMakesTheLayerBeReadWhole() throws IOException {
    MemoryImage other = image(kept, layer("usr/bin/program", noise(100_000, 4)));
    Digest blob = to.manifest().layers().get(1).digest();

    assertThat(read(rebuilt(to, old(other), make(from, to)), 1)).isEqualTo(read(to, 1));
    assertThat(notices).hasSize(1);
    assertThat(notices.get(0))
        .startsWith(
            "layer "
                + blob.abbreviated()
                + " can't be rebuilt from memory:image: expected diffID "
                + Digest.of(changed)
                + ", got sha256:")
        .endsWith("; the layer is read from memory:image");
  }

  @Test
  void aMissingFileOfTheOldImageMakesTheLayerBeReadWhole() throws IOException {
    Digest blob = to.manifest().layers().get(1).digest();

    assertThat(read(rebuilt(to, old(image(kept)), make(from, to)), 1)).isEqualTo(read(to, 1));
    assertThat(notices)
        .containsExactly(
            "layer "
                + blob.abbreviated()
                + " can't be rebuilt from memory:image: /usr/bin/program: no such file in memory:image; the layer is read from memory:image");
  }

  @Test
  void aLayerThatIsNowhereIsMissing() throws IOException {
    Descriptor blob = to.manifest().layers().get(1);
    MemoryImage lacking = image(kept, changed).without(blob.digest());

    assertThatThrownBy(() -> read(rebuilt(lacking, old(image(kept)), make(from, to)), 1))
        .hasMessage(
            "layer %s is not in memory:image and can't be rebuilt from memory:image"
                .formatted(blob.digest().abbreviated()))
        .cause()
        .hasMessage("/usr/bin/program: no such file in memory:image");
    assertThat(notices).isEmpty();
  }

  @Test
  void aDeltaForAnotherImageIsRefused() throws IOException {
    AvailableDelta made = make(from, to);

    assertThatThrownBy(() -> rebuilt(from, old(from), made))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected a delta for %s, got one for %s"
                .formatted(from.descriptor().digest(), to.descriptor().digest()));
  }

  @Test
  void layersAreRebuiltFromADirectory() throws IOException {
    Path root = write("usr/bin/program", PROGRAM);

    OldImage old = OldImage.inDirectory(root, "rootfs:tree");
    AvailableDelta made = make(from, to);

    assertThat(old.isSourceOf(made.delta())).isTrue();
    assertThat(read(rebuilt(to, old, made), 1)).isEqualTo(read(to, 1));
    assertThat(notices).isEmpty();
  }

  @Test
  void aDirectoryWithAChangedFileIsNotTheSource() throws IOException {
    Path root = write("usr/bin/program", noise(100_000, 5));

    assertThat(OldImage.inDirectory(root, "rootfs:tree").isSourceOf(make(from, to).delta()))
        .isFalse();
  }

  @Test
  void theConfigurationOfABootedSystemIsReadInUsrEtc() throws IOException {
    AvailableDelta made =
        make(image(layer("etc/services", PROGRAM)), image(layer("etc/services", NEW_PROGRAM)));
    Path root = write("usr/etc/services", PROGRAM);
    Files.createDirectories(root.resolve("etc"));
    Files.write(root.resolve("etc/services"), noise(100, 6));
    MemoryImage next = image(layer("etc/services", NEW_PROGRAM));
    OldImage old = OldImage.inDirectory(root, "rootfs:tree");

    assertThat(old.isSourceOf(made.delta())).isTrue();
    assertThat(read(rebuilt(next, old, made), 0)).isEqualTo(read(next, 0));
    assertThat(notices).isEmpty();
  }

  @Test
  void symbolicLinksInADirectoryAreNotFollowed() throws IOException {
    Path elsewhere = write("usr/bin/program", PROGRAM);
    Path root = Files.createDirectory(temp.resolve("linked"));
    Files.createSymbolicLink(root.resolve("usr"), elsewhere.resolve("usr"));

    assertThat(OldImage.inDirectory(root, "rootfs:tree").isSourceOf(make(from, to).delta()))
        .isFalse();
  }

  @Test
  void aLargeFileIsComparedPieceByPiece() throws IOException {
    byte[] large = noise(20 << 20, 8);
    MemoryImage before = new MemoryImage().layer("none", layer("usr/lib/large", large));
    MemoryImage after = new MemoryImage().layer("none", layer("usr/lib/large", edited(large)));
    AvailableDelta made = make(before, after);

    assertThat(made.delta().layers().get(0).blob().size()).isBetween(200L, 2000L);
    assertThat(read(rebuilt(after, old(before), made), 0)).isEqualTo(read(after, 0));
    assertThat(notices).isEmpty();
  }

  private Path write(String path, byte[] content) throws IOException {
    Path root = Files.createTempDirectory(temp, "root-");
    Files.createDirectories(root.resolve(path).getParent());
    Files.write(root.resolve(path), content);
    return root;
  }

  @Test
  void anOldImageThatCannotBeReadIsReadOnce() throws IOException {
    MemoryImage unreadable =
        image(kept, layer("usr/bin/program", PROGRAM))
            .without(from.manifest().layers().get(1).digest());
    OldImage old = old(unreadable);
    AvailableDelta made = make(from, to);

    assertThatThrownBy(() -> old.files(Set.of())).isInstanceOf(MissingBlobException.class);
    assertThatThrownBy(() -> old.files(Set.of())).isInstanceOf(MissingBlobException.class);
    assertThat(begun).filteredOn(activity -> activity.startsWith("reading 2 layers")).hasSize(2);
    assertThat(read(rebuilt(to, old, made), 1)).isEqualTo(read(to, 1));
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path missing = temp.resolve("missing");

    assertThatThrownBy(() -> OldImage.inDirectory(missing, "rootfs:missing"))
        .isInstanceOf(IOException.class)
        .hasMessage("opening rootfs:missing: there is no directory " + missing);
  }
}
