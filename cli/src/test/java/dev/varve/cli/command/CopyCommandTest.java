package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.DockerArchive;
import dev.varve.core.layout.OciLayout;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CopyCommandTest {
  @TempDir private Path directory;
  private Cli cli;
  private Descriptor image;

  @BeforeEach
  void writeSource() throws IOException {
    cli = new Cli(directory);
    image =
        new Sample()
            .file("etc/motd", "monday")
            .file("usr/bin/sh", "shell")
            .withState()
            .writeTo(directory.resolve("src"), "monday");
  }

  private ImageSource open(String name, String tag) throws IOException {
    return OciLayout.open(directory.resolve(name), tag, PlatformChoice.any(), "oci:" + name);
  }

  @Test
  void anImageKeepsItsDigestAndItsStateUnderEachTag() throws IOException {
    Run run =
        cli.run("copy", "oci:DIR/src:monday", "oci:DIR/out:a", "--tag", "b", "--tag", "c", "-q");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.lines()).startsWith("", "oci:DIR/out:a@" + image.digest());
    assertThat(run.lines())
        .last(STRING)
        .startsWith("  blobs  5, ")
        .endsWith("; none was read: all existed, or were mounted or linked");
    for (String tag : new String[] {"a", "b", "c"}) {
      try (ImageSource copied = open("out", tag)) {
        assertThat(copied.descriptor()).isEqualTo(image);
        assertThat(copied.referrers(image, type -> true)).hasSize(1);
      }
    }
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void progressAndJsonReportTheBlobs() throws IOException {
    Run run = cli.run("copy", "oci:DIR/src:monday", "oci-archive:DIR/out.tar", "--json");
    assertThat(run.exitCode()).isZero();
    assertThat(run.lines().get(0))
        .startsWith("copying 5 blobs from oci:DIR/src:monday to oci-archive:DIR/out.tar (");
    assertThat(run.json().string("reference")).isEqualTo("oci-archive:DIR/out.tar");
    assertThat(run.json().string("digest")).isEqualTo(image.digest().toString());
    assertThat(run.json().number("blobs")).isEqualTo(5);
    assertThat(run.json().number("readBlobs")).isZero(); // the blobs are hard links
    assertThat(run.json().number("readBytes")).isZero();
    Run again = cli.run("copy", "oci-archive:DIR/out.tar", "oci:DIR/new", "-q", "--json");
    assertThat(again.json().number("readBlobs")).isEqualTo(5);
    assertThat(again.json().number("readBytes")).isEqualTo(again.json().number("totalBytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci-archive", "docker-archive"})
  void copiesToOneArchiveWaitForEachOther(String transport) throws Exception {
    Path archive = directory.resolve("out.tar");
    CompletableFuture<Run> waiting;
    ImageSink other = OciLayout.createArchive(archive, "v1", "oci-archive:out.tar");
    try {
      waiting =
          CompletableFuture.supplyAsync(
              () -> cli.run("copy", "oci:DIR/src:monday", transport + ":DIR/out.tar"));
      TimeUnit.SECONDS.sleep(4);
      assertThat(waiting).isNotDone();
    } finally {
      other.close();
    }
    Run run = waiting.get();
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .contains("note: waiting for another run that is writing " + "DIR/out.tar");
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("out.tar", "scratch", "src");
    }
  }

  @Test
  void aTruncatedBlobIsNotPushed() throws IOException {
    Descriptor layer;
    try (ImageSource source = open("src", "monday")) {
      layer = source.manifest().layers().get(0);
    }
    Path blob = directory.resolve("src/blobs/sha256/" + layer.digest().hex());
    Files.write(blob, Arrays.copyOf(Files.readAllBytes(blob), (int) layer.size() - 1));
    try (FakeRegistry registry = FakeRegistry.start()) {
      String os = registry.host() + "/os";
      Run run = cli.run("copy", "-q", "oci:DIR/src:monday", "docker://" + os + ":40");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
      assertThat(run.lines())
          .containsExactly(
              "varve: reading blob "
                  + layer.digest()
                  + " of oci:DIR/src:monday: expected "
                  + layer.size()
                  + " bytes, got only "
                  + (layer.size() - 1));
      assertThat(cli.run("tags", os))
          .isEqualTo(new Run(0, "", os + " has no tags or does not exist\n"));
    }
  }

  @Test
  void aNestedIndexIsCopiedCompletely() throws IOException {
    Descriptor root;
    Descriptor inner;
    try (IndexSink sink = OciLayout.create(directory.resolve("src"), "nested", "oci:src")) {
      try (ImageSource source = open("src", "monday")) {
        for (Descriptor blob : source.manifest().blobs()) {
          sink.reuse(source, blob);
        }
        inner = sink.add(ImageIndex.EMPTY.withManifests(List.of(sink.add(source.manifest()))));
        root = sink.commit(ImageIndex.EMPTY.withManifests(List.of(inner)), List.of());
      }
    }
    try (FakeRegistry registry = FakeRegistry.start()) {
      String os = "docker://" + registry.host() + "/os:40";
      Run run = cli.run("copy", "-q", "--all", "oci:DIR/src:nested", os);
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(registry.manifest("os", "40").map(Digest::of)).contains(root.digest());
      Run back = cli.run("copy", "--all", os, "oci:DIR/back:a");
      assertThat(back.exitCode()).as(back.err()).isZero();
      assertThat(back.err()).doesNotContain("several platforms");
    }
    List<String> shown = new ArrayList<>();
    for (JsonObject each :
        cli.run("index", "show", "oci:DIR/back:a", "--json").json().objects("manifests")) {
      shown.add(each.string("mediaType") + " " + each.string("digest"));
    }
    assertThat(shown)
        .containsExactly(
            MediaTypes.OCI_INDEX + " " + inner.digest(),
            MediaTypes.OCI_MANIFEST + " " + image.digest());
    try (ImageSource copied = open("back", "a")) {
      assertThat(copied.index().map(Descriptor::digest)).contains(root.digest());
      assertThat(copied.descriptor().digest()).isEqualTo(image.digest());
      assertThat(copied.referrers(image, type -> true)).hasSize(1);
    }
  }

  @Test
  void aDockerArchiveGetsTheNameWithEachTag() throws IOException {
    Run run =
        cli.run(
            "copy",
            "oci:DIR/src:monday",
            "docker-archive:DIR/d.tar:localhost:5000/os:a",
            "-q",
            "--tag",
            "b");
    assertThat(run.exitCode()).as(run.err()).isZero();
    for (String name : new String[] {"localhost:5000/os:a", "localhost:5000/os:b"}) {
      try (ImageSource copied =
          DockerArchive.open(directory.resolve("d.tar"), name, PlatformChoice.any(), "d")) {
        assertThat(run.lines().get(1)).endsWith("@" + copied.descriptor().digest());
      }
    }
  }

  private void refused(String message, String... options) throws IOException {
    String[] line = new String[options.length + 3];
    line[0] = "copy";
    line[1] = "-q";
    line[2] = "oci:DIR/src:monday";
    System.arraycopy(options, 0, line, 3, options.length);
    assertThat(cli.run(line)).isEqualTo(new Run(2, "", "varve: " + message + "\n"));
    assertThat(directory.resolve("out")).doesNotExist();
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void impossibleOptionsAreRefusedBeforeCopying() throws IOException {
    refused(
        "--all and --platform contradict each other",
        "oci:DIR/out",
        "--all",
        "--platform",
        "linux/amd64");
    refused(
        "copying oci:DIR/src:monday to docker-archive:DIR/out: expected a destination that keeps"
            + " the manifest, got one with its own format; without --preserve-digests, the"
            + " image gets another digest there",
        "docker-archive:DIR/out",
        "--preserve-digests");
    refused(
        "docker-archive:DIR/out has no name to which a tag could be added; expected"
            + " docker-archive:FILE[:REF]",
        "docker-archive:DIR/out",
        "--tag",
        "a");
    refused(
        "rootfs:DIR/out can't be the destination of an image, because it is a directory",
        "rootfs:DIR/out");
  }

  @Test
  void aDestinationMayNameOnlyTheDigestOfTheImage() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String digest = image.digest().toString();
      String os = "docker://" + registry.host() + "/os@";
      Run written = cli.run("copy", "-q", "oci:DIR/src:monday", os + digest, "--tag", "more");
      assertThat(written.exitCode()).as(written.err()).isZero();
      assertThat(written.lines()).startsWith("", os + digest);
      assertThat(registry.tags("os")).containsExactly("more");
      assertThat(registry.manifest("os", digest)).isPresent();

      String other = "sha256:" + "0".repeat(64);
      Run run = cli.run("copy", "-q", "oci:DIR/src:monday", os + other);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains(
              os
                  + other
                  + " can't be the destination: expected the digest of the copied image, "
                  + digest);
    }
  }
}
