package dev.varve.core.layout;

import static dev.varve.core.layout.TestImage.AMD64;
import static dev.varve.core.layout.TestImage.ARM64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciLayoutTest {
  @TempDir Path temp;

  private TestLayout layout() throws IOException {
    return new TestLayout(temp.resolve("layout"));
  }

  private static ImageSource open(TestLayout layout, String tag, PlatformChoice platform)
      throws IOException {
    return OciLayout.open(layout.directory, tag, platform, "oci:it");
  }

  private static ImageSource open(TestLayout layout) throws IOException {
    return open(layout, "", new PlatformChoice(AMD64, false, false));
  }

  @Test
  void oneOfSeveralImagesMustBeNamed() throws IOException {
    TestLayout layout =
        layout().add(new TestImage(AMD64, "b"), "b").add(new TestImage(AMD64, "a"), "a");
    assertThatThrownBy(() -> open(layout))
        .hasMessage("opening oci:it: there are several images; name the tag of one: a, b");
  }

  private static final String FOREIGN = "blake3:" + "a".repeat(64);

  /** Adds an entry whose digest has an unknown algorithm to the beginning of the index. */
  private void addForeignEntry(TestLayout layout, String annotations) throws IOException {
    Path index = layout.directory.resolve("index.json");
    String entry =
        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1,\"annotations\":{%s}}"
            .formatted(MediaTypes.OCI_MANIFEST, FOREIGN, annotations);
    String before = Files.readString(index);
    String list = "\"manifests\":[";
    assertThat(before).contains(list);
    Files.writeString(index, before.replace(list, list + entry + ","));
  }

  @Test
  void onlyTheEntryWithAnUnknownDigestAlgorithmIsUnusable() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    TestLayout layout = layout().add(image, "a");
    addForeignEntry(layout, "\"org.opencontainers.image.ref.name\":\"b\"");
    PlatformChoice any = PlatformChoice.any();
    assertThat(open(layout, "a", any).descriptor()).isEqualTo(image.descriptor());
    assertThatThrownBy(() -> open(layout, "b", any))
        .hasMessage(
            "opening oci:it: the image tagged \"b\" has the digest "
                + FOREIGN
                + "; expected one of the form sha256:<hex> or sha512:<hex>");
    assertThatThrownBy(() -> open(layout))
        .hasMessage("opening oci:it: there are several images; name the tag of one: a");
    assertThat(OciLayout.tags(layout.directory, "oci:it")).containsExactly("a");

    TestImage other = new TestImage(AMD64, "y");
    try (ImageSink sink = OciLayout.create(layout.directory, "c", "oci:it")) {
      other.writeTo(sink);
    }
    assertThat(open(layout, "c", any).descriptor()).isEqualTo(other.descriptor());
    assertThat(layout.directory.resolve("index.json")).content().contains(FOREIGN);
    assertThatThrownBy(() -> OciLayout.prune(layout.directory, "oci:it"))
        .hasMessage(
            "reading index.json of oci:it: the entry "
                + FOREIGN
                + " has a digest with an unknown algorithm: its blobs are unknown, so nothing can be"
                + " removed");
    try (ImageSink sink = OciLayout.create(layout.directory, "b", "oci:it")) {
      other.writeTo(sink);
    }
    assertThat(layout.directory.resolve("index.json")).content().doesNotContain(FOREIGN);
  }

  @Test
  void twoTagsOfOneImageAreOneImage() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    assertThat(open(layout().add(image, "a").add(image, "b")).descriptor())
        .isEqualTo(image.descriptor());
  }

  @Test
  void artifactsAreNotCountedAsImages() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    TestLayout layout = layout().add(image, "a");
    byte[] artifact = image.artifact("application/x", "text").toBytes();
    layout.list(layout.put(MediaTypes.OCI_MANIFEST, artifact));
    assertThat(open(layout).descriptor()).isEqualTo(image.descriptor());
  }

  @Test
  void aLayoutOfOnlyArtifactsHasNoImage() throws IOException {
    TestLayout layout = layout();
    byte[] artifact = new TestImage(AMD64, "x").artifact("application/x", "text").toBytes();
    layout.list(layout.put(MediaTypes.OCI_MANIFEST, artifact));
    assertThatThrownBy(() -> open(layout))
        .hasMessage("opening oci:it: there is no image in it that Varve can read");
  }

  @Test
  void anUntaggedImageIsChosenByItsPlatform() throws IOException {
    TestImage arm = new TestImage(ARM64, "arm");
    TestLayout layout = layout().add(new TestImage(AMD64, "amd"), "").add(arm, "");
    assertThat(open(layout, "", PlatformChoice.only(ARM64)).descriptor())
        .isEqualTo(arm.descriptor());
  }

  @Test
  void aNestedIndexIsSearchedForThePlatform() throws IOException {
    TestImage amd = new TestImage(AMD64, "amd");
    TestImage arm = new TestImage(ARM64, "arm");
    TestLayout layout = layout().put(amd).put(arm);
    Descriptor inner =
        layout.index(arm.descriptor().withPlatform(ARM64), amd.descriptor().withPlatform(AMD64));
    layout.list(TestLayout.tagged(layout.index(inner), "v1"));
    assertThat(open(layout, "v1", new PlatformChoice(AMD64, false, false)).descriptor())
        .isEqualTo(amd.descriptor());
  }

  /** Columns: the requested platform; the platforms of the index, in its order; the chosen one. */
  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64/v2 linux/amd64 linux/arm64/v8, linux/amd64",
    "linux/amd64, linux/amd64 linux/amd64/v2, linux/amd64",
    "linux/amd64, linux/amd64/v3 linux/amd64/v1, linux/amd64/v1",
    "linux/amd64, linux/amd64/v4 linux/amd64/v2 linux/amd64/v3, linux/amd64/v2",
    "linux/amd64, linux/arm64 linux/amd64/v9, linux/amd64/v9",
    "linux/amd64/v3, linux/amd64 linux/amd64/v2 linux/amd64/v4, linux/amd64/v2",
    "linux/arm64, linux/arm linux/arm64/v8, linux/arm64/v8",
    "linux/arm64/v8, linux/arm64/v9 linux/arm64, linux/arm64",
    "linux/arm, linux/arm/v5 linux/arm/v7 linux/arm/v6, linux/arm/v7",
    "linux/arm, linux/arm/v5 linux/arm/v7 linux/arm, linux/arm",
    "linux/arm/v6, linux/arm/v7 linux/arm/v5 linux/arm, linux/arm/v5",
    "linux/arm/v7, linux/arm linux/arm/v6 linux/arm/v7, linux/arm/v7",
  })
  void theNearestVariantIsChosenWithANotice(String asked, String there, String taken)
      throws IOException {
    TestLayout layout = layout();
    List<Descriptor> children = new ArrayList<>();
    for (String each : there.split(" ", -1)) {
      Platform platform = Platform.parse(each);
      TestImage image = new TestImage(platform, each);
      layout.put(image);
      children.add(image.descriptor().withPlatform(platform));
    }
    layout.list(TestLayout.tagged(layout.index(children.toArray(Descriptor[]::new)), "v1"));
    List<String> notices = new ArrayList<>();
    for (PlatformChoice choice :
        List.of(
            PlatformChoice.only(Platform.parse(asked)),
            new PlatformChoice(Platform.parse(asked), false, false))) {
      ImageSource image = open(layout, "v1", choice.withNotices(notices::add));
      assertThat(image.config().platform()).hasToString(taken);
    }
    String notice = "oci:it has images for several platforms: took " + taken;
    assertThat(notices).containsExactly(notice, notice);
  }

  @Test
  void aSingleImageIsChosenWithoutANotice() throws IOException {
    TestLayout layout = layout().add(new TestImage(AMD64, "x"), "v1");
    List<String> notices = new ArrayList<>();
    open(layout, "v1", PlatformChoice.only(AMD64).withNotices(notices::add));
    assertThat(notices).isEmpty();
  }

  @Test
  void anIndexWithoutPlatformsIsSearchedByTheConfigs() throws IOException {
    TestImage amd = new TestImage(AMD64, "amd");
    TestImage arm = new TestImage(ARM64, "arm");
    TestLayout layout = layout().put(amd).put(arm);
    layout.list(layout.index(arm.descriptor(), amd.descriptor()));
    assertThat(open(layout).descriptor()).isEqualTo(amd.descriptor());
  }

  @Test
  void aPlatformThatAnIndexLacksIsAnErrorThatNamesItsPlatforms() throws IOException {
    TestImage amd = new TestImage(AMD64, "amd");
    TestImage arm = new TestImage(ARM64, "arm");
    TestLayout layout = layout().put(amd).put(arm);
    layout.list(layout.index(arm.descriptor(), amd.descriptor()));
    PlatformChoice s390x = new PlatformChoice(Platform.parse("linux/s390x"), false, false);
    assertThatThrownBy(() -> open(layout, "", s390x))
        .hasMessage(
            "opening oci:it: expected an image for linux/s390x, there is linux/amd64, linux/arm64");
  }

  @Test
  void anAttestationBesideAnImageIsNoImage() throws IOException {
    TestImage image = new TestImage(ARM64, "arm");
    TestImage attestation = new TestImage(AMD64, "attestation");
    TestLayout layout = layout().put(image).put(attestation);
    Platform unknown = Platform.parse("unknown/unknown");
    layout.list(
        layout.index(
            image.descriptor().withPlatform(ARM64),
            attestation.descriptor().withPlatform(unknown)));
    assertThat(open(layout).descriptor()).isEqualTo(image.descriptor());
  }

  @Test
  void tooDeeplyNestedIndexesAreRefused() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    TestLayout layout = layout().put(image);
    Descriptor at = image.descriptor();
    for (int i = 0; i < 5; i++) {
      at = layout.index(at);
    }
    layout.list(at);
    assertThatThrownBy(() -> open(layout))
        .hasMessage("opening oci:it: its indexes are nested more than 4 deep");
  }

  @Test
  void aDockerManifestIsRead() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    TestLayout layout = layout().put(image);
    byte[] docker =
        new String(image.manifest().toBytes(), StandardCharsets.UTF_8)
            .replace(MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST)
            .getBytes(StandardCharsets.UTF_8);
    layout.list(layout.put(MediaTypes.DOCKER_MANIFEST, docker));
    assertThat(open(layout).manifest().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
  }

  @Test
  void aManifestThatDoesNotMatchItsDigestIsRefused() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    TestLayout layout = layout().add(image, "");
    byte[] changed = image.manifest().toBytes();
    changed[changed.length - 3] ^= 1;
    Files.write(layout.blob(image.descriptor()), changed);
    assertThatThrownBy(() -> open(layout))
        .hasMessageStartingWith(
            "reading blob " + image.descriptor().digest() + " of oci:it: the bytes are corrupt");
  }

  @Test
  void aManifestThatIsTooLongIsRefusedBeforeReading() throws IOException {
    Digest digest = Digest.of(new byte[0]);
    TestLayout layout = layout();
    layout.list(new Descriptor(MediaTypes.OCI_MANIFEST, digest, (4 << 20) + 1));
    Files.write(layout.blob(layout.entries.get(0)), new byte[(4 << 20) + 1]);
    assertThatThrownBy(() -> open(layout))
        .hasMessage(
            "reading manifest "
                + digest
                + " of oci:it: expected at most 4194304 bytes, got 4194305");
  }

  @Test
  void aMissingConfigIsNamed() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    TestLayout layout = layout().add(image, "");
    Files.delete(layout.blob(image.manifest().config()));
    assertThatThrownBy(() -> open(layout))
        .isInstanceOf(MissingBlobException.class)
        .hasMessageContaining(image.manifest().config().digest() + " of oci:it");
  }

  @Test
  void aDirectoryThatIsNoLayoutIsRefusedWithItsFileNames() throws IOException {
    Files.createDirectories(temp.resolve("etc"));
    Files.createFile(temp.resolve("README"));
    assertThatThrownBy(() -> OciLayout.open(temp, "", PlatformChoice.any(), "oci:it"))
        .hasMessage("opening oci:it: expected a file oci-layout, there is only README, etc");
  }

  @Test
  void aLayoutOfAnotherVersionIsRefused() throws IOException {
    TestLayout layout = layout();
    Files.writeString(layout.directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"2.0.0\"}");
    assertThatThrownBy(() -> open(layout))
        .hasMessage("opening oci:it: expected a layout of version 1.0.0, got 2.0.0");
  }

  @Test
  void theNewestArtifactOfTheTypeIsTheReferrer() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    TestImage other = new TestImage(AMD64, "other");
    TestLayout layout = layout().add(image, "a").add(other, "b");
    for (Manifest artifact :
        List.of(
            image.artifact("application/x", "older"),
            image.artifact("application/x", "newer"),
            other.artifact("application/x", "of another image"),
            image.artifact("application/y", "of another type"))) {
      layout.list(layout.put(MediaTypes.OCI_MANIFEST, artifact.toBytes()));
    }
    assertThat(open(layout, "a", PlatformChoice.any()).referrer("application/x"))
        .isEqualTo(Optional.of(image.artifact("application/x", "newer")));
  }

  @Test
  void aBlobOfADirectoryHasAFile() throws IOException {
    TestImage image = new TestImage(AMD64, "x");
    TestLayout layout = layout().add(image, "");
    assertThat(open(layout).file(image.layer(0))).contains(layout.blob(image.layer(0)));
  }

  @Test
  void aCompressedArchiveIsRefusedWithACommand() throws IOException {
    Path archive = temp.resolve("it.tar.gz");
    Files.write(archive, TestImage.gzip(new byte[10]));
    assertThatThrownBy(
            () -> OciLayout.openArchive(archive, "", PlatformChoice.any(), "oci-archive:it"))
        .hasMessage(
            "opening oci-archive:it: the archive is compressed with gzip, expected a plain tar;"
                + " decompress it first: gzip -d "
                + archive);
  }

  @Test
  void blobsBehindALargeBlobOfAnArchiveAreRead() throws IOException {
    byte[] noise = new byte[3 << 20];
    new java.util.Random(1).nextBytes(noise);
    TestImage image = new TestImage(AMD64, new String(noise, StandardCharsets.ISO_8859_1), "small");
    Path archive = layout().add(image, "").pack(temp.resolve("it.tar"));
    ImageSource source = OciLayout.openArchive(archive, "", PlatformChoice.any(), "x");
    for (Descriptor layer : image.manifest().layers()) {
      assertThat(source.open(layer).readAllBytes()).isEqualTo(image.bytes(layer));
    }
  }

  @Test
  void anArchiveThatIsTruncatedInALargeBlobIsRefused() throws IOException {
    Path archive =
        TestLayout.pack(temp.resolve("it.tar"), Map.of("large", new byte[2 << 20]), Map.of());
    Files.write(archive, java.util.Arrays.copyOf(Files.readAllBytes(archive), 1 << 20));
    assertThatThrownBy(() -> OciLayout.openArchive(archive, "", PlatformChoice.any(), "it"))
        .hasMessage(
            "opening it: the archive is cut off: expected at least 2097664 bytes, got 1048576");
  }

  @Test
  void linksInAnArchiveAreFollowedExceptLoops() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>(Map.of("a/file", new byte[] {7}));
    Map<String, String> links = Map.of("b/link", "../a/file", "loop", "loop", "abs", "/b/link");
    ArchiveFiles archive =
        ArchiveFiles.open(TestLayout.pack(temp.resolve("it.tar"), files, links), "it");
    assertThat(archive.open("b/link").readAllBytes()).containsExactly(7);
    assertThat(archive.open("abs").readAllBytes()).containsExactly(7);
    assertThat(archive.size("loop")).isEmpty();
  }
}
