package dev.varve.core.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.Progress;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.DockerArchive;
import dev.varve.core.layout.TestImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads images from podman's storage, and writes images that podman loads. */
@Tag("judge")
class PodmanJudgeTest {
  private static final String IMAGE = "localhost/varve-podman-judge:test";

  private static final List<String> NAMES =
      List.of("localhost/varve-sink-judge:a", "localhost/varve-sink-judge:b");

  @TempDir Path temp;

  @BeforeEach
  void importImage() throws Exception {
    try {
      new ProcessBuilder("podman", "--version").start().destroy();
    } catch (IOException e) {
      assumeTrue(false, "podman is not installed");
    }
    Path root = Files.createDirectory(temp.resolve("root"));
    Path file = Files.writeString(root.resolve("file"), "text");
    Files.createLink(root.resolve("hard"), file);
    String odd = LosslessUtf8.decode("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(RawPath.resolve(root, odd), "odd");
    run("ln", "-s", "a//b/", root.resolve("link").toString());
    Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
        .write("component", ByteBuffer.wrap(new byte[] {'x', 0, (byte) 0xFF}));
    Path tar = temp.resolve("root.tar");
    run("tar", "--xattrs", "-C", root.toString(), "-cf", tar.toString(), ".");
    run(
        "podman",
        "import",
        "--quiet",
        "--change",
        "CMD [\"/sbin/init\"]",
        "--change",
        "LABEL a=b",
        tar.toString(),
        IMAGE);
  }

  @AfterEach
  void removeImage() throws Exception {
    run("podman", "image", "rm", "--force", "--ignore", IMAGE);
  }

  private static String run(String... command) throws Exception {
    List<String> all = new ArrayList<>(List.of(command));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
    return output;
  }

  private void check(PodmanStorage storage) throws IOException {
    Path scratch = Files.createDirectory(temp.resolve("scratch"));
    try (TreeSource source = storage.open(IMAGE, scratch, "containers-storage:" + IMAGE)) {
      FileTree tree =
          source.read(Files.createDirectory(scratch.resolve("s")), Set.of(), Progress.SILENT);
      Inode file = tree.find("file").orElseThrow();
      assertThat(file.content().orElseThrow().open()).hasContent("text");
      assertThat(file.xattrs().get("user.component")).hasValue(new byte[] {'x', 0, (byte) 0xFF});
      assertThat(tree.find("hard").orElseThrow()).isSameAs(file);
      assertThat(tree.find("link").orElseThrow().linkTarget()).isEqualTo("a//b/");
      assertThat(tree.find("caf\uDCE9")).isPresent();
      assertThat(source.config().labels()).containsEntry("a", "b");
      assertThat(source.config().json().object("config").strings("Cmd"))
          .containsExactly("/sbin/init");
    }
    assertThat(scratch.resolve("podman-save.tar")).doesNotExist();
  }

  @Test
  void aMountedImageIsReadUnchanged() throws IOException {
    check(new PodmanStorage());
  }

  @Test
  void aSavedImageIsReadUnchanged() throws IOException {
    Path script = temp.resolve("podman");
    Files.writeString(
        script, "#!/bin/sh\n[ \"$1 $2\" = 'image mount' ] && exit 125\nexec podman \"$@\"\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    check(new PodmanStorage(script.toString()));
  }

  @Test
  void podmanLoadsAnOciArchiveThatVarveWrites() throws Exception {
    Path archive = temp.resolve("saved.tar");
    run("podman", "save", "--quiet", "--format", "oci-archive", "-o", archive.toString(), IMAGE);
    try (var source =
            dev.varve.core.layout.OciLayout.openArchive(
                archive, "", dev.varve.core.image.PlatformChoice.any(), "saved");
        var sink =
            dev.varve.core.layout.OciLayout.createArchive(temp.resolve("ours.tar"), "t", "ours")) {
      sink.reuse(source, source.manifest().config());
      sink.reuse(source, source.manifest().layers().get(0));
      sink.commit(source.manifest(), source.config().platform(), List.of());
    }
    removeImage();
    run("podman", "load", "--quiet", "-i", temp.resolve("ours.tar").toString());
    run("podman", "image", "exists", "localhost/t:latest");
    run("podman", "image", "rm", "localhost/t:latest");
  }

  /** Podman keeps the layer unchanged: uncompressed, or compressed by gzip or zstd. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void podmanStoresAnImageUnderItsNamesWithItsDigest(String compression) throws Exception {
    byte[] tar = TestImage.tar("file", "text".getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    try (OutputStream out = Compression.parse(compression).compress(layer)) {
      out.write(tar);
    }
    String type = MediaTypes.OCI_LAYER + Compression.parse(compression).mediaTypeSuffix();
    checkStored(MediaTypes.OCI_MANIFEST, MediaTypes.OCI_CONFIG, type, tar, layer.toByteArray());
  }

  @Test
  void podmanKeepsADockerManifest() throws Exception {
    byte[] tar = TestImage.tar("file", "text".getBytes(StandardCharsets.UTF_8));
    checkStored(
        MediaTypes.DOCKER_MANIFEST,
        MediaTypes.DOCKER_CONFIG,
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        tar,
        TestImage.gzip(tar));
  }

  private void checkStored(
      String manifestType, String configType, String layerType, byte[] tar, byte[] layer)
      throws Exception {
    ImageConfig config =
        ImageConfig.forPlatform(Platform.parse("linux/amd64"))
            .withLayers(List.of(Digest.of(tar)), List.of());
    Descriptor written;
    try (ImageSink sink = new PodmanStorage().create(NAMES, temp, "it")) {
      Manifest manifest =
          new Manifest(
              manifestType,
              Optional.empty(),
              sink.write(configType, config.toBytes()),
              List.of(sink.write(layerType, layer)),
              Optional.empty(),
              Map.of());
      written = sink.commit(manifest, config.platform(), List.of());
    }
    try {
      for (String name : NAMES) {
        assertThat(run("podman", "image", "inspect", "--format", "{{.Digest}} {{.RepoTags}}", name))
            .isEqualTo(written.digest() + " [" + String.join(" ", NAMES) + "]\n");
      }
    } finally {
      run("podman", "image", "rm", NAMES.get(0), NAMES.get(1));
    }
  }

  @Test
  void podmanLoadsADockerArchiveThatVarveWrites() throws Exception {
    Path archive = temp.resolve("docker.tar");
    TestImage image = new TestImage(TestImage.AMD64, "one", "two", "one");
    String name = "localhost/varve-docker-judge:v1";
    try (ImageSink sink = DockerArchive.create(archive, List.of(name), "it")) {
      image.writeTo(sink);
    }
    run("podman", "load", "--quiet", "-i", archive.toString());
    assertThat(run("podman", "image", "inspect", "--format", "{{.Id}}", name))
        .isEqualTo(image.manifest().config().digest().hex() + "\n");
    run("podman", "image", "rm", name);
  }

  @Test
  void anImageThatPodmanLacksIsNamed() {
    assertThatThrownBy(() -> new PodmanStorage().open("localhost/no-such:image", temp, "x"))
        .hasMessageStartingWith("opening x: podman has no image \"localhost/no-such:image\"");
  }
}
