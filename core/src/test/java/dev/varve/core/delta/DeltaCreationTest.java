package dev.varve.core.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.LayerBytes;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.tar.Xattrs;
import dev.varve.core.tardiff.TarDiffVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeltaCreationTest extends DeltaFixture {
  private static final byte[] PROGRAM = noise(100_000, 1);
  private final byte[] kept = layer("usr/bin/kept", noise(1000, 2));
  private final MemoryImage from = image(kept, layer("usr/bin/program", PROGRAM));
  private final MemoryImage to = image(kept, layer("usr/bin/program", edited(PROGRAM)));

  @Test
  void theSameImagesGiveTheSameDelta() throws IOException {
    assertThat(make(from, to).manifest()).isEqualTo(make(from, to).manifest());
  }

  @Test
  void theManifestNamesBothImagesAndTheKeptLayers() throws IOException {
    Delta delta = make(from, to).delta();

    assertThat(delta.source()).isEqualTo(from.descriptor().digest());
    assertThat(delta.sourceConfig()).isEqualTo(from.manifest().config().digest());
    assertThat(delta.target()).isEqualTo(to.descriptor().digest());
    assertThat(delta.kept())
        .isEqualTo(Map.of(to.manifest().layers().get(0).digest(), Digest.of(kept)));
    assertThat(delta.layers()).hasSize(1);
    assertThat(delta.layers().get(0).to()).isEqualTo(to.manifest().layers().get(1).digest());
    assertThat(delta.layers().get(0).compression()).map(Object::toString).contains("zstd:6");
  }

  @Test
  void theSignatureComesAfterTheLayersWithItsConfigAndPayloads() throws IOException {
    MemoryImage signature = new MemoryImage().layer("none", "a payload".getBytes(UTF_8));

    AvailableDelta made = make(from, to, Optional.of(signature), TarDiffVersion.ONE);

    List<Descriptor> blobs = made.manifest().layers();
    Manifest manifest = signature.manifest();
    assertThat(blobs.subList(3, blobs.size()))
        .extracting(Descriptor::digest)
        .containsExactly(
            signature.descriptor().digest(),
            manifest.config().digest(),
            manifest.layers().get(0).digest());
    assertThat(blobs)
        .extracting(blob -> blob.annotations().get("io.github.containers.delta.content"))
        .containsExactly(
            "image-manifest",
            "image-config",
            "image-layer",
            "cosign-signature",
            "cosign-signature-content",
            "cosign-signature-content");
    assertThat(made.delta().signature()).isEqualTo(blobs.subList(3, 6));
    try (InputStream payload = made.blobs().open(manifest.layers().get(0))) {
      assertThat(payload.readAllBytes()).asString().isEqualTo("a payload");
    }
  }

  @Test
  void theArtifactRefersToTheNewImage() throws IOException {
    assertThat(make(from, to).manifest().subject()).isEqualTo(Optional.of(to.descriptor()));
  }

  @Test
  void aChangedFileCostsItsChanges() throws IOException {
    Delta delta = make(from, to).delta();

    assertThat(delta.layers().get(0).isTarDiff()).isTrue();
    assertThat(delta.layers().get(0).blob().size()).isBetween(100L, 600L);
    assertThat(to.manifest().layers().get(1).size()).isGreaterThan(100_000);
  }

  @Test
  void aFileThatMovedToANewVersionsDirectoryIsFound() throws IOException {
    MemoryImage before = image(layer("usr/lib/modules/6.1.0-13-amd64/vmlinuz", PROGRAM));
    MemoryImage after = image(layer("usr/lib/modules/6.1.0-17-amd64/vmlinuz", edited(PROGRAM)));

    assertThat(make(before, after).delta().layers().get(0).blob().size()).isBetween(100L, 600L);
  }

  @Test
  void aFileWithTheSameContentIsFoundAnywhere() throws IOException {
    MemoryImage before = image(layer("usr/bin/one", PROGRAM));
    MemoryImage after = image(layer("usr/share/other", PROGRAM));

    assertThat(make(before, after).delta().layers().get(0).blob().size()).isBetween(50L, 300L);
  }

  @Test
  void filesThatABootedSystemMayLackAreNotUsed() throws IOException {
    MemoryImage after = image(layer("usr/bin/program", PROGRAM));
    for (String path : new String[] {"var/lib/program", "opt/program", "run/program"}) {
      MemoryImage before = image(layer(path, PROGRAM));

      assertThat(make(before, after).delta().layers().get(0).blob().size())
          .as(path)
          .isGreaterThan(100_000);
    }
  }

  @Test
  void theVisibleFileOfSeveralLayersIsUsed() throws IOException {
    byte[] hidden = layer("usr/bin/program", noise(100_000, 3));
    MemoryImage before = image(hidden, layer("usr/bin/program", PROGRAM));
    AvailableDelta made = make(before, to);

    assertThat(made.delta().layers().get(1).blob().size()).isBetween(100L, 600L);
    assertThat(read(rebuilt(to, old(before), made), 1)).isEqualTo(read(to, 1));
  }

  @Test
  void aLayerThatTheImageHasTwiceIsOnceInTheDelta() throws IOException {
    byte[] changed = layer("usr/bin/program", edited(PROGRAM));
    MemoryImage twice = image(kept, changed, changed);

    assertThat(make(from, twice).delta().layers()).hasSize(1);
  }

  @Test
  void aLayerThatIsNotSmallerAsADiffIsWholeWithTheMediaTypeThatReadersKnow() throws IOException {
    byte[] added = layer("usr/bin/added", noise(10_000, 9));
    byte[] compressed = MemoryImage.compressed("zstd:19", added);
    String docker = "application/vnd.docker.image.rootfs.diff.tar.zstd";
    MemoryImage next = image(kept).layer(docker, compressed, Digest.of(added));

    Delta.LayerDelta whole = make(from, next).delta().layers().get(0);

    assertThat(whole.blob().withAnnotations(Map.of()))
        .isEqualTo(Descriptor.of(MediaTypes.OCI_LAYER + "+zstd", compressed));
    assertThat(whole.compression()).isEmpty();
    assertThat(read(rebuilt(next, old(from), make(from, next)), 1)).isEqualTo(compressed);
    assertThat(notices).isEmpty();
  }

  @Test
  void anEmptyUpdateHasNoLayers() throws IOException {
    Delta delta = make(from, from).delta();

    assertThat(delta.layers()).isEmpty();
    assertThat(delta.kept()).hasSize(2);
  }

  @Test
  void theSmallestChangedFilesIdentifyTheOldImagesTree() throws IOException {
    assertThat(make(from, to).delta().samples())
        .isEqualTo(Map.of("usr/bin/program", Digest.of(PROGRAM)));
  }

  @Test
  void linksAndEmptyFilesAndOddSizesAreRebuilt() throws IOException {
    byte[] before =
        new LayerBytes()
            .directory("usr")
            .file("usr/a", noise(511, 1), 0, Xattrs.EMPTY)
            .file("usr/b", noise(513, 2), 0, Xattrs.EMPTY)
            .link("usr/c", "usr/b")
            .toBytes();
    byte[] after =
        new LayerBytes()
            .directory("usr")
            .file("usr/a", edited(noise(511, 1)), 5, Xattrs.EMPTY)
            .file("usr/b", noise(513, 2), 0, Xattrs.EMPTY)
            .file("usr/empty", "")
            .file("usr/tiny", "x")
            .link("usr/c", "usr/b")
            .symlink("usr/d", "c")
            .toBytes();
    MemoryImage next = image(after);
    AvailableDelta made = make(image(before), next);

    assertThat(read(rebuilt(next, old(image(before)), made), 0)).isEqualTo(read(next, 0));
    assertThat(notices).isEmpty();
  }
}
