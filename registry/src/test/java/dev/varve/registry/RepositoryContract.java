package dev.varve.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.parallel.Parallel;
import dev.varve.registry.blob.UploadCount;
import dev.varve.registry.http.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of {@link Repository} that pass with every registry that speaks the protocol. */
abstract class RepositoryContract {
  static final Platform AMD64 = Platform.parse("linux/amd64");
  static final Platform ARM64 = Platform.parse("linux/arm64");

  @TempDir Path scratch;

  /** Returns the repository at a path of the registry; each test has its own registry. */
  abstract Repository repository(String path);

  private Repository repository() {
    return repository("owner/name");
  }

  /** Returns the tags without those that list referrers where the referrers API is missing. */
  List<String> imageTags() throws IOException {
    List<String> tags = new ArrayList<>(repository().tags());
    tags.removeIf(tag -> tag.startsWith("sha256-"));
    return tags;
  }

  static byte[] bytes(int seed) {
    byte[] bytes = new byte[100_000 + seed];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Writes the blobs of an image, one layer for each seed, and returns its manifest. */
  static Manifest write(ImageSink sink, Platform platform, int... seeds) throws IOException {
    List<Descriptor> layers = new ArrayList<>();
    for (int seed : seeds) {
      layers.add(sink.write(MediaTypes.OCI_LAYER, bytes(seed)));
    }
    byte[] config = ImageConfig.forPlatform(platform).toBytes();
    return new Manifest(sink.write(MediaTypes.OCI_CONFIG, config), layers, Map.of("by", "a test"));
  }

  /** Writes the blobs of an artifact whose subject is the image, and returns its manifest. */
  static Manifest artifact(ImageSink sink, Manifest image, int seed) throws IOException {
    return new Manifest(
        MediaTypes.OCI_MANIFEST,
        Optional.of("application/x"),
        sink.write(MediaTypes.OCI_EMPTY, "{}".getBytes(UTF_8)),
        List.of(sink.write("application/octet-stream", bytes(seed))),
        Optional.of(image.descriptor()),
        Map.of());
  }

  Manifest push(Repository repository, List<String> tags, int... seeds) throws IOException {
    try (ImageSink sink = repository.sink(tags, scratch, "docker://" + repository.name())) {
      Manifest manifest = write(sink, AMD64, seeds);
      sink.commit(manifest, AMD64, List.of(artifact(sink, manifest, 99)));
      return manifest;
    }
  }

  ImageSource open(Repository repository, String reference) throws IOException {
    return repository.image(reference, PlatformChoice.only(AMD64), "docker://it");
  }

  static byte[] read(ImageSource source, Descriptor blob) throws IOException {
    try (InputStream in = source.open(blob)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aNewRepositoryHasNoTags() throws IOException {
    assertThat(repository("not/there").tags()).isEmpty();
    assertThat(repository("not/there").find("v1")).isEmpty();
  }

  @Test
  void aPushedImageIsReadUnchanged() throws IOException {
    Manifest pushed = push(repository(), List.of("v1"), 1, 2);
    try (ImageSource source = open(repository(), "v1")) {
      assertThat(source.manifest()).isEqualTo(pushed);
      assertThat(source.descriptor()).isEqualTo(pushed.descriptor());
      assertThat(source.config().platform()).isEqualTo(AMD64);
      assertThat(source.index()).isEmpty();
      assertThat(read(source, pushed.layers().get(0))).isEqualTo(bytes(1));
      assertThat(read(source, pushed.layers().get(1))).isEqualTo(bytes(2));
    }
  }

  @Test
  void severalTagsPointToOneImage() throws IOException {
    Manifest pushed = push(repository(), List.of("v1", "latest", "40-20251006.1"), 1);
    assertThat(imageTags()).containsExactly("40-20251006.1", "latest", "v1");
    for (String tag : imageTags()) {
      assertThat(repository().find(tag)).contains(pushed.descriptor());
    }
    assertThat(repository().find(pushed.descriptor().digest().toString()))
        .contains(pushed.descriptor());
  }

  @Test
  void aPushedImageIsTaggedLater() throws IOException {
    Manifest pushed = push(repository(), List.of(), 1);
    assertThat(imageTags()).isEmpty();
    push(repository(), List.of("latest"), 2);
    assertThat(repository().tag(pushed.descriptor().digest(), List.of("v1", "latest")))
        .isEqualTo(pushed.descriptor());
    assertThat(repository().find("v1")).contains(pushed.descriptor());
    assertThat(repository().find("latest")).contains(pushed.descriptor());
  }

  @Test
  void aMissingImageIsNotTagged() throws IOException {
    push(repository(), List.of("v1"), 1);
    Digest missing = Digest.of(bytes(2));
    assertThatThrownBy(() -> repository().tag(missing, List.of("v1", "v2")))
        .hasMessage(
            "tagging %s as v1, v2: %s has no image with this digest"
                .formatted(missing, repository().name()));
    assertThat(imageTags()).containsExactly("v1");
  }

  @Test
  void onlyBlobsThatTheRegistryLackedAreCountedAsUploaded() throws IOException {
    Repository repository = repository();
    push(repository, List.of("v1"), 1);
    UploadCount first = repository.uploaded();
    assertThat(first.blobs()).isEqualTo(4); // layer, config, and the artifact's blob and config
    push(repository, List.of("v2"), 1, 2);
    // This config has no diffIDs, so both images have the same config.
    assertThat(repository.uploaded().since(first)).isEqualTo(new UploadCount(1, bytes(2).length));
  }

  @Test
  void sixtyFourPushesAtOnceAreEachComplete() throws IOException {
    Repository repository = repository();
    List<Integer> numbers = IntStream.rangeClosed(1, 64).boxed().toList();
    List<Manifest> pushed =
        Parallel.map(numbers, 64, i -> push(repository, List.of("v" + i), 1, 2, 1000 + i));
    assertThat(imageTags()).hasSize(64);
    for (int i : numbers) {
      Manifest image = pushed.get(i - 1);
      assertThat(repository.find("v" + i)).contains(image.descriptor());
      try (ImageSource source = open(repository, "v" + i)) {
        assertThat(read(source, image.layers().get(2))).isEqualTo(bytes(1000 + i));
      }
      assertThat(repository.referrers(image.descriptor().digest())).hasSize(1);
    }
    for (Descriptor shared : pushed.get(0).blobs()) {
      assertThat(repository.has(shared)).isTrue();
    }
  }

  @Test
  void anImageIsOpenedByItsDigest() throws IOException {
    Manifest pushed = push(repository(), List.of(), 1);
    try (ImageSource source = open(repository(), pushed.descriptor().digest().toString())) {
      assertThat(source.manifest()).isEqualTo(pushed);
    }
  }

  @Test
  void artifactsAreFoundByTheirSubject() throws IOException {
    Manifest pushed = push(repository(), List.of("v1"), 1);
    try (ImageSource source = open(repository(), "v1")) {
      Manifest artifact = source.referrer("application/x").orElseThrow();
      assertThat(artifact.subject().orElseThrow().digest()).isEqualTo(pushed.descriptor().digest());
      assertThat(read(source, artifact.layers().get(0))).isEqualTo(bytes(99));
      assertThat(source.referrer("application/y")).isEmpty();
    }
  }

  @Test
  void anImageOnTopOfAnotherIsComplete() throws IOException {
    Manifest first = push(repository(), List.of("v1"), 1, 2);
    Manifest second;
    try (ImageSource previous = open(repository(), "v1");
        ImageSink sink = repository().sink(List.of("v2"), scratch, "docker://it")) {
      sink.reuse(previous, first.layers().get(0));
      Manifest fresh = write(sink, AMD64, 3);
      second =
          new Manifest(
              fresh.config(), List.of(first.layers().get(0), fresh.layers().get(0)), Map.of());
      sink.commit(second, AMD64, List.of());
    }
    try (ImageSource source = open(repository(), "v2")) {
      assertThat(read(source, second.layers().get(0))).isEqualTo(bytes(1));
      assertThat(read(source, second.layers().get(1))).isEqualTo(bytes(3));
    }
  }

  @Test
  void blobsOfAnotherRepositoryAreReused() throws IOException {
    Manifest first = push(repository("one/a"), List.of("v1"), 1, 2);
    try (ImageSource previous = open(repository("one/a"), "v1");
        ImageSink sink = repository("two/b").sink(List.of("v1"), scratch, "docker://it")) {
      for (Descriptor blob : first.blobs()) {
        sink.reuse(previous, blob);
      }
      sink.commit(first, AMD64, List.of());
    }
    try (ImageSource source = open(repository("two/b"), "v1")) {
      assertThat(source.manifest()).isEqualTo(first);
      assertThat(read(source, first.layers().get(1))).isEqualTo(bytes(2));
    }
  }

  @Test
  void aBlobIsReadBackBeforeTheImageIsPublished() throws IOException {
    push(repository(), List.of("v1"), 1);
    try (ImageSource previous = open(repository(), "v1");
        ImageSink sink = repository().sink(List.of("v2"), scratch, "docker://it")) {
      Descriptor reused = previous.manifest().layers().get(0);
      sink.reuse(previous, reused);
      Descriptor fresh = sink.write(MediaTypes.OCI_LAYER, bytes(3));
      try (InputStream a = sink.open(reused);
          InputStream b = sink.open(fresh)) {
        assertThat(a.readAllBytes()).isEqualTo(bytes(1));
        assertThat(b.readAllBytes()).isEqualTo(bytes(3));
      }
    }
  }

  @Test
  void anUncommittedImageIsNotPublished() throws IOException {
    try (ImageSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      write(sink, AMD64, 1, 2);
    }
    assertThat(repository().tags()).isEmpty();
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void aManifestOfUnwrittenBlobsIsRefused() throws IOException {
    try (ImageSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      Manifest manifest = write(sink, AMD64, 1);
      Manifest other =
          new Manifest(
              manifest.config(), List.of(Descriptor.of(MediaTypes.OCI_LAYER, bytes(7))), Map.of());
      assertThatThrownBy(() -> sink.commit(other, AMD64, List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("was neither written to docker://it nor reused");
    }
    assertThat(repository().tags()).isEmpty();
  }

  @Test
  void anIndexHoldsTheImagesOfSeveralPlatforms() throws IOException {
    Manifest amd64;
    Manifest arm64;
    ImageIndex index;
    try (IndexSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      amd64 = write(sink, AMD64, 1, 2);
      arm64 = write(sink, ARM64, 1, 3);
      index =
          ImageIndex.EMPTY.withManifests(
              List.of(sink.add(amd64).withPlatform(AMD64), sink.add(arm64).withPlatform(ARM64)));
      Descriptor committed = sink.commit(index, List.of(artifact(sink, arm64, 99)));
      assertThat(repository().find("v1")).contains(committed);
    }
    try (ImageSource source = repository().image("v1", PlatformChoice.only(ARM64), "docker://it")) {
      assertThat(source.manifest()).isEqualTo(arm64);
      assertThat(source.index().map(Descriptor::digest))
          .contains(Descriptor.of(MediaTypes.OCI_INDEX, index.toBytes()).digest());
      assertThat(source.index(source.index().orElseThrow()).manifests())
          .isEqualTo(index.manifests());
      assertThat(source.referrer("application/x")).isPresent();
    }
    assertThatThrownBy(
            () ->
                repository()
                    .image("v1", PlatformChoice.only(Platform.parse("linux/s390x")), "docker://it"))
        .hasMessageContaining(
            "expected an image for linux/s390x, there is linux/amd64, linux/arm64");
  }

  @Test
  void anIndexMayListAnotherIndex() throws IOException {
    Manifest arm64;
    Descriptor inner;
    try (IndexSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      arm64 = write(sink, ARM64, 1);
      inner =
          sink.add(ImageIndex.EMPTY.withManifests(List.of(sink.add(arm64).withPlatform(ARM64))));
      sink.commit(ImageIndex.EMPTY.withManifests(List.of(inner)), List.of());
    }
    try (ImageSource source = repository().image("v1", PlatformChoice.only(ARM64), "docker://it")) {
      assertThat(source.manifest()).isEqualTo(arm64);
      assertThat(source.index(source.index().orElseThrow()).manifests()).containsExactly(inner);
    }
  }

  @Test
  void aDockerManifestKeepsItsTypeAndBytes() throws IOException {
    Manifest docker;
    try (ImageSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      Manifest written = write(sink, AMD64, 1);
      String json =
          "{\n  \"schemaVersion\": 2,\n  \"mediaType\": \""
              + MediaTypes.DOCKER_MANIFEST
              + "\",\n  \"config\": "
              + new Descriptor(
                      MediaTypes.DOCKER_CONFIG, written.config().digest(), written.config().size())
                  .toJson()
              + ",\n  \"layers\": []\n}\n";
      docker = Manifest.parse(json.getBytes(UTF_8), "docker");
      sink.commit(docker, AMD64, List.of());
    }
    try (ImageSource source = open(repository(), "v1")) {
      assertThat(source.manifest().toBytes()).isEqualTo(docker.toBytes());
      assertThat(source.descriptor().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
    }
  }

  @Test
  void aDeletedManifestIsNotFound() throws IOException {
    Manifest pushed = push(repository(), List.of("v1"), 1);
    repository().delete(pushed.descriptor().digest().toString());
    assertThat(repository().find(pushed.descriptor().digest().toString())).isEmpty();
    assertThatThrownBy(() -> repository().delete(pushed.descriptor().digest().toString()))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_FOUND));
  }

  @Test
  void aMissingTagIsReportedWithTheExistingTags() throws IOException {
    push(repository(), List.of("v1"), 1);
    assertThatThrownBy(() -> open(repository(), "v2"))
        .hasMessage(
            "opening docker://it: %s has no tag v2; its last tags are %s",
            repository().name(), "v1");
  }
}
