package dev.varve.core.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
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
  void layersMayBeCompressedWhateverTheirName() throws IOException {
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
  void aCompressedLayerNamedByItsDigestIsVerifiedByIt() throws IOException {
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
  void aLayerThatIsNotThereIsNamed() throws IOException {
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
  void asManyLayersAsDiffIdsAreExpected() throws IOException {
    TestImage image = new TestImage(TestImage.AMD64, "x");
    assertThatThrownBy(
            () ->
                open(
                    "",
                    "[{\"Config\":\"c.json\",\"Layers\":[]}]",
                    Map.of("c.json", image.config().toBytes()),
                    Map.of()))
        .hasMessage(
            "opening docker-archive:it: manifest.json lists 0 layers, the config 1 diffIDs");
  }
}
