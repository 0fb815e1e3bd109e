package dev.varve.core.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.TestImage;
import dev.varve.core.process.MissingProgramException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls a shell script in place of podman, which records its arguments. */
class PodmanStorageTest {
  private static final String INSPECTED =
      "[{\"Id\":\"abc\",\"Architecture\":\"amd64\",\"Os\":\"linux\","
          + "\"Created\":\"2024-01-02T03:04:05Z\",\"Author\":\"\","
          + "\"Config\":{\"Cmd\":[\"/sbin/init\"],\"Labels\":{\"containers.bootc\":\"1\"}},"
          + "\"RootFS\":{\"Type\":\"layers\",\"Layers\":[\"sha256:"
          + "0".repeat(64)
          + "\"]},\"History\":[{\"created_by\":\"RUN x\"}],\"Labels\":null}]";

  @TempDir Path temp;

  private PodmanStorage podman(String cases) throws IOException {
    Path script = temp.resolve("podman");
    Files.writeString(
        script,
        "#!/bin/sh\necho \"$*\" >> %s\ncase \"$*\" in\n%s\nesac\n"
            .formatted(temp.resolve("calls"), cases));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new PodmanStorage(script.toString());
  }

  private TreeSource open(PodmanStorage storage) throws IOException {
    return storage.open("img", temp, "containers-storage:img");
  }

  /** Opens an image with one file, which podman can mount. */
  private TreeSource mountable() throws IOException {
    Path root = Files.createDirectory(temp.resolve("root"));
    Files.writeString(root.resolve("f"), "x");
    PodmanStorage storage =
        podman(
            "'image inspect img') echo '%s';;\n'image mount abc') echo %s;;"
                .formatted(INSPECTED, root));
    return open(storage);
  }

  @Test
  void aMountedImageIsReadInPlaceAndUnmountedOnce() throws IOException {
    TreeSource source = mountable();
    assertThat(source.read(temp, Set.of(), Progress.SILENT).find("f")).isPresent();
    assertThat(source.config().labels()).containsEntry("containers.bootc", "1");
    source.close();
    source.close();
    assertThat(Files.readAllLines(temp.resolve("calls")))
        .containsExactly(
            "image exists img", "image inspect img", "image mount abc", "image unmount abc");
  }

  @Test
  void anImageThatAKilledRunMountedIsUnmountedByTheNextRun() throws Exception {
    Path notes = Path.of(System.getProperty("java.io.tmpdir"));
    String command = temp.resolve("podman").toString();
    Owner dead = new Owner(999_999_999, 1, Owner.current().boot());
    Path left = notes.resolve(dead + "-mount-" + temp.getFileName());
    Files.writeString(left, "abc\n" + command);
    Path elsewhere = notes.resolve(dead + "-mount-" + temp.getFileName() + "-other");
    Files.writeString(elsewhere, "abc\n" + command + "2");
    Path rebooted = notes.resolve(new Owner(1, 1, "00000001") + "-mount-" + temp.getFileName());
    Files.writeString(rebooted, "def\n" + command);
    try (TreeSource source = mountable()) {
      assertThat(source.read(temp, Progress.SILENT).find("f")).isPresent();
      assertThat(left).doesNotExist();
      assertThat(rebooted).doesNotExist();
      assertThat(elsewhere).exists();
      try (var files = Files.list(notes)) {
        assertThat(files.map(Path::getFileName).map(Path::toString))
            .anyMatch(name -> name.startsWith(Owner.current() + "-mount-"));
      }
    } finally {
      Files.delete(elsewhere);
    }
    assertThat(Files.readAllLines(temp.resolve("calls")))
        .containsExactly(
            "image exists img",
            "image inspect img",
            "image unmount abc",
            "image mount abc",
            "image unmount abc");
  }

  @Test
  void closingDoesNotWaitForReaders() throws IOException {
    TreeSource source = mountable();
    source.read(temp, Set.of(), new Closing(source));
    assertThat(Files.readAllLines(temp.resolve("calls")))
        .endsWith("image mount abc", "image unmount abc");
    assertThatThrownBy(() -> source.read(temp, Set.of(), Progress.SILENT))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage("reading containers-storage:img: it was closed");
  }

  /** Closes the source from another thread while the source is read. */
  private record Closing(TreeSource source) implements Progress {
    @Override
    public void begin(String activity, long totalBytes) {
      CompletableFuture.runAsync(this::close).orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void close() {
      try {
        source.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void theOutputOfPodmanInspectBecomesTheConfig() throws IOException {
    byte[] output = INSPECTED.getBytes(StandardCharsets.UTF_8);
    ImageConfig config = PodmanStorage.config(JsonObject.parseArray(output, "x").get(0));
    assertThat(new String(config.toBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"created\":\"2024-01-02T03:04:05Z\",\"architecture\":\"amd64\",\"os\":\"linux\","
                + "\"config\":{\"Cmd\":[\"/sbin/init\"],\"Labels\":{\"containers.bootc\":\"1\"}},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
                + "0".repeat(64)
                + "\"]},\"history\":[{\"created_by\":\"RUN x\"}]}");
  }

  @Test
  void withoutPodmanTheErrorNamesThePackage() {
    PodmanStorage storage = new PodmanStorage(temp.resolve("none").toString());
    assertThatThrownBy(() -> open(storage))
        .isInstanceOf(MissingProgramException.class)
        .hasMessageContaining("install the package podman");
  }

  @Test
  void anUnknownImageIsNamed() throws IOException {
    PodmanStorage storage = podman("'image exists img') exit 1;;");
    assertThatThrownBy(() -> open(storage))
        .hasMessage(
            "opening containers-storage:img: podman has no image \"img\"; \"podman images\" lists"
                + " the existing ones (root and each user have separate storages)");
  }

  @Test
  void aFailureOfPodmanIsReportedWithItsLastLines() throws IOException {
    PodmanStorage storage =
        podman("'image exists img') seq 1 20 >&2; echo 'Error: it broke' >&2; exit 125;;");
    assertThatThrownBy(() -> open(storage))
        .hasMessage(
            "running "
                + temp.resolve("podman")
                + " image exists img: exit code 125: 14\n15\n16\n17\n18\n19\n20\nError: it broke");
  }

  @Test
  void aFailedSaveLeavesNothing() throws IOException {
    PodmanStorage storage =
        podman(
            "'image inspect img') echo '%s';;\n'image mount abc') exit 125;;\nsave*) echo x > %s; exit 125;;"
                .formatted(INSPECTED, temp.resolve("podman-save.tar")));
    assertThatThrownBy(() -> open(storage))
        .hasMessageContaining("save --quiet --format oci-archive -o");
    assertThat(temp.resolve("podman-save.tar")).doesNotExist();
  }

  @Test
  void anEmptyNameOrAnOptionIsNoImage() throws IOException {
    PodmanStorage storage = podman("");
    for (String name : List.of("", "--all")) {
      assertThatThrownBy(() -> storage.open(name, temp, "x"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void commitEmptyImage(ImageSink sink) throws IOException {
    ImageConfig config = ImageConfig.forPlatform(Platform.parse("linux/amd64"));
    Descriptor blob = sink.write(MediaTypes.OCI_CONFIG, config.toBytes());
    sink.commit(new Manifest(blob, List.of(), Map.of()), config.platform(), List.of());
  }

  @Test
  void anImageIsPulledFromADirectoryAndGetsItsNames() throws IOException {
    PodmanStorage storage =
        podman(
            "'image exists b') exit 1;;\npull*) cat ${3#dir:}/manifest.json ${3#dir:}/version"
                + " > /dev/null && echo abc;;");
    try (ImageSink sink = storage.create(List.of("a", "b"), temp.resolve("scratch"), "x")) {
      commitEmptyImage(sink);
    }
    assertThat(Files.readAllLines(temp.resolve("calls")))
        .map(call -> call.replaceAll("dir:.*", "dir:…"))
        .containsExactly("image exists a", "image exists b", "pull --quiet dir:…", "tag abc a b");
    assertThat(temp.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void anImageThatPodmanRefusesLeavesNothing() throws IOException {
    PodmanStorage storage = podman("pull*) echo 'Error: no' >&2; exit 125;;");
    try (ImageSink sink = storage.create(List.of("a"), temp.resolve("scratch"), "x")) {
      assertThatThrownBy(() -> commitEmptyImage(sink))
          .isInstanceOf(IOException.class)
          .hasMessageEndingWith(": exit code 125: Error: no");
    }
    assertThat(temp.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void namesThatPodmanRefusesAreRefusedBeforeWriting() throws IOException {
    PodmanStorage storage = podman("'image exists BIG') echo 'Error: lower' >&2; exit 125;;");
    assertThatThrownBy(() -> storage.create(List.of("BIG"), temp, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("image exists BIG: exit code 125: Error: lower");
    for (String name : List.of("", "-a", "a@sha256:" + "0".repeat(64))) {
      assertThatThrownBy(() -> storage.create(List.of(name), temp, "x"))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> storage.create(List.of(), temp, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSha512ImageIsRefusedByName() throws IOException {
    TestImage image = new TestImage(Digest.Algorithm.SHA512, TestImage.AMD64, "a");
    try (ImageSink sink =
        podman("").create(List.of("localhost/os:x"), temp, "containers-storage:os")) {
      assertThatThrownBy(() -> sink.reuse(image, image.layer(0)))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "writing to containers-storage:os: podman knows images by sha256 digests alone, got "
                  + image.layer(0).digest()
                  + "; rechunk the image, which gives it such digests");
    }
  }
}
