package dev.varve.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.LostBlobsException;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.parallel.Parallel;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.fake.RecordedRequest;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the contract against a fake registry, and checks the requests that the client sends. */
class FakeRepositoryTest extends RepositoryContract {
  private FakeRegistry fake = started();

  private final Registry registry =
      new Registry(
          HttpSettings.defaults("varve-test").withPause(time -> {}),
          TestLogins.of("varve", "secret"),
          Progress.SILENT);

  private static FakeRegistry started() {
    try {
      return FakeRegistry.start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void noRequestIsSentYet() {
    assertThat(fake.requests()).isEmpty();
  }

  @AfterEach
  void close() throws IOException {
    registry.close();
    fake.close();
  }

  @Override
  Repository repository(String path) {
    return registry.repository(new RepositoryName(fake.host(), path));
  }

  private Repository repository() {
    return repository("owner/name");
  }

  /** Pushes an image with all layers of the previous one and a new layer. */
  private Manifest pushOnTop(String tag, ImageSource previous, int seed) throws IOException {
    try (ImageSink sink = repository().sink(List.of(tag), scratch, "docker://it")) {
      List<Descriptor> layers = new ArrayList<>(previous.manifest().layers());
      for (Descriptor layer : layers) {
        sink.reuse(previous, layer);
      }
      sink.reuse(previous, previous.manifest().config());
      layers.add(sink.write(MediaTypes.OCI_LAYER, bytes(seed)));
      Manifest manifest = new Manifest(previous.manifest().config(), layers, Map.of());
      sink.commit(manifest, AMD64, List.of());
      return manifest;
    }
  }

  private List<String> requests() {
    return fake.requests().stream()
        .map(RecordedRequest::line)
        .filter(line -> !line.contains("/uploads/"))
        .toList();
  }

  @Test
  void aManifestPutBeforeItsBlobsShowsThatTheRegistryVouchesForBlobs() throws IOException {
    push(repository(), List.of("v1"), 1, 2, 3);
    try (ImageSource previous = open(repository(), "v1")) {
      fake.clearRequests();
      Manifest second = pushOnTop("v2", previous, 4);
      String put = "PUT /v2/owner/name/manifests/" + second.descriptor().digest();
      assertThat(requests())
          .containsExactly(
              "HEAD /v2/owner/name/blobs/" + second.layers().get(3).digest(),
              put,
              put,
              "PUT /v2/owner/name/manifests/v2");
      assertThat(fake.requests(put)).extracting(RecordedRequest::status).containsExactly(400, 201);
      assertThat(repository().proven().vouchesFor(second.descriptor().digest())).isTrue();
    }
  }

  @Test
  void aRegistryMayCallAManifestInvalidWhoseBlobsItLacks() throws IOException {
    fake.quirk(Quirk.CALLS_MANIFESTS_WITHOUT_BLOBS_INVALID);
    push(repository(), List.of("v1"), 1, 2, 3);
    try (ImageSource previous = open(repository(), "v1")) {
      fake.clearRequests();
      Manifest second = pushOnTop("v2", previous, 4);
      assertThat(fake.requests("HEAD .*/blobs/.*")).hasSize(1);
      assertThat(repository().proven().vouchesFor(second.descriptor().digest())).isTrue();
    }
  }

  @Test
  void theRegistryIsTestedOnceForWhetherItVouchesForBlobs() throws IOException {
    push(repository(), List.of("v1"), 1);
    try (ImageSource previous = open(repository(), "v1")) {
      pushOnTop("v2", previous, 4);
      fake.clearRequests();
      Manifest third = pushOnTop("v3", previous, 5);
      assertThat(requests())
          .containsExactly(
              "HEAD /v2/owner/name/blobs/" + third.layers().get(1).digest(),
              "PUT /v2/owner/name/manifests/" + third.descriptor().digest(),
              "PUT /v2/owner/name/manifests/v3");
    }
  }

  @Test
  void aRegistryThatAcceptsAnyManifestIsAskedForEveryBlob() throws IOException {
    fake.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    push(repository(), List.of("v1"), 1, 2);
    try (ImageSource previous = open(repository(), "v1")) {
      fake.clearRequests();
      Manifest second = pushOnTop("v2", previous, 4);
      assertThat(fake.requests("HEAD .*/blobs/.*")).hasSize(4);
      assertThat(fake.blobs("owner/name")).contains(second.layers().get(2).digest());
      assertThat(repository().proven().vouchesFor(second.descriptor().digest())).isFalse();
    }
  }

  @Test
  void aRefusalForAnotherReasonProvesNothing() throws IOException {
    push(repository(), List.of("v1"), 1);
    fake.failNext("PUT .*/manifests/.*", Fault.error(400, "TOOMANYREQUESTS", "too early"));
    try (ImageSource previous = open(repository(), "v1")) {
      fake.clearRequests();
      Manifest second = pushOnTop("v2", previous, 4);
      assertThat(fake.requests("HEAD .*/blobs/.*")).hasSize(3);
      assertThat(repository().proven().vouchesFor(second.descriptor().digest())).isFalse();
      assertThat(repository().find("v2")).contains(second.descriptor());
    }
  }

  /** Either the registry refuses the manifest, or it reports the missing blob to a HEAD request. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void blobsThatOnlyThisRepositoryHadAndLostAreWrittenAgain(boolean refuses) throws IOException {
    if (!refuses) {
      fake.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    }
    Manifest first = push(repository(), List.of("v1"), 1, 2);
    Digest lost = first.layers().get(0).digest();
    fake.lose("owner/name", lost);
    try (ImageSource previous = open(repository(), "v1");
        ImageSink sink = repository().sink(List.of("v2"), scratch, "docker://it")) {
      for (Descriptor blob : first.blobs()) {
        sink.reuse(previous, blob);
      }
      assertThatThrownBy(() -> sink.commit(first, AMD64, List.of()))
          .isInstanceOfSatisfying(
              LostBlobsException.class, e -> assertThat(e.blobs()).containsExactly(lost))
          .hasMessage(
              "publishing docker://it: a blob that an earlier image there names is not there any"
                  + " more: "
                  + lost
                  + "; push the image from a place that has all of it");
      assertThat(imageTags()).containsExactly("v1");
      sink.write(MediaTypes.OCI_LAYER, bytes(1));
      sink.commit(first, AMD64, List.of());
    }
    assertThat(fake.blobs("owner/name")).contains(lost);
    assertThat(imageTags()).containsExactly("v1", "v2");
  }

  @Test
  void nothingIsUploadedWhereBlobsAreSharedAndMountsDeclined() throws IOException {
    fake.quirk(Quirk.NO_MOUNTS).quirk(Quirk.SHARES_BLOBS);
    fake.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    Manifest first = push(repository("one/a"), List.of("v1"), 1, 2, 3, 4, 5, 6, 7, 8);
    try (ImageSource previous = open(repository("one/a"), "v1");
        ImageSink sink = repository("two/b").sink(List.of("v1"), scratch, "docker://it")) {
      fake.clearRequests();
      for (Descriptor blob : first.blobs()) {
        sink.reuse(previous, blob);
      }
      sink.settle();
      sink.commit(first, AMD64, List.of());
    }
    assertThat(fake.requests("PUT /v2/two/b/blobs/.*")).isEmpty();
    assertThat(fake.requests("HEAD /v2/two/b/blobs/.*")).hasSize(9);
    assertThat(fake.requests("POST /v2/two/b/blobs/.*")).hasSize(1);
    assertThat(fake.openUploads()).isZero();
  }

  @Test
  void blobsOfAnotherRepositoryAreMountedWithoutBeingRead() throws IOException {
    Manifest first = push(repository("one/a"), List.of("v1"), 1, 2);
    try (ImageSource previous = open(repository("one/a"), "v1");
        ImageSink sink = repository("two/b").sink(List.of("v1"), scratch, "docker://it")) {
      fake.clearRequests();
      for (Descriptor blob : first.blobs()) {
        sink.reuse(previous, blob);
      }
      sink.commit(first, AMD64, List.of());
    }
    assertThat(fake.requests("POST .*")).hasSize(3).allMatch(request -> request.status() == 201);
    assertThat(requests())
        .containsExactly(
            "PUT /v2/two/b/manifests/" + first.descriptor().digest(), "PUT /v2/two/b/manifests/v1");
  }

  /** Copies an image from another registry to this tag of the repository. */
  private Manifest copy(String tag, int... seeds) throws IOException {
    try (FakeRegistry other = FakeRegistry.start()) {
      byte[][] layers = IntStream.of(seeds).mapToObj(seed -> bytes(seed)).toArray(byte[][]::new);
      Manifest image = other.putImage("o/n", tag, layers);
      RepositoryName name = new RepositoryName(other.host(), "o/n");
      try (ImageSource source = open(registry.repository(name), tag);
          ImageSink sink = repository().sink(List.of(tag), scratch, "docker://it")) {
        for (Descriptor blob : image.blobs()) {
          sink.reuse(source, blob);
        }
        sink.commit(image, AMD64, List.of());
      }
      return image;
    }
  }

  @Test
  void sendingABodyContinuesAfterInterimResponses() throws IOException {
    fake.quirk(Quirk.INTERIM_RESPONSES);
    byte[] large = new byte[8 << 20];
    Descriptor blob = Descriptor.of("application/octet-stream", large);
    repository().upload(blob, large);
    assertThat(fake.blob(blob.digest())).contains(large);
    assertThat(fake.requests("PUT .*/blobs/uploads/.*")).hasSize(1);
  }

  @Test
  void blobsOfTheNewestImageAreNotAskedFor() throws IOException {
    fake.putImage("owner/name", "40-20251006", bytes(1), bytes(2));
    fake.putImage("owner/name", "40-20251007", bytes(1), bytes(3));
    Manifest pushed = copy("40-20251008", 3, 4);
    String added = pushed.layers().get(1).digest().toString();
    assertThat(requests())
        .containsExactly(
            "GET /v2/owner/name/manifests/40-20251008",
            "GET /v2/", // does the registry ask for the login?
            "GET /v2/owner/name/tags/list",
            "GET /v2/owner/name/manifests/40-20251007",
            "HEAD /v2/owner/name/blobs/" + pushed.config().digest(),
            "HEAD /v2/owner/name/blobs/" + added,
            "PUT /v2/owner/name/manifests/" + pushed.descriptor().digest(),
            "PUT /v2/owner/name/manifests/" + pushed.descriptor().digest(),
            "PUT /v2/owner/name/manifests/40-20251008");
  }

  @Test
  void blobsOfTheTaggedImageAreNotAskedForWhereTheRegistryVouchesForThem() throws IOException {
    copy("v1", 1, 3);
    copy("v1", 1, 2); // shows that the registry vouches for blobs
    fake.clearRequests();
    Manifest pushed = copy("v1", 1, 2);
    assertThat(fake.requests())
        .extracting(RecordedRequest::line)
        .containsExactly(
            "GET /v2/owner/name/manifests/v1",
            "PUT /v2/owner/name/manifests/" + pushed.descriptor().digest(),
            "PUT /v2/owner/name/manifests/v1");
  }

  @Test
  void withoutANewLayerTheRegistryIsAskedForEveryBlob() throws IOException {
    copy("v1", 1, 2);
    fake.clearRequests();
    copy("v1", 1, 2);
    assertThat(fake.requests("HEAD .*/blobs/.*")).hasSize(3);
    assertThat(fake.requests("PUT .*")).hasSize(2);
  }

  @Test
  void blobsThatTheRegistryHasLostAreUploadedAgain() throws IOException {
    Manifest before = copy("v1", 1, 2);
    String lost = ".*/blobs/" + before.layers().get(0).digest();
    fake.failNext("PUT .*/manifests/.*", Fault.error(400, "MANIFEST_BLOB_UNKNOWN", "unknown"));
    fake.failNext("HEAD " + lost, Fault.error(404, "BLOB_UNKNOWN", "unknown"));
    fake.clearRequests();
    Manifest pushed = copy("v1", 1, 2);
    assertThat(fake.requests("HEAD .*/blobs/.*")).hasSize(3);
    assertThat(fake.requests("PUT .*/blobs/uploads/.*")).hasSize(1);
    assertThat(repository().find("v1")).contains(pushed.descriptor());
  }

  /** distribution 2 forgets a blob for a moment while another client uploads it, too. */
  @Test
  void aManifestIsPutAgainIfTheRegistryMissedABlobForAMoment() throws IOException {
    fake.failNext("PUT .*/manifests/.*", Fault.error(400, "MANIFEST_BLOB_UNKNOWN", "unknown"));
    Manifest pushed = copy("v1", 1, 2);
    assertThat(repository().find("v1")).contains(pushed.descriptor());
    assertThat(fake.requests("PUT .*/blobs/uploads/.*")).hasSize(3);
  }

  @Test
  void uploadsOfOneBlobAtOnceSendItOnce() throws IOException {
    List<Integer> numbers = IntStream.rangeClosed(1, 16).boxed().toList();
    Parallel.map(numbers, 16, i -> push(repository(), List.of("v" + i), 1, 1000 + i));
    // The shared layer, config and the artifact's two blobs, and each image's own layer.
    assertThat(fake.requests("PUT /v2/owner/name/blobs/.*")).hasSize(4 + 16);
  }

  @Test
  void anUploadThatFailsLeavesTheTurnToTheNext() throws IOException {
    fake.failNext("PUT .*/blobs/uploads/.*", Fault.error(403, "DENIED", "no"));
    assertThatThrownBy(() -> push(repository(), List.of("v1"), 1))
        .isInstanceOf(RegistryException.class);
    Manifest pushed = push(repository(), List.of("v2"), 1);
    assertThat(repository().find("v2")).contains(pushed.descriptor());
  }

  @Test
  void aRefusalThatNoMissingBlobExplainsIsReported() throws IOException {
    copy("v1", 1);
    fake.failAll("PUT .*/manifests/.*", Fault.error(400, "MANIFEST_INVALID", "no"));
    assertThatThrownBy(() -> copy("v1", 1))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("the registry refused (400: MANIFEST_INVALID no)");
  }

  @Test
  void aBrokenImageUnderTheTagIsReplaced() throws IOException {
    fake.putManifest("owner/name", "v1", MediaTypes.OCI_MANIFEST, "{".getBytes(UTF_8));
    Manifest pushed = copy("v1", 1);
    assertThat(repository().find("v1")).contains(pushed.descriptor());
  }

  @Test
  void aTagListOfManyPagesIsNotReadPastItsFirstPage() throws IOException {
    fake.tagPage(1);
    fake.putImage("owner/name", "v1", bytes(1));
    fake.putImage("owner/name", "v2", bytes(2));
    copy("v3", 1, 2);
    assertThat(fake.requests("GET .*/tags/list.*")).hasSize(1);
    assertThat(fake.requests("HEAD .*/blobs/.*")).hasSize(3);
  }

  @Test
  void aRepositoryThatMayNotBeReadIsAskedForEveryBlob() throws IOException {
    copy("v1", 1);
    fake.failAll("GET .*/manifests/.*", Fault.error(403, "DENIED", "no"));
    fake.clearRequests();
    copy("v1", 1);
    assertThat(fake.requests("HEAD .*/blobs/.*")).hasSize(2);
  }

  @Test
  void blobsAreUploadedWhereMountsAreDeclined() throws IOException {
    fake.quirk(Quirk.NO_MOUNTS);
    blobsOfAnotherRepositoryAreReused();
    assertThat(fake.requests("PUT /v2/two/b/blobs/.*")).hasSize(3);
  }

  @Test
  void severalTagsNeedOneUpload() throws IOException {
    push(repository(), List.of("a", "b", "c"), 1);
    assertThat(fake.requests("PUT /v2/owner/name/blobs/.*")).hasSize(4);
    assertThat(fake.requests("PUT /v2/owner/name/manifests/[abc]")).hasSize(3);
  }

  @Test
  void blobsOfAnEarlierRunAreNotUploadedAgain() throws IOException {
    try (ImageSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      Manifest manifest = write(sink, AMD64, 1, 2);
      fake.failNext("PUT .*/manifests/.*", 100, Fault.status(400));
      assertThatThrownBy(() -> sink.commit(manifest, AMD64, List.of()))
          .isInstanceOf(RegistryException.class);
    }
    fake.clearFaults();
    fake.clearRequests();
    push(repository(), List.of("v1"), 1, 2);
    assertThat(fake.requests("PUT /v2/owner/name/blobs/.*"))
        .hasSize(2); // config and blob of the artifact
  }

  @Test
  void noTagMovesToAnArtifactWithALostBlob() throws IOException {
    fake.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    Descriptor image = push(repository(), List.of("v1"), 1).descriptor();
    byte[] bytes = bytes(7);
    Descriptor blob = Descriptor.of("application/x", bytes);
    fake.failNext("PUT .*/blobs/uploads/.*", Fault.status(201)); // and stores nothing
    repository().upload(blob, bytes);
    Manifest artifact = Manifest.artifact(image, "application/x", blob, blob, Map.of());
    assertThatThrownBy(() -> repository().put(artifact, List.of("artifact")))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.CORRUPT))
        .hasMessage(
            "pushing manifest %s to %s/owner/name: the registry has lost blob %s, which it had confirmed; push again",
            artifact.descriptor().digest(), fake.host(), blob.digest());
    assertThat(fake.tags("owner/name")).containsExactly("v1");
  }

  @Test
  void aDamagedManifestIsCorrupt() throws IOException {
    Descriptor image = push(repository(), List.of("v1"), 1).descriptor();
    fake.failNext("GET .*/manifests/.*", Fault.wrongBytes());
    assertThatThrownBy(() -> repository().manifest(image))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.CORRUPT))
        .hasMessageStartingWith(
            "reading manifest %s of %s/owner/name: expected %s, got bytes of sha256:"
                .formatted(image.digest(), fake.host(), image.digest()));
  }

  @Test
  void aDamagedListOfReferrersIsRefused() throws IOException {
    Digest image = push(repository(), List.of("v1"), 1).descriptor().digest();
    fake.failNext("GET .*/referrers/.*", Fault.wrongBytes());
    assertThatThrownBy(() -> repository().referrers(image))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.REFUSED))
        .hasMessageMatching(
            "listing the referrers of %s in %s/owner/name: expected JSON from %s, got [0-9]+ bytes"
                    .formatted(image, fake.host(), fake.host())
                + " of another kind \\(content type application/vnd.oci.image.index.v1\\+json\\)");
    fake.failNext(
        "GET .*/referrers/.*",
        Fault.status(200, "{\"manifests\":[7]}").header("Content-Type", MediaTypes.OCI_INDEX));
    assertThatThrownBy(() -> repository().referrers(image))
        .hasMessageStartingWith("reading the referrers of " + image + " in " + fake.host());
  }

  @Test
  void noTagMovesWhenABlobCannotBeUploaded() throws IOException {
    Manifest before = push(repository(), List.of("v1"), 1);
    fake.failAll("PUT .*/blobs/.*", Fault.error(403, "DENIED", "no"));
    try (ImageSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      assertThatThrownBy(
              () -> {
                Manifest manifest = write(sink, AMD64, 5);
                sink.commit(manifest, AMD64, List.of());
              })
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("forbidden (403: DENIED no)");
    }
    assertThat(repository().find("v1")).contains(before.descriptor());
  }

  @Test
  void noTagMovesBeforeTheArtifactsArePushed() throws IOException {
    try (ImageSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      Manifest manifest = write(sink, AMD64, 1);
      Manifest artifact = artifact(sink, manifest, 9);
      fake.failAll(
          "PUT .*/manifests/" + artifact.descriptor().digest(), Fault.error(400, "NO", "no"));
      assertThatThrownBy(() -> sink.commit(manifest, AMD64, List.of(artifact)))
          .isInstanceOf(RegistryException.class);
    }
    assertThat(repository().tags()).isEmpty();
  }

  @Test
  void brokenUploadsAreRetried() throws IOException {
    fake.failNext("PUT .*/blobs/.*", 2, Fault.cutRequest(10_000));
    fake.failNext("PUT .*/blobs/.*", Fault.noResponse());
    fake.failNext("POST .*", Fault.status(502));
    fake.failNext("PUT .*/manifests/.*", Fault.noResponse());
    Manifest pushed = push(repository(), List.of("v1"), 1, 2, 3);
    assertThat(fake.blobs("owner/name")).hasSize(6);
    assertThat(repository().find("v1")).contains(pushed.descriptor());
    assertThat(fake.openUploads()).isZero();
  }

  @Test
  void brokenDownloadsAreResumed() throws IOException {
    Manifest pushed = push(repository(), List.of("v1"), 1, 2);
    fake.failNext("GET .*/blobs/.*", Fault.cutResponse(5));
    fake.failLater("GET .*/blobs/.*", 1, Fault.resetResponse(50_000));
    fake.failNext("GET .*/manifests/.*", Fault.cutResponse(7));
    try (ImageSource source = open(repository(), "v1")) {
      assertThat(read(source, pushed.layers().get(0))).isEqualTo(bytes(1));
      assertThat(read(source, pushed.layers().get(1))).isEqualTo(bytes(2));
    }
  }

  private Descriptor writeBlob(String mediaType, byte[] blob) throws IOException {
    Digest digest = Digest.Algorithm.SHA512.of(blob);
    Path blobs = Files.createDirectories(scratch.resolve("layout/blobs/sha512"));
    Files.write(blobs.resolve(digest.hex()), blob);
    return new Descriptor(mediaType, digest, blob.length);
  }

  /** Returns an image with an artifact, all of whose digests are SHA-512. */
  private ImageSource sha512() throws IOException {
    Descriptor config = writeBlob(MediaTypes.OCI_CONFIG, ImageConfig.forPlatform(AMD64).toBytes());
    Descriptor layer = writeBlob(MediaTypes.OCI_LAYER, bytes(1));
    Manifest image = new Manifest(config, List.of(layer), Map.of());
    Descriptor known = writeBlob(MediaTypes.OCI_MANIFEST, image.toBytes());
    Manifest artifact =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            Optional.of("application/x"),
            writeBlob(MediaTypes.OCI_EMPTY, "{}".getBytes(UTF_8)),
            List.of(writeBlob("application/octet-stream", bytes(2))),
            Optional.of(known),
            Map.of());
    Descriptor attached = writeBlob(MediaTypes.OCI_MANIFEST, artifact.toBytes());
    Path layout = scratch.resolve("layout");
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.write(
        layout.resolve("index.json"),
        ImageIndex.EMPTY.withManifests(List.of(known, attached)).toBytes());
    return OciLayout.open(layout, "", PlatformChoice.any(), "oci:layout");
  }

  @Test
  void imagesWithSha512DigestsArePushedAndReadUnchanged() throws IOException {
    Repository repository = repository("owner/name");
    ImageCopy copy = new ImageCopy(2, true, Progress.SILENT);
    try (ImageSource from = sha512();
        ImageSink sink = repository.sink(List.of("v1"), scratch, "docker://it")) {
      assertThat(copy.copy(from, sink).descriptor()).isEqualTo(from.descriptor());
      String digest = from.descriptor().digest().toString();
      assertThat(digest).startsWith("sha512:");
      assertThat(repository.find(digest)).contains(from.descriptor());
      assertThat(fake.blobs("owner/name"))
          .containsAll(from.manifest().blobs().stream().map(Descriptor::digest).toList());
      try (ImageSource pushed = open(repository, digest);
          ImageSink back = OciLayout.create(scratch.resolve("back"), "v1", "oci:back")) {
        assertThat(pushed.descriptor()).isEqualTo(from.descriptor());
        assertThat(read(pushed, from.manifest().layers().get(0))).isEqualTo(bytes(1));
        assertThat(pushed.referrers(pushed.descriptor(), type -> true)).hasSize(1);
        assertThat(copy.copy(pushed, back).descriptor()).isEqualTo(from.descriptor());
      }
    }
  }

  @Test
  void aSha512BlobIsMounted() throws IOException {
    ImageCopy copy = new ImageCopy(2, false, Progress.SILENT);
    try (ImageSource from = sha512();
        ImageSink sink = repository("a/a").sink(List.of("v1"), scratch, "docker://it")) {
      copy.copy(from, sink);
      fake.clearRequests();
      try (ImageSource pushed = open(repository("a/a"), from.descriptor().digest().toString());
          ImageSink other = repository("b/b").sink(List.of("v1"), scratch, "docker://other")) {
        assertThat(copy.copy(pushed, other).readBlobs()).isZero();
      }
      assertThat(fake.requests("POST /v2/b/b/blobs/uploads/.*"))
          .hasSize(4)
          .allMatch(request -> request.status() == 201);
      assertThat(fake.blobs("b/b"))
          .containsAll(from.manifest().blobs().stream().map(Descriptor::digest).toList());
    }
  }

  @Test
  void withoutTheReferrersApiTheTagHasTheFirst64CharactersOfASha512() throws IOException {
    fake.quirk(Quirk.NO_REFERRERS);
    try (ImageSource from = sha512();
        ImageSink sink = repository("a/a").sink(List.of("v1"), scratch, "docker://it")) {
      new ImageCopy(2, false, Progress.SILENT).copy(from, sink);
      Digest image = from.descriptor().digest();
      assertThat(fake.tags("a/a")).containsExactly("sha512-" + image.hex().substring(0, 64), "v1");
      assertThat(repository("a/a").referrers(image)).hasSize(1);
    }
  }

  @Test
  void withoutTheReferrersApiArtifactsAreListedUnderATag() throws IOException {
    fake.quirk(Quirk.NO_REFERRERS);
    Manifest pushed = push(repository(), List.of("v1"), 1);
    assertThat(fake.tags("owner/name"))
        .containsExactly("sha256-" + pushed.descriptor().digest().hex(), "v1");
    fake.clearRequests();
    try (ImageSource source = open(repository(), "v1")) {
      assertThat(source.referrer("application/x")).isPresent();
    }
  }

  @Test
  void aSecondArtifactJoinsTheFirstUnderTheTag() throws IOException {
    fake.quirk(Quirk.NO_REFERRERS);
    Manifest pushed = push(repository(), List.of("v1"), 1);
    try (ImageSink sink = repository().sink(List.of("v1"), scratch, "docker://it")) {
      Manifest again = write(sink, AMD64, 1);
      assertThat(again).isEqualTo(pushed);
      sink.commit(again, AMD64, List.of(artifact(sink, again, 77)));
    }
    assertThat(repository().referrers(pushed.descriptor().digest()))
        .hasSize(2)
        .allMatch(each -> each.artifactType().orElse("").equals("application/x"));
  }

  /**
   * A cleanup of untagged manifests deletes artifacts and leaves the list of referrers as it was.
   */
  @Test
  void aListedArtifactThatWasDeletedIsIgnored() throws IOException {
    fake.quirk(Quirk.NO_REFERRERS);
    Manifest pushed = push(repository(), List.of("v1"), 1);
    Descriptor artifact = repository().referrers(pushed.descriptor().digest()).get(0);
    fake.failAll("GET /v2/owner/name/manifests/" + artifact.digest(), Fault.status(404));
    try (ImageSource source = open(repository(), "v1")) {
      assertThat(source.referrer("application/x")).isEmpty();
      assertThat(source.referrers(source.descriptor(), type -> true)).isEmpty();
    }
  }

  @Test
  void aDeletedArtifactIsRemovedFromTheListUnderTheTag() throws IOException {
    fake.quirk(Quirk.NO_REFERRERS);
    Manifest pushed = push(repository(), List.of("v1"), 1);
    try (IndexSink sink = repository().sink(List.of(), scratch, "docker://it")) {
      sink.attach(artifact(sink, pushed, 77));
    }
    Digest image = pushed.descriptor().digest();
    List<Descriptor> listed = repository().referrers(image);

    repository().delete(repository().artifact(listed.get(0)).orElseThrow());

    assertThat(listed).hasSize(2);
    assertThat(repository().referrers(image)).isEqualTo(listed.subList(1, 2));
    assertThat(fake.manifests("owner/name")).doesNotContain(listed.get(0).digest());
  }

  @Test
  void aRefusedDeletionLeavesTheListUnderTheTag() throws IOException {
    fake.quirk(Quirk.NO_REFERRERS).quirk(Quirk.NO_DELETE);
    Manifest pushed = push(repository(), List.of("v1"), 1);
    List<Descriptor> listed = repository().referrers(pushed.descriptor().digest());
    Manifest artifact = repository().artifact(listed.get(0)).orElseThrow();

    assertThatThrownBy(() -> repository().delete(artifact)).isInstanceOf(RegistryException.class);

    assertThat(repository().referrers(pushed.descriptor().digest())).isEqualTo(listed);
  }

  @Test
  void redirectedBlobsAreReadWithoutTheLogin() throws IOException {
    fake.quirk(Quirk.REDIRECTS_BLOBS);
    aPushedImageIsReadUnchanged();
    assertThat(fake.storageRequests()).isNotEmpty().noneMatch(request -> request.authorized());
  }

  @Test
  void digestsAreComputedWhereTheHeaderIsMissing() throws IOException {
    fake.quirk(Quirk.NO_DIGEST_HEADER);
    severalTagsPointToOneImage();
  }

  @Test
  void aRevokedTokenIsRenewed() throws IOException {
    fake.access().bearer("varve", "secret");
    Manifest pushed = push(repository(), List.of("v1"), 1);
    fake.access().revokeTokens();
    assertThat(repository().find("v1")).contains(pushed.descriptor());
    fake.access().revokeTokens();
    push(repository(), List.of("v2"), 1, 4);
    assertThat(repository().tags()).containsExactly("v1", "v2");
  }

  @Test
  void newBlobsAreUploadedInParallel() throws IOException {
    push(repository(), List.of("v1"), 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(fake.peak()).isGreaterThan(1);
  }

  @Test
  void wrongBytesOfTheSourceAreDetectedByTheDestination() throws IOException {
    Manifest pushed = push(repository(), List.of("v1"), 1);
    try (FakeRegistry other = FakeRegistry.start();
        ImageSource source = open(repository(), "v1");
        ImageSink sink =
            registry
                .repository(new RepositoryName(other.host(), "o/n"))
                .sink(List.of("v1"), scratch, "docker://other")) {
      fake.failAll("GET .*/blobs/" + pushed.layers().get(0).digest(), Fault.wrongBytes());
      assertThatThrownBy(() -> sink.reuse(source, pushed.layers().get(0)))
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.CORRUPT))
          .hasMessageContaining("the bytes to push are corrupt");
      assertThat(other.blobs("o/n")).isEmpty();
      assertThat(other.openUploads()).isZero();
    }
  }

  @Test
  void aBrokenCopyBetweenRegistriesResumesAtItsOffset() throws IOException {
    byte[] large = new byte[3 << 20];
    new java.util.Random(5).nextBytes(large);
    Manifest image = fake.putImage("owner/name", "v1", large);
    try (FakeRegistry other = FakeRegistry.start();
        ImageSource source = open(repository(), "v1");
        ImageSink sink =
            registry
                .repository(new RepositoryName(other.host(), "o/n"))
                .sink(List.of("v1"), scratch, "docker://other")) {
      other.failNext("PUT .*/blobs/.*", Fault.cutRequest(2 << 20));
      sink.reuse(source, image.layers().get(0));
      sink.reuse(source, image.config());
      sink.commit(image, AMD64, List.of());
      assertThat(other.blob(image.layers().get(0).digest())).contains(large);
      assertThat(fake.requests("GET .*/blobs/" + image.layers().get(0).digest()))
          .extracting(request -> request.headers().getOrDefault("Range", ""))
          .hasSize(2)
          .last()
          .asString()
          .startsWith("bytes=2");
    }
  }

  @Test
  void endlessLinksToNewTagsAreRefused() throws IOException {
    fake.quirk(Quirk.ENDLESS_TAGS).putImage("owner/name", "a");
    assertThatThrownBy(() -> repository().tags())
        .isInstanceOf(RegistryException.class)
        .hasMessageEndingWith(": the pages never end: after 2001 there is another");
  }

  @Test
  void endlessFullPagesOfNewTagsAreRefused() throws IOException {
    fake.quirk(Quirk.ENDLESS_TAGS).quirk(Quirk.NO_TAG_LINKS).putImage("owner/name", "a");
    assertThatThrownBy(() -> repository().tags())
        .isInstanceOf(RegistryException.class)
        .hasMessageEndingWith(": expected at most 500000 tags, got more");
  }
}
