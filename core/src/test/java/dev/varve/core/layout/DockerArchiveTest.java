package dev.varve.core.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerArchiveTest {
  @TempDir Path temp;

  private ImageSource open(
      String name, String manifest, Map<String, byte[]> files, Map<String, String> links)
      throws IOException {
    Map<String, byte[]> all = new HashMap<>(files);
    all.put("manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
    Path archive = TestLayout.pack(temp.resolve("it.tar"), all, links);
    return DockerArchive.open(archive, name, PlatformChoice.any(), "docker-archive:it");
  }

  @Test
  void layersMayBeLinksToOneAnother() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "x");
    Map<String, byte[]> files =
        Map.of("c.json", image.config().toBytes(), "one.tar", image.tars.get(0));
    ImageSource source =
        open(
            "",
            "[{\"Config\":\"c.json\",\"RepoTags\":null,\"Layers\":[\"id/layer.tar\"]}]",
            files,
            Map.of("id/layer.tar", "../one.tar"));
    Descriptor layer = source.manifest().layers().get(0);
    assertThat(layer).isEqualTo(Descriptor.of(MediaTypes.OCI_LAYER, image.tars.get(0)));
    assertThat(source.open(layer).readAllBytes()).isEqualTo(image.tars.get(0));
  }

  @Test
  void layersMayBeCompressedWithoutASuffixInTheirName() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "x");
    byte[] blob = image.bytes(image.layer(0));
    ImageSource source =
        open(
            "",
            "[{\"Config\":\"c.json\",\"Layers\":[\"layer.tar\"]}]",
            Map.of("c.json", image.config().toBytes(), "layer.tar", blob),
            Map.of());
    assertThat(source.manifest().layers()).containsExactly(image.layer(0));
    assertThat(source.open(image.layer(0)).readAllBytes()).isEqualTo(blob);
  }

  @Test
  void aCompressedLayerNamedByItsDigestIsVerified() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "x");
    Digest wrong = Digest.of(new byte[] {1});
    String name = "blobs/sha256/" + wrong.hex();
    ImageSource source =
        open(
            "",
            "[{\"Config\":\"c.json\",\"Layers\":[\"" + name + "\"]}]",
            Map.of("c.json", image.config().toBytes(), name, image.bytes(image.layer(0))),
            Map.of());
    Descriptor layer = source.manifest().layers().get(0);
    assertThat(layer.digest()).isEqualTo(wrong);
    assertThatThrownBy(() -> source.open(layer).readAllBytes())
        .hasMessageContaining("the bytes are corrupt");
  }

  @Test
  void oneOfSeveralImagesIsChosenByItsName() throws IOException {
    TestImage a = new TestImage(TestImage.AMD64, "a");
    TestImage b = new TestImage(TestImage.AMD64, "b");
    String manifest =
        "[{\"Config\":\"a.json\",\"RepoTags\":[\"localhost/a:1\"],\"Layers\":[\"a.tar\"]},"
            + "{\"Config\":\"b.json\",\"RepoTags\":[\"docker.io/library/b:latest\"],\"Layers\":[\"b.tar\"]}]";
    Map<String, byte[]> files =
        Map.of(
            "a.json",
            a.config().toBytes(),
            "a.tar",
            a.tars.get(0),
            "b.json",
            b.config().toBytes(),
            "b.tar",
            b.tars.get(0));
    assertThat(open("b", manifest, files, Map.of()).config()).isEqualTo(b.config());
    assertThat(open("localhost/a:1", manifest, files, Map.of()).config()).isEqualTo(a.config());
    assertThatThrownBy(() -> open("", manifest, files, Map.of()))
        .hasMessage(
            "opening docker-archive:it: there are 2 images, expected the name of one; there is"
                + " docker.io/library/b:latest, localhost/a:1");
    assertThatThrownBy(() -> open("a", manifest, files, Map.of()))
        .hasMessage(
            "opening docker-archive:it: no image is named \"a\"; there is"
                + " docker.io/library/b:latest, localhost/a:1");
  }

  @Test
  void aMissingLayerIsNamed() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "x");
    assertThatThrownBy(
            () ->
                open(
                    "",
                    "[{\"Config\":\"c.json\",\"Layers\":[\"gone.tar\"]}]",
                    Map.of("c.json", image.config().toBytes()),
                    Map.of()))
        .hasMessage(
            "opening docker-archive:it: manifest.json names gone.tar, which is not in the archive");
  }

  @Test
  void aLayerIsExpectedForEachDiffId() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "x");
    assertThatThrownBy(
            () ->
                open(
                    "",
                    "[{\"Config\":\"c.json\",\"Layers\":[]}]",
                    Map.of("c.json", image.config().toBytes()),
                    Map.of()))
        .hasMessage("opening docker-archive:it: manifest.json lists 0 layers, the config 1 diffID");
  }

  private ImageSink create(String... names) throws IOException {
    return DockerArchive.create(temp.resolve("out.tar"), List.of(names), "docker-archive:out");
  }

  @Test
  void filesAreNamedByDigestsAndImagesByTags() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "a", "b", "a");
    try (ImageSink sink = create("localhost:5000/os:v1", "os", "os:latest")) {
      image.writeTo(sink);
    }
    LayoutFiles files = ArchiveFiles.open(temp.resolve("out.tar"), "out");
    String config = image.manifest().config().digest().hex() + ".json";
    String a = Digest.of(image.tars.get(0)).hex() + ".tar";
    String b = Digest.of(image.tars.get(1)).hex() + ".tar";
    String c = Digest.of(image.tars.get(2)).hex() + ".tar";
    assertThat(files.open("manifest.json"))
        .hasContent(
            "[{\"Config\":\"%s\",\"RepoTags\":[\"localhost:5000/os:v1\",\"os:latest\"],"
                    .formatted(config)
                + "\"Layers\":[\"%s\",\"%s\",\"%s\"]}]".formatted(a, b, c));
    assertThat(files.open(config)).hasBinaryContent(image.config().toBytes());
    assertThat(files.open(b)).hasBinaryContent(image.tars.get(1));
    assertThat(files.top()).containsExactlyInAnyOrder("manifest.json", config, a, b, c);
  }

  @Test
  void aSha512ImageIsWrittenAndReadBack() throws IOException {
    TestImage image = new TestImage(Digest.Algorithm.SHA512, TestImage.AMD64, "a", "b");
    try (ImageSink sink = create("os")) {
      for (Descriptor blob : image.manifest().blobs()) {
        sink.reuse(image, blob);
      }
      sink.commit(image.manifest(), TestImage.AMD64, List.of());
    }
    try (ImageSource read =
        DockerArchive.open(temp.resolve("out.tar"), "", PlatformChoice.any(), "it")) {
      assertThat(read.config().diffIds()).isEqualTo(image.config().diffIds());
      for (int i = 0; i < 2; i++) {
        assertThat(read.open(read.manifest().layers().get(i)).readAllBytes())
            .isEqualTo(image.tars.get(i));
      }
    }
  }

  @Test
  void namesThatOtherToolsRefuseAreRefusedBeforeWriting() {
    for (String name : List.of("", "OS:v1", "os@sha256:" + "0".repeat(64), "a b", "os:", "-os")) {
      assertThatThrownBy(() -> create(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "writing to docker-archive:out: expected a name such as localhost/os:v1, got \"%s\"",
              name);
    }
  }

  private void assertCommitFails(
      TestImage image, byte[] layer, Digest diffId, String type, String message)
      throws IOException {
    try (ImageSink sink = create()) {
      Descriptor blob = sink.write(type, layer);
      Descriptor config =
          sink.write(
              MediaTypes.OCI_CONFIG,
              image.config().withLayers(List.of(diffId), List.of()).toBytes());
      Manifest manifest = new Manifest(config, List.of(blob), Map.of());
      assertThatThrownBy(() -> sink.commit(manifest, TestImage.AMD64, List.of()))
          .isInstanceOf(IOException.class)
          .hasMessage(message.replace("LAYER", "layer " + blob.digest()));
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void layersThatCannotBeUnpackedAreRefused() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "x");
    Digest diffId = Digest.of(image.tars.get(0));
    assertCommitFails(
        image,
        new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 0, 0, 0},
        diffId,
        MediaTypes.OCI_LAYER,
        "decompressing LAYER: expected gzip, zstd or a plain tar, got xz");
    assertCommitFails(
        image,
        TestImage.gzip(new byte[1024]),
        diffId,
        MediaTypes.OCI_LAYER + "+gzip",
        "writing docker-archive:out: expected a tar of digest %s in LAYER, got %s"
            .formatted(diffId, Digest.of(new byte[1024])));
    assertCommitFails(
        image,
        new byte[1024],
        Digest.of(new byte[1024]),
        "application/vnd.in-toto+json",
        "writing docker-archive:out: LAYER is no tar but application/vnd.in-toto+json");
  }

  @Test
  void aConfigWithADiffIdTooManyIsRefused() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "x");
    try (ImageSink sink = create()) {
      image.writeBlobs(sink);
      Manifest manifest = new Manifest(image.manifest().config(), List.of(), Map.of());
      assertThatThrownBy(() -> sink.commit(manifest, TestImage.AMD64, List.of()))
          .hasMessage(
              "writing docker-archive:out: expected a diffID for each of 0 layers in the config,"
                  + " got 1");
    }
  }
}
