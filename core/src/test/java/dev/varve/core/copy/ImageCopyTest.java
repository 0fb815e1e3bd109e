package dev.varve.core.copy;

import static dev.varve.core.layout.TestImage.AMD64;
import static dev.varve.core.layout.TestImage.ARM64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.CorruptBlobException;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.DockerArchive;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.layout.TestImage;
import dev.varve.core.layout.TestLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCopyTest {
  private static final ImageCopy COPY = new ImageCopy(3, false, Progress.SILENT);

  @TempDir Path temp;
  private TestImage amd;
  private TestImage arm;
  private TestLayout layout;

  @BeforeEach
  void layOut() throws IOException {
    amd = new TestImage(AMD64, "one", "two");
    arm = new TestImage(ARM64, "one", "three");
    layout = new TestLayout(temp.resolve("from")).put(amd).put(arm);
  }

  private ImageSource from(String tag) throws IOException {
    return OciLayout.open(
        layout.directory, tag, new PlatformChoice(AMD64, false, false), "oci:from");
  }

  private ImageSource to(PlatformChoice platform) throws IOException {
    return OciLayout.open(temp.resolve("to"), "", platform, "oci:to");
  }

  private ImageSink sink() throws IOException {
    return OciLayout.create(temp.resolve("to"), "v1", "oci:to");
  }

  private Descriptor attach(TestImage image, String text) throws IOException {
    layout.put(MediaTypes.OCI_EMPTY, new byte[] {'{', '}'});
    layout.put("text/plain", text.getBytes(StandardCharsets.UTF_8));
    return layout
        .put(MediaTypes.OCI_MANIFEST, image.artifact("application/x", text).toBytes())
        .withArtifactType("application/x");
  }

  private void listIndex() throws IOException {
    Descriptor index =
        layout.index(amd.descriptor().withPlatform(AMD64), arm.descriptor().withPlatform(ARM64));
    layout.list(TestLayout.tagged(index, "multi"), attach(amd, "of amd"), attach(arm, "of arm"));
  }

  @Test
  void anImageKeepsItsManifestsBytesAndItsArtifacts() throws IOException {
    byte[] pretty =
        new String(amd.manifest().toBytes(), StandardCharsets.UTF_8)
            .replace(",", " ,\n")
            .getBytes(StandardCharsets.UTF_8);
    Descriptor odd = layout.put(MediaTypes.OCI_MANIFEST, pretty);
    Manifest artifact =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            java.util.Optional.of("application/x"),
            layout.put(MediaTypes.OCI_EMPTY, new byte[] {'{', '}'}),
            List.of(layout.put("text/plain", new byte[] {'x'})),
            java.util.Optional.of(odd),
            Map.of());
    layout.list(
        TestLayout.tagged(odd, "odd"), layout.put(MediaTypes.OCI_MANIFEST, artifact.toBytes()));
    try (ImageSource from = from("odd");
        ImageSink sink = sink()) {
      ImageCopy.Result result = COPY.copy(from, sink);
      assertThat(result.descriptor()).isEqualTo(odd);
      assertThat(result.blobs()).isEqualTo(5);
    }
    try (ImageSource to = to(PlatformChoice.any())) {
      assertThat(to.manifest().toBytes()).isEqualTo(pretty);
      assertThat(to.referrers(odd, type -> true)).containsExactly(artifact);
      assertThat(to.open(artifact.layers().get(0))).hasContent("x");
      assertThat(to.open(amd.layer(1)).readAllBytes()).isEqualTo(amd.bytes(amd.layer(1)));
    }
  }

  private ImageSource sha512() throws IOException {
    TestImage image = new TestImage(Digest.Algorithm.SHA512, AMD64, "one", "four");
    layout.add(image, "sha512").add(amd, "sha256");
    return from("sha512");
  }

  private void assertCopied(ImageSource from, ImageSource to) throws IOException {
    assertThat(to.descriptor()).isEqualTo(from.descriptor());
    assertThat(to.manifest()).isEqualTo(from.manifest());
    assertThat(to.config().diffIds()).isEqualTo(from.config().diffIds());
    for (Descriptor blob : from.manifest().blobs()) {
      assertThat(blob.digest().toString()).startsWith("sha512:");
      assertThat(to.open(blob).readAllBytes()).isEqualTo(from.open(blob).readAllBytes());
    }
  }

  @Test
  void sha512DigestsStayAsTheyAre() throws IOException {
    try (ImageSource from = sha512()) {
      try (ImageSink sink = sink()) {
        assertThat(COPY.copy(from, sink).descriptor()).isEqualTo(from.descriptor());
      }
      try (ImageSource to = to(PlatformChoice.any())) {
        assertCopied(from, to);
      }
      try (ImageSink again = OciLayout.create(temp.resolve("to"), "v2", "oci:to")) {
        COPY.copy(from, again);
      }
      Path archive = temp.resolve("to.tar");
      try (ImageSink sink = OciLayout.createArchive(archive, "v1", "oci-archive:to.tar")) {
        COPY.copy(from, sink);
      }
      try (ImageSource to =
          OciLayout.openArchive(archive, "v1", PlatformChoice.any(), "oci-archive:to.tar")) {
        assertCopied(from, to);
      }
    }
    try (ImageSource beside = from("sha256")) {
      assertThat(beside.descriptor()).isEqualTo(amd.descriptor());
    }
  }

  @Test
  void aSha512ImageComesIntoALayoutThatHasOthers() throws IOException {
    layout.add(amd, "a");
    try (ImageSource from = from("a");
        ImageSink sink = sink()) {
      COPY.copy(from, sink);
    }
    try (ImageSource from = sha512();
        ImageSink sink = OciLayout.create(temp.resolve("to"), "v2", "oci:to")) {
      COPY.copy(from, sink);
    }
    try (ImageSource from = from("sha512");
        ImageSource to = OciLayout.open(temp.resolve("to"), "v2", PlatformChoice.any(), "oci:to")) {
      assertCopied(from, to);
    }
  }

  @Test
  void anIndexMayNameAnImageByItsSha512() throws IOException {
    TestImage image = new TestImage(Digest.Algorithm.SHA512, ARM64, "one", "four");
    layout.put(image);
    Descriptor index =
        layout.index(amd.descriptor().withPlatform(AMD64), image.descriptor().withPlatform(ARM64));
    layout.list(TestLayout.tagged(index, "mixed"));
    try (ImageSource from = from("mixed");
        ImageSink sink = sink()) {
      assertThat(COPY.copyAll(from, sink).descriptor()).isEqualTo(index);
    }
    try (ImageSource to = to(PlatformChoice.only(ARM64))) {
      assertThat(to.descriptor()).isEqualTo(image.descriptor());
    }
  }

  @Test
  void aByteThatChangedIsFoundByTheSha512() throws IOException {
    try (ImageSource from = sha512();
        ImageSink sink = sink()) {
      Path blob = layout.blob(from.manifest().layers().get(1));
      byte[] bytes = Files.readAllBytes(blob);
      bytes[bytes.length - 1] ^= 1;
      Files.write(blob, bytes);
      assertThatThrownBy(() -> COPY.copy(from, sink))
          .isInstanceOf(CorruptBlobException.class)
          .hasMessageContaining("the bytes are corrupt; their digest is sha512:");
    }
  }

  @Test
  void oneImageOfAnIndexIsCopiedAlone() throws IOException {
    listIndex();
    try (ImageSource from = from("multi");
        ImageSink sink = sink()) {
      assertThat(COPY.copy(from, sink).descriptor()).isEqualTo(amd.descriptor());
    }
    try (ImageSource to = to(PlatformChoice.any())) {
      assertThat(to.index()).isEmpty();
      assertThatThrownBy(() -> to.open(arm.layer(1))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void allOfAnIndexIsCopiedWithTheArtifactsOfItsImages() throws IOException {
    listIndex();
    try (ImageSource from = from("multi");
        ImageSink sink = sink()) {
      ImageCopy.Result result = COPY.copyAll(from, sink);
      assertThat(result.descriptor()).isEqualTo(from.index().orElseThrow());
      // 2 configs, 3 layers of which one is shared, {} and 2 texts
      assertThat(result.blobs()).isEqualTo(8);
    }
    for (TestImage image : List.of(amd, arm)) {
      try (ImageSource to = to(PlatformChoice.only(image.config().platform()))) {
        assertThat(to.descriptor().digest()).isEqualTo(image.descriptor().digest());
        assertThat(to.index()).isPresent();
        assertThat(to.referrers(to.descriptor(), "application/x"::equals)).hasSize(1);
        assertThat(to.open(image.layer(1)).readAllBytes()).isEqualTo(image.bytes(image.layer(1)));
      }
    }
  }

  @Test
  void allOfOneImageIsThatImage() throws IOException {
    layout.add(amd, "single");
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      assertThat(COPY.copyAll(from, sink).descriptor()).isEqualTo(amd.descriptor());
    }
  }

  private Descriptor listNested() throws IOException {
    Descriptor inner =
        layout.index(arm.descriptor().withPlatform(ARM64), amd.descriptor().withPlatform(AMD64));
    Descriptor middle = layout.index(inner);
    Descriptor outer = layout.index(amd.descriptor().withPlatform(AMD64), middle, inner);
    layout.list(TestLayout.tagged(outer, "nested"), attach(arm, "of arm"));
    return outer;
  }

  @Test
  void allOfNestedIndexesIsCopied() throws IOException {
    Descriptor outer = listNested();
    try (ImageSource from = from("nested");
        ImageSink sink = sink()) {
      ImageCopy.Result result = COPY.copyAll(from, sink);
      assertThat(result.descriptor()).isEqualTo(outer);
      // 2 configs, 3 layers of which one is shared, {} and a text
      assertThat(result.blobs()).isEqualTo(7);
    }
    for (TestImage image : List.of(amd, arm)) {
      try (ImageSource to = to(PlatformChoice.only(image.config().platform()))) {
        assertThat(to.descriptor().digest()).isEqualTo(image.descriptor().digest());
        assertThat(to.index().map(Descriptor::digest)).contains(outer.digest());
        assertThat(to.open(image.layer(1)).readAllBytes()).isEqualTo(image.bytes(image.layer(1)));
      }
    }
    try (ImageSource to = to(PlatformChoice.only(ARM64))) {
      assertThat(to.referrers(to.descriptor(), "application/x"::equals)).hasSize(1);
      Descriptor middle = to.index(outer).manifests().get(1);
      assertThat(to.index(to.index(middle).manifests().get(0)).manifests()).hasSize(2);
    }
  }

  @Test
  void whatIsNoImageInAnIndexIsRefused() throws IOException {
    Descriptor text = layout.put("text/plain", "x".getBytes(StandardCharsets.UTF_8));
    Descriptor inner = layout.index(amd.descriptor().withPlatform(AMD64), text);
    layout.list(TestLayout.tagged(layout.index(inner), "odd"));
    try (ImageSource from = from("odd");
        ImageSink sink = sink()) {
      assertThatThrownBy(() -> COPY.copyAll(from, sink))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "copying oci:from to oci:to: expected an index of images and indexes, got text/plain "
                  + text.digest()
                  + " in it");
    }
    assertThat(temp.resolve("to")).doesNotExist();
  }

  @Test
  void aNewIndexListsTheImagesOfNestedOnes() throws IOException {
    listNested();
    try (ImageSource from = from("nested");
        IndexSink sink = OciLayout.create(temp.resolve("to"), "v1", "oci:to")) {
      COPY.combine(List.of(from), Map.of(), sink);
    }
    try (ImageSource to = to(PlatformChoice.only(ARM64))) {
      assertThat(to.index(to.index().orElseThrow()).manifests())
          .containsExactly(
              amd.descriptor().withPlatform(AMD64), arm.descriptor().withPlatform(ARM64));
    }
  }

  @Test
  void aDestinationOfOneImageTakesNoIndex() throws IOException {
    listIndex();
    try (ImageSource from = from("multi");
        ImageSink sink = DockerArchive.create(temp.resolve("to.tar"), List.of(), "docker:to")) {
      assertThatThrownBy(() -> COPY.copyAll(from, sink))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "copying oci:from to docker:to: expected a destination that can store several images");
    }
  }

  @Test
  void aDestinationThatChangesTheDigestIsRefusedWhereItMustNot() throws IOException {
    layout.add(amd, "single");
    ImageCopy copy = new ImageCopy(1, true, Progress.SILENT);
    try (ImageSource from = from("single");
        ImageSink docker = DockerArchive.create(temp.resolve("to.tar"), List.of(), "docker:to");
        ImageSink sink = sink()) {
      assertThatThrownBy(() -> copy.copy(from, docker))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "copying oci:from to docker:to: expected a destination that keeps the manifest");
      assertThat(copy.copy(from, sink).descriptor()).isEqualTo(amd.descriptor());
    }
  }

  private Descriptor combine(Map<String, String> annotations, String... tags) throws IOException {
    List<ImageSource> sources = new ArrayList<>();
    for (String tag : tags) {
      sources.add(from(tag));
    }
    try (IndexSink sink = OciLayout.create(temp.resolve("to"), "v1", "oci:to")) {
      return COPY.combine(sources, annotations, sink).descriptor();
    } finally {
      for (ImageSource source : sources) {
        source.close();
      }
    }
  }

  @Test
  void imagesAreCombinedInTheirOrderEachForThePlatformOfItsConfig() throws IOException {
    layout.list(
        TestLayout.tagged(arm.descriptor(), "arm"),
        TestLayout.tagged(amd.descriptor(), "amd"),
        attach(arm, "of arm"));
    Descriptor index = combine(Map.of("who", "me"), "arm", "amd");
    byte[] expected =
        ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + entry(arm, "arm64")
                + ","
                + entry(amd, "amd64")
                + "],\"annotations\":{\"who\":\"me\"}}")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(index).isEqualTo(Descriptor.of(MediaTypes.OCI_INDEX, expected));
    for (TestImage image : List.of(amd, arm)) {
      try (ImageSource to = to(PlatformChoice.only(image.config().platform()))) {
        assertThat(to.index()).contains(index);
        assertThat(to.manifest()).isEqualTo(image.manifest());
        assertThat(to.referrers(to.descriptor(), type -> true)).hasSize(image == arm ? 1 : 0);
        assertThat(to.open(image.layer(1)).readAllBytes()).isEqualTo(image.bytes(image.layer(1)));
      }
    }
  }

  private static String entry(TestImage image, String architecture) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}}"
        .formatted(
            MediaTypes.OCI_MANIFEST,
            image.descriptor().digest(),
            image.descriptor().size(),
            architecture);
  }

  @Test
  void anIndexGivesAllItsImagesAndWhatLiesBesideThem() throws IOException {
    TestImage riscv = new TestImage(Platform.parse("linux/riscv64"), "four");
    layout.add(riscv, "riscv");
    Descriptor attestation =
        withoutPlatform()
            .withPlatform(Platform.parse("unknown/unknown"))
            .withAnnotations(Map.of("vnd.docker.reference.type", "attestation-manifest"));
    Descriptor v8 = arm.descriptor().withPlatform(Platform.parse("linux/arm64/v8"));
    layout.list(
        TestLayout.tagged(
            layout.index(
                amd.descriptor().withAnnotations(Map.of("a", "b")).withPlatform(AMD64),
                v8,
                attestation),
            "two"));
    Descriptor index = combine(Map.of(), "two", "riscv");
    try (ImageSource to = to(PlatformChoice.any())) {
      assertThat(to.index(index).manifests())
          .containsExactly(
              amd.descriptor().withAnnotations(Map.of("a", "b")).withPlatform(AMD64),
              v8,
              attestation,
              riscv.descriptor().withPlatform(Platform.parse("linux/riscv64")));
    }
  }

  @Test
  void twoImagesForOnePlatformAreRefusedBeforeAnythingIsCopied() throws IOException {
    listIndex();
    layout.add(arm, "arm");
    assertThatThrownBy(() -> combine(Map.of(), "arm", "multi"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "creating the index oci:to: expected one image for a platform, both oci:from and"
                + " oci:from ("
                + arm.descriptor().digest()
                + ") are for linux/arm64");
    assertThat(temp.resolve("to")).doesNotExist();
  }

  @Test
  void anImageThatSaysNoPlatformIsNotCombined() throws IOException {
    layout.list(TestLayout.tagged(withoutPlatform(), "odd"));
    assertThatThrownBy(() -> combine(Map.of(), "odd"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "creating the index oci:to: expected os and architecture in the config of oci:from,"
                + " got unknown/unknown");
  }

  /** An image, laid out, whose config is empty. */
  private Descriptor withoutPlatform() throws IOException {
    Descriptor config = layout.put(MediaTypes.OCI_CONFIG, new byte[] {'{', '}'});
    return layout.put(MediaTypes.OCI_MANIFEST, new Manifest(config, List.of(), Map.of()).toBytes());
  }

  @Test
  void blobsThatAreThereAreNotRead() throws IOException {
    layout.add(amd, "single").add(arm, "other");
    try (ImageSource from = from("other");
        ImageSink sink = sink()) {
      COPY.copy(new OnlyStreams(from), sink);
    }
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      ImageCopy.Result result = COPY.copy(new OnlyStreams(from), sink);
      assertThat(result.blobs()).isEqualTo(3);
      assertThat(result.readBlobs()).isEqualTo(2); // not the layer that both have
      assertThat(result.bytes() - result.readBytes()).isEqualTo(amd.layer(0).size());
    }
  }

  @Test
  void linkedBlobsAreNotRead() throws IOException {
    layout.add(amd, "single");
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      assertThat(COPY.copy(from, sink).readBlobs()).isZero();
    }
  }

  @Test
  void progressComesToTheTotalOnceWhateverTheSinkReads() throws IOException {
    layout.add(amd, "single");
    List<String> told = new ArrayList<>();
    AtomicLong done = new AtomicLong();
    AtomicLong total = new AtomicLong();
    Progress progress =
        new Progress() {
          @Override
          public void begin(String activity, long totalBytes) {
            told.add(activity);
            total.addAndGet(totalBytes);
          }

          @Override
          public void advance(long bytes) {
            assertThat(bytes).isPositive();
            assertThat(done.addAndGet(bytes)).isLessThanOrEqualTo(total.get());
          }
        };
    try (ImageSource from = from("single");
        Glancing sink = new Glancing(sink())) {
      new ImageCopy(2, false, progress).copy(from, sink);
    }
    assertThat(told)
        .containsExactly("copying 3 blobs from oci:from to oci:to", "publishing oci:to");
    assertThat(done.get()).isEqualTo(total.get()).isEqualTo(amd.manifest().totalSize());
  }

  @Test
  void aSinkSeesThePlaceBehindTheCounting() throws IOException {
    layout.add(amd, "single");
    try (ImageSource from = from("single");
        Glancing sink = new Glancing(sink())) {
      COPY.copy(from, sink);
      assertThat(sink.places).hasSize(3).allMatch(place -> place == from);
    }
  }

  /** A source whose blobs can't be linked to. */
  private record OnlyStreams(ImageSource source) implements ImageSource {
    @Override
    public String reference() {
      return source.reference();
    }

    @Override
    public Descriptor descriptor() {
      return source.descriptor();
    }

    @Override
    public Manifest manifest() {
      return source.manifest();
    }

    @Override
    public dev.varve.core.image.ImageConfig config() {
      return source.config();
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
      return source.open(blob);
    }

    @Override
    public List<Manifest> referrers(
        Descriptor subject, java.util.function.Predicate<String> artifactType) throws IOException {
      return source.referrers(subject, artifactType);
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  /** Reads every blob twice, the first time only its beginning, and bytewise. */
  private record Glancing(ImageSink sink, List<BlobSource> places) implements ImageSink {
    Glancing(ImageSink sink) {
      this(sink, java.util.Collections.synchronizedList(new ArrayList<>()));
    }

    @Override
    public String reference() {
      return sink.reference();
    }

    @Override
    public BlobWriter newBlob() throws IOException {
      return sink.newBlob();
    }

    @Override
    public void reuse(BlobSource from, Descriptor blob) throws IOException {
      places.add(from.place());
      try (InputStream in = from.open(blob)) {
        assertThat(in.read()).isNotNegative();
      }
      try (InputStream in = from.open(blob)) {
        in.readAllBytes();
      }
      sink.reuse(from, blob);
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
      return sink.open(blob);
    }

    @Override
    public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
        throws IOException {
      return sink.commit(manifest, platform, artifacts);
    }

    @Override
    public void close() throws IOException {
      sink.close();
    }
  }

  @Test
  void whatAKilledCopyHadFinishedIsNotReadAgain() throws IOException {
    layout.add(amd, "single");
    Path left = Files.createDirectories(temp.resolve(".varve-killed/layout/blobs/sha256"));
    Files.createFile(temp.resolve(".varve-killed.lock"));
    Files.write(left.resolveSibling("part-7"), new byte[10]);
    Files.copy(layout.blob(amd.layer(0)), left.resolve(amd.layer(0).digest().hex()));
    byte[] corrupt = Files.readAllBytes(layout.blob(amd.layer(1)));
    corrupt[20] ^= 1;
    Files.write(left.resolve(amd.layer(1).digest().hex()), corrupt);
    Files.write(left.resolve("0".repeat(64)), new byte[] {1});
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      assertThat(COPY.copy(new OnlyStreams(from), sink).readBlobs()).isEqualTo(2);
    }
    try (ImageSource to = to(PlatformChoice.any())) {
      for (Descriptor blob : amd.manifest().blobs()) {
        assertThat(to.open(blob).readAllBytes()).isEqualTo(amd.bytes(blob));
      }
    }
    assertThat(temp.resolve("to/blobs/sha256")).isDirectoryNotContaining("glob:**/0000*");
    try (var files = Files.list(temp)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("from", "to");
    }
  }

  @Test
  void aRunThatIsKilledTwiceLosesNothing() throws IOException {
    layout.add(amd, "single");
    Path left =
        Files.createDirectories(
            temp.resolve(".varve-second/leftovers/.varve-first/layout/blobs/sha256"));
    Files.createFile(temp.resolve(".varve-second.lock"));
    Files.copy(layout.blob(amd.layer(0)), left.resolve(amd.layer(0).digest().hex()));
    try (ImageSource from = from("single");
        ImageSink sink = sink()) {
      assertThat(COPY.copy(new OnlyStreams(from), sink).readBlobs()).isEqualTo(2);
    }
  }
}
