package dev.varve.core.layout;

import static dev.varve.core.layout.TestImage.AMD64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.parallel.Parallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryPublicationTest {
  @TempDir Path temp;

  private Path out() {
    return temp.resolve("out");
  }

  private ImageSink create(String tag) throws IOException {
    return OciLayout.create(out(), tag, "oci:out");
  }

  private void write(TestImage image, String tag) throws IOException {
    try (ImageSink sink = create(tag)) {
      image.writeTo(sink);
    }
  }

  private List<String> tags() throws IOException {
    return OciLayout.readIndex(new DirectoryFiles(out()), "out").manifests().stream()
        .map(OciLayout::tag)
        .toList();
  }

  @Test
  void aLayoutHoldsSeveralImages() throws IOException {
    write(new TestImage(AMD64, "a"), "a");
    write(new TestImage(AMD64, "b"), "b");
    assertThat(tags()).containsExactly("a", "b");
    assertThat(new DirectoryFiles(out()).top())
        .containsExactly("blobs", "index.json", "oci-layout");
  }

  @Test
  void aTagMovesToTheNewImageAndTheOldArtifactsAreRemoved() throws IOException {
    TestImage before = new TestImage(AMD64, "before");
    TestImage after = new TestImage(AMD64, "after");
    for (TestImage image : List.of(before, after)) {
      try (ImageSink sink = create("latest")) {
        image.writeTo(sink, "application/x", "state");
      }
    }
    assertThat(tags()).containsExactly("latest", "");
    try (ImageSource source = OciLayout.open(out(), "", PlatformChoice.any(), "oci:out")) {
      assertThat(source.descriptor()).isEqualTo(after.descriptor());
      assertThat(source.referrer("application/x"))
          .contains(after.artifact("application/x", "state"));
    }
    assertThat(out().resolve(Blobs.name(before.descriptor().digest()))).exists();
  }

  @Test
  void artifactsStayWhileAnotherTagPointsToTheirImage() throws IOException {
    TestImage image = new TestImage(AMD64, "image");
    write(image, "v1");
    try (ImageSink sink = create("latest")) {
      image.writeTo(sink, "application/x", "state");
    }
    write(new TestImage(AMD64, "next"), "latest");
    try (ImageSource source = OciLayout.open(out(), "v1", PlatformChoice.any(), "oci:out")) {
      assertThat(source.referrer("application/x")).isPresent();
    }
  }

  @Test
  void artifactsOfAnImageInAnIndexStay() throws IOException {
    TestImage image = new TestImage(AMD64, "image");
    TestLayout layout = new TestLayout(out()).put(image);
    byte[] artifact = image.artifact("application/x", "x").toBytes();
    Descriptor entry = layout.put(MediaTypes.OCI_MANIFEST, artifact);
    layout.list(
        TestLayout.tagged(layout.index(image.descriptor()), "multi"),
        entry.withArtifactType("application/x"));
    write(new TestImage(AMD64, "other"), "latest");
    assertThat(OciLayout.readIndex(new DirectoryFiles(out()), "out").manifests())
        .contains(entry.withArtifactType("application/x"));
  }

  @Test
  void artifactsOfAnImageStayIfAnIndexTakesOverItsTag() throws IOException {
    TestImage image = new TestImage(AMD64, "image");
    try (ImageSink sink = create("latest")) {
      image.writeTo(sink, "application/x", "state");
    }
    try (IndexSink sink = OciLayout.create(out(), "latest", "oci:out")) {
      image.writeBlobs(sink);
      sink.add(image.manifest());
      sink.commit(ImageIndex.EMPTY.withManifests(List.of(image.descriptor())), List.of());
    }
    try (ImageSource source = OciLayout.open(out(), "", PlatformChoice.any(), "oci:out")) {
      assertThat(source.index()).isPresent();
      assertThat(source.referrer("application/x")).isPresent();
    }
  }

  @Test
  void everyTagOfTheNewImageIsTakenFromItsOldImage() throws IOException {
    write(new TestImage(AMD64, "a"), "a");
    write(new TestImage(AMD64, "b"), "b");
    write(new TestImage(AMD64, "c"), "c");
    try (ImageSink sink = OciLayout.create(out(), List.of("a", "c", "d"), "oci:out")) {
      new TestImage(AMD64, "new").writeTo(sink);
    }
    assertThat(tags()).containsExactly("b", "a", "c", "d");
  }

  @Test
  void writingTheSameImageAgainChangesNothing() throws IOException {
    TestImage image = new TestImage(AMD64, "image");
    for (int i = 0; i < 2; i++) {
      try (ImageSink sink = create("latest")) {
        image.writeTo(sink, "application/x", "state");
      }
    }
    assertThat(tags()).containsExactly("latest", "");
  }

  @Test
  void otherEntriesKeepFieldsThatVarveDoesNotKnow() throws IOException {
    TestLayout layout = new TestLayout(out()).add(new TestImage(AMD64, "theirs"), "theirs");
    Path index = layout.directory.resolve("index.json");
    Files.writeString(index, Files.readString(index).replace("\"size\"", "\"x-new\":[1],\"size\""));
    write(new TestImage(AMD64, "ours"), "ours");
    assertThat(index).content().contains("\"x-new\":[1],\"size\"");
    assertThat(tags()).containsExactly("theirs", "ours");
  }

  @Test
  void concurrentWritersKeepEachOthersImages() throws IOException {
    List<String> tags = IntStream.range(0, 12).mapToObj(i -> "tag-" + i).toList();
    Parallel.map(
        tags,
        tag -> {
          write(new TestImage(AMD64, tag), tag);
          return tag;
        });
    assertThat(tags()).containsExactlyInAnyOrderElementsOf(tags);
    assertThat(temp).isDirectoryNotContaining("glob:**/.varve*");
  }

  @Test
  void twoWritersThatBeganANewLayoutBothAddTheirImages() throws IOException {
    TestImage a = new TestImage(AMD64, "a");
    TestImage b = new TestImage(AMD64, "b");
    try (ImageSink first = create("a");
        ImageSink second = create("b")) {
      a.writeTo(first);
      b.writeTo(second);
    }
    assertThat(tags()).containsExactly("a", "b");
  }

  @Test
  void anEmptyDirectoryBecomesALayout() throws IOException {
    Files.createDirectory(out());
    write(new TestImage(AMD64, "a"), "a");
    assertThat(tags()).containsExactly("a");
    assertThat(new DirectoryFiles(out()).top())
        .containsExactly("blobs", "index.json", "oci-layout");
  }

  @Test
  void aDirectoryOfOtherFilesIsRefused() throws IOException {
    Files.createDirectory(out());
    Files.createFile(out().resolve("thesis.tex"));
    assertThatThrownBy(() -> create("a"))
        .hasMessage(
            "writing to oci:out: expected an OCI layout or an empty directory, there is thesis.tex");
    assertThat(out()).isDirectoryContaining("glob:**/thesis.tex");
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsRefused() throws IOException {
    Files.createFile(out());
    assertThatThrownBy(() -> create("a"))
        .hasMessage("writing to oci:out: " + out() + " is not a directory");
  }

  @Test
  void aReusedBlobIsAHardLink() throws IOException {
    TestImage image = new TestImage(AMD64, "image");
    TestLayout from = new TestLayout(temp.resolve("from")).add(image, "");
    try (ImageSource source = OciLayout.open(from.directory, "", PlatformChoice.any(), "oci:from");
        ImageSink sink = create("a")) {
      sink.reuse(source, image.layer(0));
      sink.reuse(source, image.manifest().config());
      sink.commit(image.manifest(), AMD64, List.of());
    }
    Path blob = out().resolve(Blobs.name(image.layer(0).digest()));
    assertThat(Files.isSameFile(blob, from.blob(image.layer(0)))).isTrue();
  }

  @Test
  void aBlobThatTheLayoutHasIsNotReadAgain() throws IOException {
    TestImage image = new TestImage(AMD64, "image");
    write(image, "a");
    TestImage without = new TestImage(AMD64, "image");
    without.blobs.clear();
    try (ImageSink sink = create("b")) {
      sink.reuse(without, image.layer(0));
      assertThat(sink.open(image.layer(0)).readAllBytes()).isEqualTo(image.bytes(image.layer(0)));
      sink.reuse(without, image.manifest().config());
      sink.commit(image.manifest(), AMD64, List.of());
    }
    assertThat(tags()).containsExactly("a", "b");
  }

  @Test
  void anEmptyMarkerFileIsCompleted() throws IOException {
    Files.createDirectory(out());
    Files.createFile(out().resolve("oci-layout"));
    write(new TestImage(AMD64, "a"), "a");
    assertThat(tags()).containsExactly("a");
  }

  @Test
  void aBrokenIndexIsNotReplaced() throws IOException {
    TestLayout layout = new TestLayout(out());
    Files.writeString(layout.directory.resolve("index.json"), "{");
    assertThatThrownBy(() -> create("a"))
        .hasMessage("parsing index.json of oci:out: not valid JSON");
  }
}
