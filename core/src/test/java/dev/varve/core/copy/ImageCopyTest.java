package dev.varve.core.copy;

import static dev.varve.core.layout.TestImage.AMD64;
import static dev.varve.core.layout.TestImage.ARM64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.CorruptBlobException;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.DockerArchive;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.layout.TestImage;
import dev.varve.core.layout.TestLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Images copied with their artifacts, to destinations that keep their digests or do not. */
final class ImageCopyTest extends ImageCopyFixture {
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
  void aSha512ImageIsCopiedIntoALayoutOfSha256Images() throws IOException {
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
  void anIndexMayNameAnImageByItsSha512Digest() throws IOException {
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
  void aChangedByteFailsTheSha512Check() throws IOException {
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
  void aDestinationForOneImageRefusesAnIndex() throws IOException {
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
  void aDestinationThatChangesTheDigestIsRefusedIfTheDigestMustStay() throws IOException {
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
}
