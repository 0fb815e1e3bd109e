package dev.varve.core.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.filetree.LayerBytes;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** States attached to images. */
final class PublishedImageTest extends PublishedImageFixture {
  /** Writes blobs to an image in memory; tests attach artifacts themselves, without a commit. */
  private record MemorySink(MemoryImage image) implements ImageSink {
    @Override
    public String reference() {
      return "memory:image";
    }

    @Override
    public BlobWriter newBlob() {
      return new BlobWriter() {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
          out.write(b);
        }

        @Override
        public Descriptor finish(String mediaType) {
          byte[] blob = out.toByteArray();
          return image.put(Descriptor.of(mediaType, blob), blob);
        }
      };
    }

    @Override
    public void reuse(BlobSource from, Descriptor blob) {
      throw new UnsupportedOperationException();
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
      return image.open(blob);
    }

    @Override
    public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static PlanState state(List<Digest> diffIds) {
    ComponentState component = new ComponentState(Digest.of(new byte[] {1}), 7, 1, List.of(2L, 3L));
    return new PlanState(
        9,
        "zstd:3",
        "zstd-jni 1",
        List.of(1L, 2L),
        diffIds.stream().map(id -> new LayerState(id, 5, List.of("rpm:bash"))).toList(),
        Map.of("rpm:bash", component),
        Map.of("bash", "5-1"));
  }

  private static MemoryImage attach(MemoryImage image, PlanState state) throws IOException {
    return image.referredBy(StateArtifact.write(state, image.descriptor(), new MemorySink(image)));
  }

  private static MemoryImage attach(MemoryImage image, byte[] blob) {
    Descriptor descriptor = image.put(Descriptor.of(PlanState.MEDIA_TYPE, blob), blob);
    return image.referredBy(artifact(image, List.of(descriptor)));
  }

  private static Manifest artifact(MemoryImage image, List<Descriptor> blobs) {
    return new Manifest(
        MediaTypes.OCI_MANIFEST,
        Optional.of(PlanState.ARTIFACT_TYPE),
        Descriptor.of(MediaTypes.OCI_EMPTY, new byte[0]),
        blobs,
        Optional.of(image.descriptor()),
        Map.of());
  }

  @Test
  void theAttachedStateIsRead() throws IOException {
    MemoryImage image = MemoryImage.of(new LayerBytes().file("a", "x").toBytes());
    PlanState state = state(image.config().diffIds());
    attach(image, state);
    assertThat(PublishedImage.attachedState(image)).contains(state);
    PublishedImage published = published(image);
    assertThat(published.state()).isEqualTo(state);
    assertThat(published.reference()).isEqualTo("memory:image");
    assertThat(published.totalSize()).isEqualTo(image.manifest().totalSize());
    assertThat(published.byDiffId())
        .containsExactly(
            Map.entry(image.config().diffIds().get(0), image.manifest().layers().get(0)));
    assertThat(notices).isEmpty();
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void aStateIsAnArtifactOfTheImage() throws IOException {
    MemoryImage image = MemoryImage.of(new LayerBytes().toBytes());
    Manifest manifest =
        StateArtifact.write(
            state(image.config().diffIds()), image.descriptor(), new MemorySink(image));
    assertThat(manifest.artifactType()).contains("application/vnd.varve.state.v1");
    assertThat(manifest.subject()).contains(image.descriptor());
    assertThat(manifest.config().mediaType()).isEqualTo(MediaTypes.OCI_EMPTY);
    assertThat(manifest.config().digest()).isEqualTo(Digest.of("{}".getBytes(UTF_8)));
    assertThat(manifest.layers())
        .extracting(Descriptor::mediaType)
        .containsExactly("application/vnd.varve.state.v1+json+zstd");
  }

  @Test
  void anImageWithoutArtifactHasNoState() throws IOException {
    assertThat(PublishedImage.attachedState(new MemoryImage())).isEmpty();
  }

  @Test
  void aStateOfOtherLayersIsIgnored() throws IOException {
    MemoryImage image = MemoryImage.of(new LayerBytes().file("a", "x").toBytes());
    attach(image, state(List.of(Digest.of(new byte[] {1}))));
    assertThat(PublishedImage.attachedState(image)).isEmpty();
  }

  @Test
  void appendedLayersAreListedUnderTheirOwnName() throws IOException {
    byte[] layer = new LayerBytes().file("a", "x").toBytes();
    byte[] appended = new LayerBytes().file("b", "y").toBytes();
    MemoryImage image = MemoryImage.of(layer, appended);
    PlanState state = state(List.of(Digest.of(layer)));
    attach(image, state);
    long size = image.manifest().layers().get(1).size();
    assertThat(PublishedImage.attachedState(image))
        .contains(
            state.withAppended(
                List.of(new LayerState(Digest.of(appended), size, List.of("appended")))));
  }

  @Test
  void aStateOfMoreLayersIsIgnored() throws IOException {
    byte[] layer = new LayerBytes().file("a", "x").toBytes();
    MemoryImage image = MemoryImage.of(layer);
    attach(image, state(List.of(Digest.of(layer), Digest.of(layer))));
    assertThat(PublishedImage.attachedState(image)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "oci:/home/me/os:today, ''",
    "containers-storage:localhost/os, ''",
    "docker://ghcr.io/o/os:latest, docker://ghcr.io/o/os@",
    "docker://localhost:5000/os, docker://localhost:5000/os@",
    "docker://localhost:5000/os:1@sha256:abc, docker://localhost:5000/os@"
  })
  void theNameOfAnImageHasNoLocalPath(String reference, String repository) {
    Descriptor descriptor = Descriptor.of("m/t", new byte[0]);
    PublishedImage image =
        new PublishedImage(reference, descriptor, List.of(), 0, state(List.of()), Optional.empty());
    assertThat(image.name()).isEqualTo(repository + descriptor.digest());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no JSON|parsing the state of memory:image: not valid JSON",
        "[]|parsing the state of memory:image: expected a JSON object",
        "{}|reading the state of memory:image: expected a whole number in \"formatVersion\","
            + " which is missing",
        "{\"formatVersion\":2}|reading the state of memory:image: expected formatVersion 1, got 2;"
            + " a newer Varve wrote it",
        "{\"formatVersion\":1,\"layers\":[{\"diffId\":\"x\"}]}|reading the state of memory:image:"
            + " \"diffId\": expected a digest of the form sha256:<hex> or sha512:<hex>, got \"x\"",
        "{\"formatVersion\":1,\"clamp\":\"x\"}|reading the state of memory:image: expected a whole"
            + " number in \"clamp\", got \"x\""
      })
  void aMalformedStateIsRefused(String json, String message) {
    MemoryImage image = attach(new MemoryImage(), json.getBytes(UTF_8));
    assertThatThrownBy(() -> PublishedImage.attachedState(image))
        .isExactlyInstanceOf(MalformedJsonException.class)
        .hasMessage(message);
  }

  @Test
  void aCorruptStateIsRefused() throws IOException {
    byte[] blob = MemoryImage.compressed("zstd", "{\"formatVersion\":1}".getBytes(UTF_8));
    blob[blob.length - 3] ^= 1;
    MemoryImage image = attach(new MemoryImage(), blob);
    assertThatThrownBy(() -> PublishedImage.attachedState(image))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the state of memory:image");
  }

  @Test
  void aMissingStateIsIgnoredAndAWrongBlobIsRefused() throws IOException {
    MemoryImage image = new MemoryImage();
    byte[] blob = "{}".getBytes(UTF_8);
    Descriptor descriptor = Descriptor.of(PlanState.MEDIA_TYPE, blob);
    image.referredBy(artifact(image, List.of(descriptor)));
    assertThat(PublishedImage.attachedState(image)).isEmpty();
    image.put(descriptor, "{\"a\":1}".getBytes(UTF_8));
    assertThatThrownBy(() -> PublishedImage.attachedState(image))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "reading blob "
                + descriptor.digest()
                + " of memory:image: expected 2 bytes, got more than that");
  }

  @Test
  void anArtifactOfSeveralBlobsIsRefused() {
    MemoryImage image = new MemoryImage();
    image.referredBy(artifact(image, List.of()));
    assertThatThrownBy(() -> PublishedImage.attachedState(image))
        .isExactlyInstanceOf(MalformedJsonException.class)
        .hasMessage("reading the state of memory:image: expected one blob, got 0");
  }

  @Test
  void aDecompressionBombIsRefused() {
    MemoryImage image =
        attach(new MemoryImage(), MemoryImage.compressed("zstd", new byte[(16 << 20) + 1]));
    assertThatThrownBy(() -> PublishedImage.attachedState(image))
        .isExactlyInstanceOf(MalformedJsonException.class)
        .hasMessage(
            "reading the state of memory:image: expected at most 16777216 bytes of JSON, got more");
  }

  @Test
  void anImageWhoseConfigHasFewerDiffIdsIsRefused() throws IOException {
    byte[] layer = new LayerBytes().toBytes();
    MemoryImage image = MemoryImage.of(layer).diffId(Digest.of(new byte[0]));
    attach(image, state(image.config().diffIds()));
    assertThatThrownBy(() -> published(image))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "reading memory:image: expected one diffID for each layer, got 1 layer and 2 diffIDs");
  }
}
