package dev.varve.core.layout;

import static dev.varve.core.layout.TestImage.AMD64;
import static dev.varve.core.layout.TestImage.ARM64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of both layout sinks. */
class LayoutSinkContractTest {
  enum Kind {
    DIRECTORY,
    ARCHIVE
  }

  @TempDir Path temp;

  private ImageSink create(Kind kind, String name, String tag) throws IOException {
    Path place = temp.resolve(name);
    return kind == Kind.DIRECTORY
        ? OciLayout.create(place, tag, "oci:" + name)
        : OciLayout.createArchive(place, tag, "oci-archive:" + name);
  }

  private ImageSource open(Kind kind, String name, String tag) throws IOException {
    Path place = temp.resolve(name);
    return kind == Kind.DIRECTORY
        ? OciLayout.open(place, tag, PlatformChoice.any(), "oci:" + name)
        : OciLayout.openArchive(place, tag, PlatformChoice.any(), "oci-archive:" + name);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrittenImageIsReadAgain(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one", "two");
    Descriptor written;
    try (ImageSink sink = create(kind, "out", "")) {
      written = image.writeTo(sink, "application/x", "state");
    }
    try (ImageSource source = open(kind, "out", "latest")) {
      assertThat(source.descriptor()).isEqualTo(written).isEqualTo(image.descriptor());
      assertThat(source.manifest()).isEqualTo(image.manifest());
      assertThat(source.config()).isEqualTo(image.config());
      for (Descriptor layer : source.manifest().layers()) {
        assertThat(source.open(layer).readAllBytes()).isEqualTo(image.bytes(layer));
      }
      assertThat(source.referrer("application/x"))
          .isEqualTo(Optional.of(image.artifact("application/x", "state")));
      assertThat(source.open(source.referrer("application/x").orElseThrow().layers().get(0)))
          .hasContent("state");
    }
    assertThat(names()).containsExactly("out");
  }

  @ParameterizedTest
  @EnumSource
  void reusedBlobsAreReadAgain(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one", "two");
    try (ImageSink sink = create(Kind.DIRECTORY, "from", "")) {
      image.writeTo(sink);
    }
    try (ImageSource from = open(Kind.DIRECTORY, "from", "");
        ImageSink sink = create(kind, "out", "")) {
      for (Descriptor blob : image.manifest().layers()) {
        sink.reuse(from, blob);
      }
      sink.reuse(image, image.manifest().config());
      sink.commit(image.manifest(), AMD64, List.of());
    }
    try (ImageSource source = open(kind, "out", "")) {
      assertThat(source.open(image.layer(1)).readAllBytes()).isEqualTo(image.bytes(image.layer(1)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingWithoutCommitLeavesNothing(Kind kind) throws IOException {
    try (ImageSink sink = create(kind, "out", "")) {
      new TestImage(AMD64, "one").writeBlobs(sink);
      sink.newBlob().write(1);
    }
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aSinkMayBeClosedTwiceAndFailsOpenWriters(Kind kind) throws IOException {
    ImageSink sink = create(kind, "out", "");
    ImageSink.BlobWriter writer = sink.newBlob();
    sink.close();
    sink.close();
    assertThatThrownBy(() -> writer.write(new byte[1 << 20]))
        .isInstanceOf(IOException.class)
        .hasMessage("writing to " + sink.reference() + ": it was closed");
    assertThatThrownBy(sink::newBlob).isInstanceOf(IOException.class);
    writer.close();
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anUnfinishedBlobIsNotStored(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (ImageSink sink = create(kind, "out", "")) {
      image.writeBlobs(sink);
      try (ImageSink.BlobWriter writer = sink.newBlob()) {
        writer.write(new byte[100]);
      }
      sink.commit(image.manifest(), AMD64, List.of());
    }
    assertThat(blobs(kind)).isEqualTo(3);
  }

  private long blobs(Kind kind) throws IOException {
    if (kind == Kind.DIRECTORY) {
      try (Stream<Path> files = Files.list(temp.resolve("out/blobs/sha256"))) {
        return files.count();
      }
    }
    long blobs = 0;
    try (InputStream in = Files.newInputStream(temp.resolve("out"))) {
      TarReader tar = new TarReader(in, "out");
      for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
        blobs += entry.get().path().startsWith("blobs/sha256/") ? 1 : 0;
      }
    }
    return blobs;
  }

  @ParameterizedTest
  @EnumSource
  void aManifestWithAnUnwrittenBlobIsMisuse(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (ImageSink sink = create(kind, "out", "")) {
      sink.write(MediaTypes.OCI_CONFIG, image.config().toBytes());
      assertThatThrownBy(() -> sink.commit(image.manifest(), AMD64, List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "blob %s was neither written to %s nor reused",
              image.layer(0).digest(), sink.reference());
    }
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aCorruptBlobIsNotReused(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    TestLayout from = new TestLayout(temp.resolve("from")).add(image, "");
    byte[] corrupt = image.bytes(image.layer(0)).clone();
    corrupt[20] ^= 1;
    Files.write(from.blob(image.layer(0)), corrupt);
    try (ImageSource source = open(Kind.DIRECTORY, "from", "");
        ImageSink sink = create(kind, "out", "")) {
      assertThatThrownBy(() -> sink.reuse(source, image.layer(0)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(
              "reading blob " + image.layer(0).digest() + " of oci:from: the bytes are corrupt");
    }
    assertThat(names()).containsExactly("from");
  }

  @ParameterizedTest
  @EnumSource
  void theSameImageGivesTheSameBytes(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one", "two");
    for (String name : List.of("a", "b")) {
      try (ImageSink sink = create(kind, name, "v1")) {
        image.writeTo(sink);
      }
    }
    String file = kind == Kind.DIRECTORY ? "/index.json" : "";
    assertThat(temp.resolve("a" + file)).hasSameBinaryContentAs(temp.resolve("b" + file));
  }

  @ParameterizedTest
  @EnumSource
  void theIndexEntryHasTagAndPlatform(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (ImageSink sink = create(kind, "out", "v1")) {
      image.writeTo(sink);
    }
    LayoutFiles files =
        kind == Kind.DIRECTORY
            ? new DirectoryFiles(temp.resolve("out"))
            : ArchiveFiles.open(temp.resolve("out"), "x");
    assertThat(files.open("index.json"))
        .hasContent(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
                + "\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"digest\":\"%s\",\"size\":%d,\"annotations\":"
                    .formatted(image.descriptor().digest(), image.descriptor().size())
                + "{\"org.opencontainers.image.ref.name\":\"v1\"},"
                + "\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}]}");
    assertThat(files.open("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  @ParameterizedTest
  @EnumSource
  void filesOfAKilledRunAreRemovedByTheNextRun(Kind kind) throws IOException {
    Path stale = Files.createDirectories(temp.resolve(".varve-killed/layout/blobs"));
    Files.write(stale.resolve("part"), new byte[10]);
    Files.createFile(temp.resolve(".varve-killed.lock"));
    create(kind, "out", "").close();
    assertThat(names()).isEmpty();
  }

  /** A run that created a layout was killed before it had removed its staging directory. */
  @Test
  void theStagingDirectoryOfANewLayoutIsRemovedByTheNextRunThatAddsToIt() throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (ImageSink sink = create(Kind.DIRECTORY, "out", "v1")) {
      image.writeTo(sink);
    }
    Files.createDirectories(temp.resolve(".varve-published/leftovers"));
    Files.createFile(temp.resolve(".varve-published.lock"));
    Files.createDirectories(temp.resolve(".varve-killed/layout/blobs"));
    Files.createFile(temp.resolve(".varve-killed.lock"));
    create(Kind.DIRECTORY, "out", "v2").close();
    // What was not published may be continued.
    assertThat(names()).containsExactly(".varve-killed", ".varve-killed.lock", "out");
  }

  @ParameterizedTest
  @EnumSource
  void filesThatThisProcessIsWritingAreKept(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (ImageSink first = create(kind, "out", "")) {
      image.writeBlobs(first);
      create(kind, "other", "").close();
      first.commit(image.manifest(), AMD64, List.of());
    }
    assertThat(names()).containsExactly("out");
  }

  @ParameterizedTest
  @EnumSource
  void filesThatAnotherProcessIsWritingAreKept(Kind kind) throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ImageWriter.class.getName(),
                temp.toString())
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('!');
      create(kind, "out", "").close();
      assertThat(names()).hasSize(3).allMatch(name -> name.startsWith(".varve-"));
    } finally {
      other.destroyForcibly().waitFor();
    }
    create(kind, "out", "").close();
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aWrittenBlobCanBeOpenedBeforeTheCommit(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (ImageSink sink = create(kind, "out", "")) {
      image.writeBlobs(sink);
      assertThat(sink.open(image.layer(0)).readAllBytes()).isEqualTo(image.bytes(image.layer(0)));
      Descriptor other = Descriptor.of("text/plain", new byte[] {1});
      assertThatThrownBy(() -> sink.open(other)).isInstanceOf(MissingBlobException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void committingTwiceIsMisuse(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (ImageSink sink = create(kind, "out", "")) {
      image.writeTo(sink);
      assertThatThrownBy(() -> sink.commit(image.manifest(), AMD64, List.of()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anArtifactOfAnotherImageIsMisuse(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    TestImage other = new TestImage(AMD64, "other");
    try (ImageSink sink = create(kind, "out", "")) {
      image.writeBlobs(sink);
      assertThatThrownBy(
              () ->
                  sink.commit(
                      image.manifest(), AMD64, List.of(other.artifact("application/x", "x"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected an artifact whose subject is " + image.descriptor().digest());
    }
  }

  private IndexSink createIndex(Kind kind, String... tags) throws IOException {
    return kind == Kind.DIRECTORY
        ? OciLayout.create(temp.resolve("out"), List.of(tags), "oci:out")
        : OciLayout.createArchive(temp.resolve("out"), List.of(tags), "oci-archive:out");
  }

  @ParameterizedTest
  @EnumSource
  void anIndexIsReadAgainUnderEachTagWithTheArtifactsOfItsImages(Kind kind) throws IOException {
    TestImage amd = new TestImage(AMD64, "one", "two");
    TestImage arm = new TestImage(ARM64, "one", "three");
    ImageIndex index =
        ImageIndex.EMPTY.withManifests(
            List.of(amd.descriptor().withPlatform(AMD64), arm.descriptor().withPlatform(ARM64)));
    Manifest artifact = arm.artifact("application/x", "state");
    Descriptor written;
    try (IndexSink sink = createIndex(kind, "v1", "latest", "v1")) {
      for (TestImage image : List.of(amd, arm)) {
        image.writeBlobs(sink);
        assertThat(sink.add(image.manifest())).isEqualTo(image.descriptor());
      }
      sink.write(MediaTypes.OCI_EMPTY, new byte[] {'{', '}'});
      sink.write("text/plain", "state".getBytes(StandardCharsets.UTF_8));
      written = sink.commit(index, List.of(artifact));
    }
    assertThat(written).isEqualTo(Descriptor.of(MediaTypes.OCI_INDEX, index.toBytes()));
    for (String tag : List.of("v1", "latest", "")) {
      try (ImageSource source =
          kind == Kind.DIRECTORY
              ? OciLayout.open(temp.resolve("out"), tag, PlatformChoice.only(ARM64), "x")
              : OciLayout.openArchive(temp.resolve("out"), tag, PlatformChoice.only(ARM64), "x")) {
        assertThat(source.index()).contains(written);
        assertThat(source.manifest()).isEqualTo(arm.manifest());
        assertThat(source.referrer("application/x")).contains(artifact);
      }
    }
    LayoutFiles files =
        kind == Kind.DIRECTORY
            ? new DirectoryFiles(temp.resolve("out"))
            : ArchiveFiles.open(temp.resolve("out"), "x");
    assertThat(OciLayout.readIndex(files, "x").manifests())
        .containsExactly(
            OciLayout.withTag(written, "v1"),
            OciLayout.withTag(written, "latest"),
            Descriptor.of(MediaTypes.OCI_MANIFEST, artifact.toBytes())
                .withArtifactType("application/x"));
  }

  @ParameterizedTest
  @EnumSource
  void anIndexMayListAnotherIndex(Kind kind) throws IOException {
    TestImage arm = new TestImage(ARM64, "one");
    ImageIndex inner =
        ImageIndex.EMPTY.withManifests(List.of(arm.descriptor().withPlatform(ARM64)));
    Manifest artifact = arm.artifact("application/x", "state");
    Descriptor written;
    try (IndexSink sink = createIndex(kind, "v1")) {
      assertThatThrownBy(() -> sink.add(inner))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "manifest %s was not added to %s", arm.descriptor().digest(), sink.reference());
      arm.writeBlobs(sink);
      sink.add(arm.manifest());
      Descriptor added = sink.add(inner);
      assertThat(added).isEqualTo(Descriptor.of(MediaTypes.OCI_INDEX, inner.toBytes()));
      sink.write(MediaTypes.OCI_EMPTY, new byte[] {'{', '}'});
      sink.write("text/plain", "state".getBytes(StandardCharsets.UTF_8));
      written = sink.commit(ImageIndex.EMPTY.withManifests(List.of(added)), List.of(artifact));
    }
    try (ImageSource source =
        kind == Kind.DIRECTORY
            ? OciLayout.open(temp.resolve("out"), "v1", PlatformChoice.only(ARM64), "x")
            : OciLayout.openArchive(temp.resolve("out"), "v1", PlatformChoice.only(ARM64), "x")) {
      assertThat(source.index()).contains(written);
      assertThat(source.manifest()).isEqualTo(arm.manifest());
      assertThat(source.referrer("application/x")).contains(artifact);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIndexOfImagesThatWereNotAddedIsMisuse(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (IndexSink sink = createIndex(kind)) {
      assertThatThrownBy(() -> sink.add(image.manifest()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("was neither written");
      ImageIndex index = ImageIndex.EMPTY.withManifests(List.of(image.descriptor()));
      assertThatThrownBy(() -> sink.commit(index, List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "manifest %s was not added to %s", image.descriptor().digest(), sink.reference());
    }
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void manyThreadsMayWrite(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "a", "b", "c", "d", "e", "f", "g", "h");
    try (ImageSink sink = create(kind, "out", "")) {
      sink.write(MediaTypes.OCI_CONFIG, image.config().toBytes());
      dev.varve.core.parallel.Parallel.map(
          image.manifest().layers(), layer -> sink.write(layer.mediaType(), image.bytes(layer)));
      sink.commit(image.manifest(), AMD64, List.of());
    }
    try (ImageSource source = open(kind, "out", "")) {
      for (Descriptor layer : source.manifest().layers()) {
        assertThat(source.open(layer).readAllBytes()).isEqualTo(image.bytes(layer));
      }
    }
  }

  /** Stands for another run: begins an image and waits to be killed. */
  static final class ImageWriter {
    private ImageWriter() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws Exception {
      ImageSink sink = OciLayout.createArchive(Path.of(args[0], "theirs"), "", "theirs");
      sink.write("text/plain", "x".getBytes(StandardCharsets.UTF_8));
      System.out.print('!');
      System.out.flush();
      Thread.sleep(60_000);
      sink.close();
    }
  }
}
