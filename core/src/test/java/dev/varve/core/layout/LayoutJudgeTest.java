package dev.varve.core.layout;

import static dev.varve.core.layout.TestImage.AMD64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.core.compress.Decompression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layouts read and written by skopeo and umoci. */
@Tag("judge")
class LayoutJudgeTest {
  @TempDir Path temp;

  @BeforeEach
  void skopeoIsInstalled() {
    assumeTrue(installed("skopeo"), "skopeo is not installed");
  }

  private static boolean installed(String tool) {
    try {
      new ProcessBuilder(tool, "--version").start().destroy();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
    return output;
  }

  private TestImage write() throws IOException {
    TestImage image = new TestImage(AMD64, "one", "two");
    try (ImageSink layout = OciLayout.create(temp.resolve("out"), "v1", "oci:out");
        ImageSink archive =
            OciLayout.createArchive(temp.resolve("out.tar"), "v1", "oci-archive:out.tar")) {
      image.writeTo(layout, "application/x", "state");
      image.writeTo(archive, "application/x", "state");
    }
    return image;
  }

  @Test
  void skopeoInspectsWrittenImages() throws Exception {
    TestImage image = write();
    for (String reference : List.of("oci:out:v1", "oci-archive:out.tar:v1")) {
      JsonObject seen =
          JsonObject.parse(
              run("skopeo", "inspect", reference).getBytes(StandardCharsets.UTF_8), "skopeo");
      assertThat(seen.string("Digest")).isEqualTo(image.descriptor().digest().toString());
      assertThat(seen.string("Architecture")).isEqualTo("amd64");
    }
  }

  /** Columns: the requested platform; the platforms of the index, in its order. */
  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64/v2 linux/amd64 linux/arm64/v8",
    "linux/arm64, linux/arm/v7 linux/arm64/v8",
    "linux/arm, linux/arm/v5 linux/arm/v7 linux/arm/v6",
    "linux/arm/v6, linux/arm/v7 linux/arm/v5 linux/arm",
    "linux/arm/v7, linux/arm linux/arm/v6 linux/arm/v5",
    "linux/arm/v7, linux/arm/v5 linux/arm/v8 linux/arm/v7",
  })
  void skopeoChoosesTheSameVariant(String asked, String there) throws Exception {
    TestLayout layout = new TestLayout(temp.resolve("variants"));
    List<Descriptor> children = new ArrayList<>();
    for (String each : there.split(" ", -1)) {
      Platform platform = Platform.parse(each);
      TestImage image = new TestImage(platform, each);
      layout.put(image);
      children.add(image.descriptor().withPlatform(platform));
    }
    layout.list(TestLayout.tagged(layout.index(children.toArray(Descriptor[]::new)), "v1"));
    Platform platform = Platform.parse(asked);
    List<String> command = new ArrayList<>(List.of("skopeo", "--override-os", platform.os()));
    command.addAll(List.of("--override-arch", platform.architecture()));
    if (!platform.variant().isEmpty()) {
      command.addAll(List.of("--override-variant", platform.variant()));
    }
    command.addAll(List.of("inspect", "--raw", "--config", "oci:variants:v1"));
    String config = run(command.toArray(String[]::new));
    try (ImageSource image =
        OciLayout.open(layout.directory, "v1", PlatformChoice.only(platform), "variants")) {
      assertThat(new String(image.config().toBytes(), StandardCharsets.UTF_8)).isEqualTo(config);
    }
  }

  @Test
  void skopeoCopiesEveryBlobOfAWrittenImage() throws Exception {
    TestImage image = write();
    for (String reference : List.of("oci:out:v1", "oci-archive:out.tar:v1")) {
      run("skopeo", "--insecure-policy", "copy", reference, "dir:copied");
      for (Descriptor layer : image.manifest().layers()) {
        assertThat(temp.resolve("copied").resolve(layer.digest().hex()))
            .hasBinaryContent(image.bytes(layer));
      }
    }
  }

  @Test
  void umociUnpacksAWrittenImage() throws Exception {
    assumeTrue(installed("umoci"), "umoci is not installed");
    write();
    run("umoci", "unpack", "--rootless", "--image", "out:v1", "bundle");
    assertThat(temp.resolve("bundle/rootfs/file-0")).hasContent("one");
    assertThat(temp.resolve("bundle/rootfs/file-1")).hasContent("two");
  }

  @Test
  void imagesThatSkopeoWritesAreRead() throws Exception {
    TestImage image = write();
    for (String to : List.of("oci:there:v2", "oci-archive:there.tar:v2")) {
      run("skopeo", "--insecure-policy", "copy", "oci:out:v1", to);
    }
    try (ImageSource layout =
            OciLayout.open(temp.resolve("there"), "v2", PlatformChoice.any(), "oci:there");
        ImageSource archive =
            OciLayout.openArchive(temp.resolve("there.tar"), "", PlatformChoice.any(), "x")) {
      for (ImageSource source : List.of(layout, archive)) {
        assertThat(source.config()).isEqualTo(image.config());
        for (Descriptor layer : source.manifest().layers()) {
          assertThat(source.open(layer).readAllBytes()).isEqualTo(image.bytes(layer));
        }
      }
    }
  }

  @Test
  void aDockerArchiveThatSkopeoWritesIsRead() throws Exception {
    TestImage image = write();
    run("skopeo", "--insecure-policy", "copy", "oci:out:v1", "docker-archive:d.tar:x/y:v1");
    try (ImageSource source =
        DockerArchive.open(temp.resolve("d.tar"), "x/y:v1", PlatformChoice.any(), "d")) {
      assertThat(source.config().diffIds())
          .containsExactlyElementsOf(image.tars.stream().map(Digest::of).toList());
      for (int i = 0; i < 2; i++) {
        assertThat(source.open(source.manifest().layers().get(i)).readAllBytes())
            .isEqualTo(image.tars.get(i));
      }
    }
  }

  @Test
  void skopeoAndVarveAddImagesToOneLayout() throws Exception {
    write();
    run("skopeo", "--insecure-policy", "copy", "oci-archive:out.tar:v1", "oci:out:v2");
    try (ImageSink sink = OciLayout.create(temp.resolve("out"), "v3", "oci:out")) {
      new TestImage(AMD64, "three").writeTo(sink);
    }
    for (String tag : List.of("v1", "v2", "v3")) {
      assertThat(run("skopeo", "inspect", "oci:out:" + tag)).contains("amd64");
    }
    assertThat(new DirectoryFiles(temp.resolve("out")).top())
        .containsExactly("blobs", "index.json", "oci-layout");
  }

  @Test
  void skopeoReadsAnIndexWithAllItsImages() throws Exception {
    TestImage amd = new TestImage(AMD64, "one", "two");
    TestImage arm = new TestImage(TestImage.ARM64, "one", "three");
    ImageIndex index =
        ImageIndex.EMPTY.withManifests(
            List.of(
                amd.descriptor().withPlatform(AMD64),
                arm.descriptor().withPlatform(TestImage.ARM64)));
    List<String> tags = List.of("v1", "latest");
    try (IndexSink layout = OciLayout.create(temp.resolve("out"), tags, "out");
        IndexSink archive = OciLayout.createArchive(temp.resolve("out.tar"), tags, "out.tar")) {
      for (IndexSink sink : List.of(layout, archive)) {
        for (TestImage image : List.of(amd, arm)) {
          image.writeBlobs(sink);
          sink.add(image.manifest());
        }
        sink.commit(index, List.of());
      }
    }
    for (String reference : List.of("oci:out:v1", "oci:out:latest", "oci-archive:out.tar:v1")) {
      assertThat(run("skopeo", "inspect", "--raw", reference))
          .isEqualTo(new String(index.toBytes(), StandardCharsets.UTF_8));
      run("skopeo", "--insecure-policy", "copy", "--all", reference, "oci:copied:it");
      try (ImageSource copied =
          OciLayout.open(
              temp.resolve("copied"), "it", PlatformChoice.only(TestImage.ARM64), "copied")) {
        assertThat(copied.index().orElseThrow().digest()).isEqualTo(Digest.of(index.toBytes()));
        assertThat(copied.manifest()).isEqualTo(arm.manifest());
      }
    }
  }

  @Test
  void skopeoReadsAWrittenDockerArchive() throws Exception {
    TestImage image = new TestImage(AMD64, "one", "two", "one");
    try (ImageSink sink =
        DockerArchive.create(temp.resolve("d.tar"), List.of("localhost/x/y:v1", "z"), "d")) {
      image.writeTo(sink);
    }
    for (String name : List.of("localhost/x/y:v1", "z:latest")) {
      run("skopeo", "--insecure-policy", "copy", "docker-archive:d.tar:" + name, "oci:o:" + name);
    }
    try (ImageSource copied =
        OciLayout.open(temp.resolve("o"), "z:latest", PlatformChoice.any(), "o")) {
      assertThat(copied.config().diffIds()).isEqualTo(image.config().diffIds());
      try (InputStream in =
          Decompression.open(copied.open(copied.manifest().layers().get(1)), "it")) {
        assertThat(in.readAllBytes()).isEqualTo(image.tars.get(1));
      }
    }
  }
}
