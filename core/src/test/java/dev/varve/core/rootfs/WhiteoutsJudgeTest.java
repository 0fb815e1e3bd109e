package dev.varve.core.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerBytes;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.filetree.TreeComparison;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers squashed by podman's overlayfs and by Varve, with the same result. */
@Tag("judge")
class WhiteoutsJudgeTest {
  private static final String IMAGE = "localhost/varve-whiteouts-judge:test";

  @TempDir Path temp;

  private static LayerBytes layer() {
    return new LayerBytes();
  }

  private static TarEntry whiteout(String path) {
    return new TarEntry(
        path, TarEntry.Type.CHARACTER_DEVICE, 0, 0, 0, 0, 0, 0, "", Xattrs.EMPTY, 0, 0);
  }

  static Stream<Arguments> layers() {
    return Stream.of(
        Arguments.of("below a link", layer().whiteout("bin/tool")),
        Arguments.of("opaque below a link", layer().opaque("bin")),
        Arguments.of("deep below a link", layer().whiteout("bin/sub/tool")),
        Arguments.of("below a link with a file", layer().whiteout("bin/tool").file("bin/new", "")),
        Arguments.of("below a chain of links", layer().whiteout("s/tool")),
        Arguments.of("below a loop", layer().whiteout("loop/tool")),
        Arguments.of("below a link out of the root", layer().whiteout("out/x").file("out/y", "")),
        Arguments.of("below a file", layer().whiteout("f/x")),
        Arguments.of("opaque below a file", layer().opaque("f")),
        Arguments.of("below nothing", layer().whiteout("nowhere/x")),
        Arguments.of(
            "through a link of its own",
            layer()
                .directory("usr")
                .directory("usr/bin")
                .symlink("own", "/usr/bin")
                .whiteout("own/tool")),
        Arguments.of(
            "opaque through a link of its own",
            layer()
                .directory("usr")
                .directory("usr/bin")
                .symlink("own", "../../usr/bin")
                .opaque("own")),
        Arguments.of("then the link again", layer().whiteout("bin/tool").symlink("bin", "usr/bin")),
        Arguments.of("of the link", layer().whiteout("bin")),
        Arguments.of("then a file", layer().whiteout("f").file("f", "new")),
        Arguments.of(
            "of a file in an opaque directory",
            layer().directory("d").opaque("d").file("d/new", "n")),
        Arguments.of("by devices", layer().add(whiteout("f")).add(whiteout("d"))),
        Arguments.of("with a file below a whiteout name", layer().file(".wh.f/in", "x")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void podmanShowsTheSameTree(String name, LayerBytes upper) throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root mounts images");
    MemoryImage image =
        new MemoryImage()
            .layer(
                "gzip",
                layer()
                    .directory("usr")
                    .directory("usr/bin")
                    .file("usr/bin/sh", "s")
                    .file("usr/bin/tool", "t")
                    .symlink("bin", "usr/bin")
                    .symlink("s", "bin")
                    .symlink("loop", "loop")
                    .symlink("out", "../../../../tmp")
                    .directory("d")
                    .file("d/x", "x")
                    .file("f", "f")
                    .toBytes())
            .layer("gzip", upper.toBytes());
    store(image);
    Path scratch = Files.createDirectory(temp.resolve("scratch"));
    try (LayeredTree ours = LayeredTree.read(image, scratch, Progress.SILENT);
        TreeSource stored = new PodmanStorage().open(IMAGE, temp, IMAGE)) {
      FileTree theirs = stored.read(temp, Set.of(), Progress.SILENT);
      // Podman 4.3 gives the root this mode, and ignores the mode in the layers.
      assertThat(TreeComparison.differences(ours.tree(), theirs))
          .containsExactly("/: mode 755 in the first, 555 in the second");
    } finally {
      run("podman", "image", "rm", "--force", IMAGE);
    }
  }

  private void store(MemoryImage image) throws IOException {
    try {
      new ProcessBuilder("podman", "--version").start().destroy();
    } catch (IOException e) {
      assumeTrue(false, "podman is not installed");
    }
    try (ImageSink sink = new PodmanStorage().create(List.of(IMAGE), temp, IMAGE)) {
      sink.write(MediaTypes.OCI_CONFIG, image.config().toBytes());
      for (Descriptor blob : image.manifest().layers()) {
        try (InputStream in = image.open(blob)) {
          sink.write(blob.mediaType(), in.readAllBytes());
        }
      }
      sink.commit(image.manifest(), image.config().platform(), List.of());
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
