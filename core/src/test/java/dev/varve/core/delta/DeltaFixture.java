package dev.varve.core.delta;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.bytes.Progress;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.filetree.LayerBytes;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.tar.Xattrs;
import dev.varve.core.tardiff.TarDiffVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** Makes images, deltas between them, and rebuilt images. */
abstract class DeltaFixture {
  @TempDir Path temp;

  final List<String> notices = new ArrayList<>();

  final List<String> begun = new ArrayList<>();

  final Progress progress =
      new Progress() {
        @Override
        public void begin(String activity, long totalBytes) {
          begun.add(activity);
        }

        @Override
        public void notice(String text) {
          notices.add(text);
        }
      };

  /** Returns bytes that no compressor makes smaller. */
  static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Returns a copy with some bytes changed, others inserted and others removed. */
  static byte[] edited(byte[] bytes) {
    byte[] edited = new byte[bytes.length + 100 - 50];
    int third = bytes.length / 3;
    System.arraycopy(bytes, 0, edited, 0, third);
    System.arraycopy(noise(100, 7), 0, edited, third, 100);
    System.arraycopy(bytes, third, edited, third + 100, third);
    System.arraycopy(bytes, 2 * third + 50, edited, 2 * third + 100, bytes.length - 2 * third - 50);
    for (int i = 1000; i < edited.length; i += 4099) {
      edited[i]++;
    }
    return edited;
  }

  static byte[] layer(String path, byte[] content) {
    return new LayerBytes().file(path, content, 0, Xattrs.EMPTY).toBytes();
  }

  static byte[] layer(String path, String content) {
    return layer(path, content.getBytes(UTF_8));
  }

  static MemoryImage image(byte[]... tars) {
    MemoryImage image = new MemoryImage();
    for (byte[] tar : tars) {
      image.layer("zstd:6", tar);
    }
    return image;
  }

  /** Returns a copy of a delta with another layer in place of its layers. */
  static Delta withLayer(Delta delta, LayerDelta layer) {
    return new Delta(
        delta.source(),
        delta.sourceConfig(),
        delta.target(),
        delta.manifest(),
        delta.config(),
        List.of(layer),
        delta.kept(),
        delta.signature(),
        delta.samples());
  }

  AvailableDelta make(ImageSource from, ImageSource to) throws IOException {
    return make(from, to, TarDiffVersion.ONE);
  }

  AvailableDelta make(ImageSource from, ImageSource to, TarDiffVersion version) throws IOException {
    return make(from, to, Optional.empty(), version);
  }

  AvailableDelta make(
      ImageSource from, ImageSource to, Optional<ImageSource> signature, TarDiffVersion version)
      throws IOException {
    Path layout = Files.createTempDirectory(temp, "delta-");
    try (IndexSink sink = OciLayout.create(layout, "delta", "oci:delta")) {
      DeltaCreation creation =
          new DeltaCreation(
              from,
              to,
              signature,
              version,
              Files.createTempDirectory(temp, "scratch-"),
              LayerLimits.DEFAULT,
              progress);
      sink.attach(creation.write(sink).toManifest());
    }
    ImageSource source = OciLayout.openArtifact(layout, Delta.ARTIFACT_TYPE, "oci:delta");
    return new AvailableDelta(
        Delta.parse(source.manifest(), "oci:delta"), source.manifest(), source);
  }

  RebuiltImage rebuilt(ImageSource published, OldImage old, AvailableDelta delta)
      throws IOException {
    return new RebuiltImage(
        published,
        old,
        Optional.of(delta),
        Files.createTempDirectory(temp, "rebuilt-"),
        LayerLimits.DEFAULT,
        progress);
  }

  OldImage old(ImageSource image) throws IOException {
    return OldImage.of(
        image, Files.createTempDirectory(temp, "old-"), LayerLimits.DEFAULT, progress);
  }

  static byte[] read(ImageSource image, int layer) throws IOException {
    Descriptor blob = image.manifest().layers().get(layer);
    try (InputStream in = image.open(blob)) {
      return in.readAllBytes();
    }
  }
}
