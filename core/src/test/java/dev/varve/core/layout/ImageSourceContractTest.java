package dev.varve.core.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.compress.Decompression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of an image source, for each kind of place. */
class ImageSourceContractTest {
  enum Kind {
    DIRECTORY,
    ARCHIVE,
    DOCKER_ARCHIVE
  }

  @TempDir Path temp;
  private TestImage image = newImage();

  private static TestImage newImage() {
    try {
      return new TestImage(TestImage.AMD64, "one", "two");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void makeImage() {
    image = newImage();
  }

  private Path writeImage(Kind kind) throws IOException {
    TestLayout layout = new TestLayout(temp.resolve("layout")).add(image, "v1");
    return switch (kind) {
      case DIRECTORY -> layout.directory;
      case ARCHIVE -> layout.pack(temp.resolve("oci.tar"));
      case DOCKER_ARCHIVE -> TestLayout.dockerArchive(temp.resolve("docker.tar"), image, "x:v1");
    };
  }

  private static ImageSource open(Kind kind, Path place, String tag, PlatformChoice platform)
      throws IOException {
    return switch (kind) {
      case DIRECTORY -> OciLayout.open(place, tag, platform, "oci:it");
      case ARCHIVE -> OciLayout.openArchive(place, tag, platform, "oci-archive:it");
      case DOCKER_ARCHIVE ->
          DockerArchive.open(place, tag.isEmpty() ? "" : "x:" + tag, platform, "docker-archive:it");
    };
  }

  private ImageSource open(Kind kind) throws IOException {
    return open(kind, writeImage(kind), "", PlatformChoice.any());
  }

  @ParameterizedTest
  @EnumSource
  void theSourceHasTheLayersOfTheImage(Kind kind) throws IOException {
    try (ImageSource source = open(kind)) {
      List<byte[]> tars = new ArrayList<>();
      for (Descriptor layer : source.manifest().layers()) {
        try (InputStream in = Decompression.open(source.open(layer), "layer")) {
          tars.add(in.readAllBytes());
        }
      }
      assertThat(tars).containsExactlyElementsOf(image.tars);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theConfigIsABlobOfTheImage(Kind kind) throws IOException {
    try (ImageSource source = open(kind);
        InputStream in = source.open(source.manifest().config())) {
      assertThat(source.config()).isEqualTo(image.config());
      assertThat(in.readAllBytes()).isEqualTo(image.config().toBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDescriptorDescribesTheManifest(Kind kind) throws IOException {
    try (ImageSource source = open(kind)) {
      assertThat(source.descriptor())
          .isEqualTo(Descriptor.of(source.manifest().mediaType(), source.manifest().toBytes()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anImageIsFoundByItsTag(Kind kind) throws IOException {
    try (ImageSource source = open(kind, writeImage(kind), "v1", PlatformChoice.any())) {
      assertThat(source.config()).isEqualTo(image.config());
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownTagIsAnErrorThatNamesTheExistingTags(Kind kind) throws IOException {
    Path place = writeImage(kind);
    assertThatThrownBy(() -> open(kind, place, "v2", PlatformChoice.any()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("v2\"; there is ")
        .hasMessageEndingWith("v1");
  }

  @ParameterizedTest
  @EnumSource
  void aSingleImageIsOpenedOnAnyPlatform(Kind kind) throws IOException {
    image = new TestImage(TestImage.ARM64, "one");
    PlatformChoice amd64 = new PlatformChoice(TestImage.AMD64, false, false);
    try (ImageSource source = open(kind, writeImage(kind), "", amd64)) {
      assertThat(source.config().platform()).isEqualTo(TestImage.ARM64);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGivenPlatformIsRequired(Kind kind) throws IOException {
    Path place = writeImage(kind);
    assertThatThrownBy(() -> open(kind, place, "", PlatformChoice.only(TestImage.ARM64)))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(":it: expected an image for linux/arm64, there is linux/amd64");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingBlobIsAnError(Kind kind) throws IOException {
    try (ImageSource source = open(kind)) {
      Descriptor other = Descriptor.of("text/plain", new byte[] {1});
      assertThatThrownBy(() -> source.open(other))
          .isInstanceOf(MissingBlobException.class)
          .hasMessageContaining(other.digest() + " of " + source.reference());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCorruptLayerFailsAtItsEnd(Kind kind) throws IOException {
    Path place = writeImage(kind);
    ImageSource source = open(kind, place, "", PlatformChoice.any());
    Descriptor layer = source.manifest().layers().get(1);
    corrupt(place, kind == Kind.DOCKER_ARCHIVE ? image.tars.get(1) : image.bytes(layer));
    try (InputStream in = source.open(layer)) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(
              "reading blob " + layer.digest() + " of " + source.reference() + ": the bytes are");
    }
  }

  /** Changes the last byte but one of {@code blob} in {@code place}. */
  private static void corrupt(Path place, byte[] blob) throws IOException {
    Path file = place;
    if (Files.isDirectory(place)) {
      String hex = dev.varve.core.image.Digest.of(blob).hex();
      file = place.resolve("blobs/sha256").resolve(hex);
    }
    byte[] all = Files.readAllBytes(file);
    int at = 0;
    while (!java.util.Arrays.equals(all, at, at + blob.length, blob, 0, blob.length)) {
      at++;
    }
    try (RandomAccessFile writable = new RandomAccessFile(file.toFile(), "rw")) {
      writable.seek(at + blob.length - 2);
      writable.write(all[at + blob.length - 2] ^ 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anImageWithoutArtifactsHasNoReferrer(Kind kind) throws IOException {
    try (ImageSource source = open(kind)) {
      assertThat(source.referrer("application/x")).isEqualTo(Optional.empty());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMissingPlaceIsNamed(Kind kind) {
    Path nowhere = temp.resolve("nowhere");
    assertThatThrownBy(() -> open(kind, nowhere, "", PlatformChoice.any()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no ")
        .hasMessageEndingWith(nowhere.toString());
  }
}
