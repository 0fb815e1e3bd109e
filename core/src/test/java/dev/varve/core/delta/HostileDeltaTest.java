package dev.varve.core.delta;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.compress.Compression;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.tardiff.TarDiffVersion;
import dev.varve.core.tardiff.TarDiffWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A delta can't make a layer other than the published one, whatever it contains. */
class HostileDeltaTest extends DeltaFixture {
  private static final byte[] PROGRAM = noise(20_000, 1);
  private final MemoryImage from = image(layer("usr/bin/program", PROGRAM));
  private final MemoryImage to = image(layer("usr/bin/program", edited(PROGRAM)));

  @Test
  void aCorruptTarDiffMakesTheLayerBeReadWhole() throws IOException {
    AvailableDelta made = make(from, to);
    byte[] diff = read(made);
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] corrupt = diff.clone();
      corrupt[random.nextInt(corrupt.length)] ^= (byte) (1 + random.nextInt(255));

      assertThat(read(rebuilt(to, old(from), withDiff(made, corrupt)), 0)).isEqualTo(read(to, 0));
    }
    assertThat(notices).hasSizeGreaterThan(150); // some bits mean nothing to zstd
  }

  @Test
  void aTruncatedTarDiffMakesTheLayerBeReadWhole() throws IOException {
    AvailableDelta made = make(from, to);
    byte[] diff = read(made);
    for (int length = 0; length < diff.length; length += 7) {
      byte[] cut = Arrays.copyOf(diff, length);

      assertThat(read(rebuilt(to, old(from), withDiff(made, cut)), 0)).isEqualTo(read(to, 0));
    }
  }

  @Test
  void aTarDiffOfAnotherTarMakesTheLayerBeReadWhole() throws IOException {
    byte[] diff = written(writer -> writer.data(noise(30_000, 5), 0, 30_000));

    assertRefused(diff, "expected a layer of 20207 bytes, got a larger one");
  }

  @Test
  void aTarDiffThatNeverEndsIsStoppedAtTheSizeOfTheLayer() throws IOException {
    byte[] diff =
        written(
            writer -> {
              writer.open("usr/bin/program");
              for (int i = 0; i < 100_000; i++) {
                writer.seek(0);
                writer.copy(20_000);
              }
            });

    assertRefused(diff, "expected a layer of 20207 bytes, got a larger one");
  }

  @Test
  void aPathOutOfTheImageIsRefused() throws IOException {
    // The writer refuses such a path itself, so the operation is made here.
    byte[] path = "../etc/shadow".getBytes(US_ASCII);
    ByteArrayOutputStream operations = new ByteArrayOutputStream();
    operations.write(1);
    operations.write(path.length);
    operations.write(path);
    ByteArrayOutputStream diff = new ByteArrayOutputStream();
    diff.write("tardf1\n\0".getBytes(US_ASCII));
    diff.write(MemoryImage.compressed("zstd:6", operations.toByteArray()));

    assertRefused(diff.toByteArray(), "expected a relative, normal path, got '../etc/shadow'");
  }

  @Test
  void aDeltaWithTheManifestOfAnotherImageIsRefused() throws IOException {
    AvailableDelta made = make(from, to);
    AvailableDelta other = make(to, from);
    Delta delta = made.delta();
    Delta mixed =
        new Delta(
            delta.source(),
            delta.sourceConfig(),
            delta.target(),
            other.delta().manifest(),
            other.delta().config(),
            delta.layers(),
            delta.kept(),
            delta.signature(),
            delta.samples());

    assertThatThrownBy(
            () -> DeltaImage.open(new AvailableDelta(mixed, other.manifest(), other.blobs())))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "reading the delta oci:delta: expected the manifest " + delta.target());
  }

  @Test
  void anImageWithoutADiffIdForEachLayerIsReadWhole() throws IOException {
    MemoryImage odd = image(layer("usr/bin/program", edited(PROGRAM))).diffId(Digest.of(PROGRAM));
    AvailableDelta made = make(from, to);
    Delta delta = made.delta();
    Delta forIt =
        new Delta(
            delta.source(),
            delta.sourceConfig(),
            odd.descriptor().digest(),
            delta.manifest(),
            delta.config(),
            delta.layers(),
            delta.kept(),
            delta.signature(),
            delta.samples());

    RebuiltImage rebuilt =
        rebuilt(odd, old(from), new AvailableDelta(forIt, made.manifest(), made.blobs()));

    assertThat(read(rebuilt, 0)).isEqualTo(read(odd, 0));
    assertThat(notices).hasSize(1);
    assertThat(notices.get(0))
        .contains("expected one diffID for each layer, got 1 layer and 2 diffIDs");
  }

  private void assertRefused(byte[] diff, String problem) throws IOException {
    RebuiltImage rebuilt = rebuilt(to, old(from), withDiff(make(from, to), diff));

    assertThat(read(rebuilt, 0)).isEqualTo(read(to, 0));
    assertThat(notices).hasSize(1);
    assertThat(notices.get(0)).contains(problem);
  }

  private interface Operations {
    void write(TarDiffWriter writer) throws IOException;
  }

  private static byte[] written(Operations operations) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarDiffWriter writer = new TarDiffWriter(out, TarDiffVersion.ONE, 6, 20)) {
      operations.write(writer);
    }
    return out.toByteArray();
  }

  private static byte[] read(AvailableDelta made) throws IOException {
    try (var in = made.blobs().open(made.delta().layers().get(0).blob())) {
      return in.readAllBytes();
    }
  }

  /** Returns the delta with another tar-diff for its only layer, with the right digest. */
  private static AvailableDelta withDiff(AvailableDelta made, byte[] diff) {
    Descriptor blob = Descriptor.of(Delta.TAR_DIFF, diff);
    MemoryImage blobs = new MemoryImage();
    blobs.put(blob, diff);
    Delta delta = made.delta();
    LayerDelta layer =
        new LayerDelta(blob, delta.layers().get(0).to(), Optional.of(Compression.parse("zstd:6")));
    return new AvailableDelta(withLayer(delta, layer), made.manifest(), blobs);
  }
}
