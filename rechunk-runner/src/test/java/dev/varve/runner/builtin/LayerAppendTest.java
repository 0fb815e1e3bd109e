package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.boot.KernelImage;
import dev.varve.core.bytes.Progress;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.plan.PlanState;
import dev.varve.core.rootfs.DirectorySource;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.tar.MalformedTarException;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import dev.varve.core.tar.Xattrs;
import dev.varve.runner.RechunkResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerAppendTest {
  private static final String DIGEST = "0123456789abcdef".repeat(8);

  private static final LayerAppend APPEND =
      new LayerAppend(Compression.parse("zstd"), 2, Progress.SILENT);

  @TempDir Path directory;
  private Workbench bench;
  private LayerLimits limits = LayerLimits.DEFAULT;

  @BeforeEach
  void setUp() {
    bench = new Workbench(directory);
  }

  private static TestImage image() {
    return new TestImage()
        .layer()
        .add("boot", TarEntry.Type.DIRECTORY, 0700, 1_650_000_000, "", new byte[0])
        .file("etc/motd", "monday")
        .file("usr/bin/tool", "tool")
        .symlink("bin", "usr/bin")
        .config("history", List.of(JsonObject.EMPTY.with("created_by", "COPY . /")));
  }

  /**
   * Makes a directory with a kernel image, as a build does; {@code time} is the mtime, in seconds
   * since the epoch.
   */
  private Path kernel(String name, long time) throws IOException {
    Path files = directory.resolve(name);
    Path kernels = Files.createDirectories(files.resolve("boot/EFI/Linux"));
    Files.write(kernels.resolve("os.efi"), KernelImage.sealedBy(DIGEST));
    for (String path : List.of("boot/EFI/Linux/os.efi", "boot/EFI/Linux", "boot/EFI", "boot", "")) {
      Files.setLastModifiedTime(files.resolve(path), FileTime.fromMillis(time * 1_000));
    }
    return files;
  }

  private LayerAppend.Result append(String from, String to, AppendedLayer layer)
      throws IOException {
    try (ImageSource image = bench.open(from);
        ImageSink sink = OciLayout.create(bench.path(to), "", "oci:" + to)) {
      LayerAppend.Below below =
          new LayerAppend.Below(
              List.of(), limits, Files.createTempDirectory(directory, "read-again"));
      return APPEND.append(image, below, layer, sink);
    }
  }

  private LayerAppend.Result append(String from, String to, Path files) throws IOException {
    Path spools = Files.createTempDirectory(directory, "spools");
    try (ImageSource image = bench.open(from);
        LayeredTree tree = LayeredTree.read(image, spools, Progress.SILENT);
        DirectorySource source = new DirectorySource(files, image.config(), "rootfs:" + files)) {
      FileTree added = source.read(spools, Progress.SILENT);
      long created = image.config().created().getEpochSecond();
      return append(from, to, AppendedLayer.of(added, tree.tree(), created));
    }
  }

  private LayerAppend.Result appendTar(String from, String to, Path tar) throws IOException {
    Path spools = Files.createTempDirectory(directory, "spools");
    try (ImageSource image = bench.open(from);
        LayeredTree tree = LayeredTree.read(image, spools, Progress.SILENT)) {
      return append(from, to, AppendedLayer.of(tar, tree.tree()));
    }
  }

  @Test
  void oneLayerIsAddedOnTopOfTheUnchangedLayers() throws IOException {
    bench.rechunk(image(), "plain", request -> request.label("a", "1"));

    LayerAppend.Result result = append("plain", "sealed", kernel("uki", 1_700_000_000));

    Manifest before = bench.manifest("plain");
    Manifest after = bench.manifest("sealed");
    int layers = before.layers().size();
    assertThat(after.layers().subList(0, layers)).isEqualTo(before.layers());
    assertThat(after.layers().subList(layers, layers + 1)).containsExactly(result.layer());
    assertThat(result.layer().annotations()).isEqualTo(Map.of("dev.varve.components", "appended"));
    assertThat(result.layers()).isEqualTo(layers + 1);
    assertThat(result.image().digest()).isEqualTo(after.descriptor().digest());
    assertThat(result.totalBytes()).isEqualTo(after.totalSize());
    assertThat(after.annotations()).isEqualTo(before.annotations());
    assertThat(bench.config("sealed").labels()).isEqualTo(bench.config("plain").labels());
    for (Descriptor layer : before.layers()) {
      assertThat(Files.readAllBytes(bench.blob("sealed", layer.digest())))
          .isEqualTo(Files.readAllBytes(bench.blob("plain", layer.digest())));
    }
    assertThat(bench.differences("plain", "sealed"))
        .containsExactly(
            "/boot/EFI: only in the second",
            "/boot/EFI/Linux: only in the second",
            "/boot/EFI/Linux/os.efi: only in the second");
  }

  @Test
  void aLayerBeyondTheReadingLimitsIsNotPublished() throws IOException {
    bench.rechunk(image(), "plain", request -> request);
    Path files = Files.createDirectories(directory.resolve("big"));
    Files.write(files.resolve("noise"), new byte[200_000]);
    limits = new LayerLimits(1 << 30, 100_000, 1 << 30);
    assertThatThrownBy(() -> append("plain", "out", files))
        .hasMessageMatching(
            "decompressing layer sha256:[0-9a-f]{64}: the .* more than \\d+ bytes, .*"
                + "|the layers have .*");
    assertThat(bench.path("out")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a/.wh.b", "a/b/c"})
  void aPathBelowALinkOfTheSameLayerIsRefused(String path) throws IOException {
    bench.rechunk(image(), "plain", request -> request);
    Path tar = tar(link("a", "usr"), TarEntry.Type.FILE, path);
    assertThatThrownBy(() -> appendTar("plain", "out", tar))
        .hasMessage(
            "appending /"
                + path
                + ": /a is a symlink in the same layer, expected a directory; some clients don't"
                + " follow symbolic links when they unpack layers");
    assertThat(bench.path("out")).doesNotExist();
  }

  @Test
  void aDirectoryWithFilesIsNotReplacedInTheSameLayer() throws IOException {
    bench.rechunk(image(), "plain", request -> request);
    Path tar = tar(link("d/x", "y"), TarEntry.Type.SYMLINK, "d");
    assertThatThrownBy(() -> appendTar("plain", "out", tar))
        .hasMessage(
            "appending /d: the layer already has /d/x: expected a directory, got a symlink");
  }

  private static TarEntry link(String path, String target) {
    return new TarEntry(
        path, TarEntry.Type.SYMLINK, 0777, 0, 0, 0, 1, 0, target, Xattrs.EMPTY, 0, 0);
  }

  /** Writes a tar of two entries. */
  private Path tar(TarEntry first, TarEntry.Type type, String path) throws IOException {
    Path tar = directory.resolve("two.tar");
    try (OutputStream out = Files.newOutputStream(tar)) {
      TarWriter writer = new TarWriter(out);
      writer.add(first);
      String target = type == TarEntry.Type.SYMLINK ? "usr" : "";
      TarEntry second = new TarEntry(path, type, 0755, 0, 0, 0, 1, 0, target, Xattrs.EMPTY, 0, 0);
      if (type == TarEntry.Type.FILE) {
        writer.add(second, InputStream.nullInputStream());
      } else {
        writer.add(second);
      }
      writer.finish();
    }
    return tar;
  }

  @Test
  void theHistoryHasTheAppendedLayerAtItsPosition() throws IOException {
    bench.rechunk(image(), "plain", request -> request.maxLayers(2));
    append("plain", "sealed", kernel("uki", 1_700_000_000));

    assertThat(bench.config("sealed").history())
        .extracting(step -> step.string("created_by"))
        .containsExactly("dir:/ dir:/etc dir:/usr/bin", "directories", "appended", "COPY . /");
  }

  @Test
  void missingStepsOfTheHistoryAreAdded() throws IOException {
    image().config("history", List.of()).writeTo(bench.path("build"));
    append("build", "dest", kernel("uki", 1_700_000_000));

    assertThat(bench.config("dest").history())
        .extracting(JsonObject::toString)
        .containsExactly(
            "{\"comment\":\"not told\"}",
            "{\"created\":\"2024-05-01T00:00:00Z\",\"created_by\":\"appended\","
                + "\"comment\":\"varve append\"}");
  }

  @Test
  void theNextPlanIgnoresTheAppendedLayer() throws IOException {
    PlanState state = bench.rechunk(image(), "plain", request -> request).image().state();
    LayerAppend.Result appended = append("plain", "sealed", kernel("uki", 1_700_000_000));
    TestImage next = image().file("etc/motd", "tuesday");

    RechunkResult expected = bench.rechunk(next, "expected", bench.open("plain"), r -> r);
    RechunkResult result =
        bench.rechunk(image().file("etc/motd", "tuesday"), "dest", bench.open("sealed"), r -> r);

    assertThat(appended.hasState()).isTrue();
    assertThat(bench.notices).noneMatch(notice -> notice.contains("has no state"));
    assertThat(result.reused()).isEqualTo(expected.reused()).hasSize(state.layers().size() - 1);
    assertThat(result.image().layers()).isEqualTo(expected.image().layers());
    try (ImageSource sealed = bench.open("sealed")) {
      PlanState known = PublishedImage.attachedState(sealed).orElseThrow();
      int layers = state.layers().size();
      assertThat(known.layers().subList(0, layers)).isEqualTo(state.layers());
      assertThat(known.layers().get(layers).components()).containsExactly("appended");
      assertThat(known.components()).isEqualTo(state.components());
    }
  }

  @Test
  void anImageWithoutAStateGetsNoState() throws IOException {
    image().writeTo(bench.path("build"));

    assertThat(append("build", "dest", kernel("uki", 1_700_000_000)).hasState()).isFalse();
  }

  @Test
  void theLayerOfADirectoryDependsOnlyOnItsFiles() throws IOException {
    bench.rechunk(image(), "plain", request -> request);

    LayerAppend.Result one = append("plain", "one", kernel("uki", 1_700_000_000));
    LayerAppend.Result two = append("plain", "two", kernel("uki2", 1_710_000_000));

    assertThat(two).isEqualTo(one);
  }

  @Test
  void appendedFilesBelongToRootAndDirectoriesOfTheImageStayUnchanged() throws IOException {
    bench.rechunk(image(), "plain", request -> request.preserveMtimes(true));
    append("plain", "sealed", kernel("uki", 1_700_000_000));

    Path spools = Files.createDirectory(directory.resolve("spools"));
    try (ImageSource image = bench.open("sealed");
        LayeredTree read = LayeredTree.read(image, spools, Progress.SILENT)) {
      Inode boot = read.tree().find("boot").orElseThrow();
      assertThat(List.of(boot.mode(), boot.mtime())).containsExactly(0700, 1_650_000_000L);
      Inode kernel = read.tree().find("boot/EFI/Linux/os.efi").orElseThrow();
      assertThat(List.of(kernel.uid(), kernel.gid(), kernel.mtime()))
          .containsExactly(0L, 0L, 1_714_521_600L);
    }
  }

  @Test
  void anAppendedDirectoryDoesNotHideALink() throws IOException {
    image().writeTo(bench.path("build"));
    Path files = directory.resolve("files");
    Files.writeString(Files.createDirectories(files.resolve("bin")).resolve("tool"), "mine");

    assertThatThrownBy(() -> append("build", "dest", files))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage(
            "appending /bin: expected a directory at this path in the image, got a symlink to"
                + " usr/bin, which the layer would hide");
    assertThat(bench.list("dest")).isEmpty();
  }

  @Test
  void anAppendedFileDoesNotHideADirectory() throws IOException {
    image().writeTo(bench.path("build"));
    Path files = Files.createDirectories(directory.resolve("files"));
    Files.writeString(files.resolve("usr"), "mine");

    assertThatThrownBy(() -> append("build", "dest", files))
        .hasMessage(
            "appending /usr: expected no directory at this path in the image, got a directory, which"
                + " the layer would hide");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void aTarIsAppendedUnchanged(String compression) throws IOException {
    image().writeTo(bench.path("build"));
    byte[] bytes = tar();
    Path tar = directory.resolve("layer.tar");
    try (OutputStream out = Compression.parse(compression).compress(Files.newOutputStream(tar))) {
      out.write(bytes);
    }

    LayerAppend.Result result = appendTar("build", "dest", tar);

    assertThat(result.diffId()).isEqualTo(Digest.of(bytes));
    assertThat(bench.paths("dest")).contains("etc/new").doesNotContain("etc/motd");
  }

  private static byte[] tar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    for (String path : List.of("etc/new", "etc/.wh.motd")) {
      byte[] content = path.getBytes(StandardCharsets.UTF_8);
      tar.add(
          new TarEntry(
              path, TarEntry.Type.FILE, 0644, 7, 8, content.length, 9, 0, "", Xattrs.EMPTY, 0, 0),
          new ByteArrayInputStream(content));
    }
    tar.finish();
    bytes.write(new byte[20 * 512]); // as GNU tar pads its last record
    return bytes.toByteArray();
  }

  @Test
  void aFileThatIsNoTarIsRefused() throws IOException {
    image().writeTo(bench.path("build"));
    Path file = Files.writeString(directory.resolve("layer.tar"), "no tar".repeat(500));

    assertThatThrownBy(() -> appendTar("build", "dest", file))
        .isInstanceOf(MalformedTarException.class)
        .hasMessageContaining(file.toString());
    assertThat(bench.list("dest")).isEmpty();
  }

  @Test
  void anEmptyTarIsRefused() throws IOException {
    image().writeTo(bench.path("build"));
    Path file = Files.write(directory.resolve("layer.tar"), new byte[1_024]);

    assertThatThrownBy(() -> appendTar("build", "dest", file))
        .hasMessage("appending " + file + ": expected a tar with files, got an empty one");
  }

  private Path tar(TarEntry.Type type, String path, String target) throws IOException {
    Path file = directory.resolve("layer.tar");
    try (OutputStream out = Files.newOutputStream(file)) {
      TarWriter tar = new TarWriter(out);
      tar.add(
          new TarEntry(path, type, 0755, 0, 0, 0, 9, 0, target, Xattrs.EMPTY, 0, 0),
          InputStream.nullInputStream());
      tar.finish();
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"etc/none", "etc/motd"})
  void aHardLinkToAFileOutsideTheLayerIsRefused(String target) throws IOException {
    image().writeTo(bench.path("build"));
    Path file = tar(TarEntry.Type.HARD_LINK, "etc/link", target);

    assertThatThrownBy(() -> appendTar("build", "dest", file))
        .hasMessage(
            "appending /etc/link: it is a hard link to /"
                + target
                + ": expected that file earlier in the layer, got none");
    assertThat(bench.list("dest")).isEmpty();
  }

  @Test
  void aTarReplacesOnlyItsListedPaths() throws IOException {
    image().writeTo(bench.path("build"));
    Path file = tar(TarEntry.Type.FILE, "bin/new", "");

    assertThatThrownBy(() -> appendTar("build", "dest", file))
        .hasMessage(
            "appending /bin: expected a directory at this path in the image, got a symlink to"
                + " usr/bin, which the layer would hide");
    appendTar("build", "dest", tar(TarEntry.Type.DIRECTORY, "bin", ""));
    assertThat(bench.paths("dest")).contains("bin", "usr/bin/tool");
  }

  @Test
  void pathsThatASealCoversAreNotAppendedToASealedImage() throws IOException {
    image().writeTo(bench.path("build"));
    append("build", "sealed", kernel("uki", 1_700_000_000));
    Path files = directory.resolve("late");
    Files.writeString(Files.createDirectories(files.resolve("etc")).resolve("late"), "late");
    String message =
        "appending /etc/late: the image is sealed: the kernel command line in"
            + " /boot/EFI/Linux/os.efi has the composefs digest "
            + DIGEST
            + ", which covers this path; the result would not boot. Append the layer to"
            + " the image before it is sealed";

    assertThatThrownBy(() -> append("sealed", "dest", files)).hasMessage(message);
    Path tar = tar(TarEntry.Type.FILE, "etc/late", "");
    assertThatThrownBy(() -> appendTar("sealed", "dest", tar)).hasMessage(message);
    assertThat(bench.list("dest")).isEmpty();
    append("sealed", "again", kernel("new", 1_700_000_000));
    appendTar("sealed", "loader", tar(TarEntry.Type.FILE, "boot/loader", ""));
    assertThat(bench.paths("loader")).contains("boot/loader");
  }
}
