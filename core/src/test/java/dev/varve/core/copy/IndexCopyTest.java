package dev.varve.core.copy;

import static dev.varve.core.layout.TestImage.AMD64;
import static dev.varve.core.layout.TestImage.ARM64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.layout.TestImage;
import dev.varve.core.layout.TestLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Indexes copied whole or for one image, and indexes made of images. */
final class IndexCopyTest extends ImageCopyFixture {
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
  void copyAllCopiesAnIndexWithTheArtifactsOfItsImages() throws IOException {
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
  void copyAllOfASingleImageCopiesTheImage() throws IOException {
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
  void copyAllCopiesNestedIndexes() throws IOException {
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
  void anIndexEntryThatIsNoImageIsRefused() throws IOException {
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
  void aNewIndexListsTheImagesOfNestedIndexes() throws IOException {
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
  void imagesAreCombinedInOrderEachWithThePlatformOfItsConfig() throws IOException {
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
  void combiningTakesAllImagesAndAttestationsOfAnIndex() throws IOException {
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
  void anImageWithoutAPlatformIsNotCombined() throws IOException {
    layout.list(TestLayout.tagged(withoutPlatform(), "odd"));
    assertThatThrownBy(() -> combine(Map.of(), "odd"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "creating the index oci:to: expected os and architecture in the config of oci:from,"
                + " got unknown/unknown");
  }

  /** Writes an image with an empty config to the layout, and returns its descriptor. */
  private Descriptor withoutPlatform() throws IOException {
    Descriptor config = layout.put(MediaTypes.OCI_CONFIG, new byte[] {'{', '}'});
    return layout.put(MediaTypes.OCI_MANIFEST, new Manifest(config, List.of(), Map.of()).toBytes());
  }
}
