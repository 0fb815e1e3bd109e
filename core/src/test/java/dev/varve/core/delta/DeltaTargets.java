package dev.varve.core.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.compress.Compression;
import dev.varve.core.compress.Decompression;
import dev.varve.core.compress.ZstdStream;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.filetree.LayerBytes;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.fuzz.TemporaryFiles;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.tardiff.TarDiffVersion;
import dev.varve.core.tardiff.TarDiffWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parsers of deltas. */
public final class DeltaTargets implements FuzzTargets {
  private static final LayerLimits LIMITS = new LayerLimits(1 << 20, 4 << 20, 4 << 20);

  @Override
  public List<FuzzTarget> targets() throws IOException {
    Descriptor manifest = Descriptor.of(MediaTypes.OCI_MANIFEST, "manifest".getBytes(UTF_8));
    Digest layer = Digest.of("layer".getBytes(UTF_8));
    Delta delta =
        new Delta(
            layer,
            layer,
            manifest.digest(),
            manifest,
            Descriptor.of(MediaTypes.OCI_CONFIG, "config".getBytes(UTF_8)),
            List.of(
                new LayerDelta(
                    Descriptor.of(Delta.TAR_DIFF, "diff".getBytes(UTF_8)),
                    layer,
                    Optional.of(Compression.parse("zstd:6")))),
            Map.of(layer, layer),
            List.of(manifest),
            Map.of("usr/bin/a", layer));
    return List.of(
        new FuzzTarget("delta", DeltaTargets::readDelta, List.of(delta.toManifest().toBytes())),
        new FuzzTarget("delta-contents", DeltaTargets::readContents, List.of(operations())));
  }

  private static void readDelta(byte[] json) throws IOException {
    Delta delta = Delta.parse(Manifest.parse(json, "it"), "it");
    Delta again = Delta.parse(delta.toManifest(), "it");
    assertThat(again.toManifest()).isEqualTo(delta.toManifest());
    assertThat(delta.downloadedBytes()).isNotNegative();
  }

  /** Returns the operations of a tar-diff, not compressed. */
  private static byte[] operations() throws IOException {
    byte[] tar = new LayerBytes().file("usr/a", "the new content").file("usr/b", "b").toBytes();
    ByteArrayOutputStream diff = new ByteArrayOutputStream();
    try (TarDiffWriter writer = new TarDiffWriter(diff, TarDiffVersion.ONE, 1, 20)) {
      writer.data(tar, 0, 512);
      writer.open("usr/old");
      writer.copy(10);
      writer.add(new byte[] {0, 1, 2, 0, 0}, 0, 5);
      writer.data(tar, 527, tar.length - 527);
    }
    byte[] bytes = diff.toByteArray();
    int magic = 8;
    try (var zstd =
        Decompression.openZstd(
            new ByteArrayInputStream(bytes, magic, bytes.length - magic), "it")) {
      return zstd.readAllBytes();
    }
  }

  /** Reads operations as the contents of a delta. */
  private static void readContents(byte[] operations) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("tardf1\n\0".getBytes(UTF_8));
    try (OutputStream zstd = ZstdStream.compress(out, 1, 20)) {
      zstd.write(operations);
    }
    byte[] diff = out.toByteArray();
    Descriptor blob = Descriptor.of(Delta.TAR_DIFF, diff);
    MemoryImage image = new MemoryImage();
    image.put(blob, diff);
    Descriptor published = Descriptor.of(MediaTypes.OCI_LAYER, Arrays.copyOf(diff, 1));
    LayerDelta layer = new LayerDelta(blob, published.digest(), Optional.empty());
    TemporaryFiles.in(
        scratch -> {
          DeltaContents contents = DeltaContents.of(layer, published, image, scratch, LIMITS);
          assertThat(contents.other()).isNotNegative();
          assertThat(contents.files())
              .allMatch(file -> file.kept() >= 0 && file.patched() >= 0 && file.fresh() >= 0);
        });
  }
}
