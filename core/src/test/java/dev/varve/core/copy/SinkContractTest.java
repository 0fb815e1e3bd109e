package dev.varve.core.copy;

import static dev.varve.core.layout.TestImage.AMD64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.compress.Decompression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.DockerArchive;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.layout.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of every sink that needs no other program. Podman's sink is tested with podman. */
class SinkContractTest {
  enum Kind {
    DIRECTORY,
    ARCHIVE,
    DOCKER_ARCHIVE;

    ImageSink create(Path place, String... names) throws IOException {
      return switch (this) {
        case DIRECTORY -> OciLayout.create(place, List.of(names), "it");
        case ARCHIVE -> OciLayout.createArchive(place, List.of(names), "it");
        case DOCKER_ARCHIVE -> DockerArchive.create(place, List.of(names), "it");
      };
    }

    ImageSource open(Path place, String name) throws IOException {
      PlatformChoice platform = PlatformChoice.only(AMD64);
      return switch (this) {
        case DIRECTORY -> OciLayout.open(place, name, platform, "it");
        case ARCHIVE -> OciLayout.openArchive(place, name, platform, "it");
        case DOCKER_ARCHIVE -> DockerArchive.open(place, name, platform, "it");
      };
    }
  }

  @TempDir Path temp;

  private Path out() {
    return temp.resolve("out");
  }

  private void assertFiles(String... names) throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anImageIsReadAgainUnderEachOfItsNames(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one", "two", "one");
    Descriptor written;
    try (ImageSink sink = kind.create(out(), "v1", "v2")) {
      written = new ImageCopy(2, false, Progress.SILENT).copy(image, sink).descriptor();
      assertThat(written.equals(image.descriptor())).isEqualTo(sink.keepsManifest());
    }
    assertFiles("out");
    for (String name : List.of("v1", "v2", "")) {
      try (ImageSource source = kind.open(out(), name)) {
        assertThat(source.descriptor()).isEqualTo(written);
        assertThat(source.config()).isEqualTo(image.config());
        for (int i = 0; i < image.tars.size(); i++) {
          try (InputStream in = source.open(source.manifest().layers().get(i))) {
            assertThat(Decompression.open(in, "it").readAllBytes()).isEqualTo(image.tars.get(i));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void blobsAreWrittenReusedAndOpenedBeforeTheCommit(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one", "two");
    try (ImageSink sink = kind.create(out())) {
      assertThat(sink.write(MediaTypes.OCI_CONFIG, image.config().toBytes()))
          .isEqualTo(image.manifest().config());
      sink.write(image.layer(0).mediaType(), image.bytes(image.layer(0)));
      sink.reuse(image, image.layer(1));
      sink.reuse(image, image.layer(1));
      for (Descriptor layer : image.manifest().layers()) {
        assertThat(sink.open(layer).readAllBytes()).isEqualTo(image.bytes(layer));
      }
      sink.commit(image.manifest(), AMD64, List.of());
    }
    try (ImageSource source = kind.open(out(), "")) {
      assertThat(source.config()).isEqualTo(image.config());
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameImageGivesTheSameBytes(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one", "two");
    for (String name : List.of("a", "b")) {
      try (ImageSink sink = kind.create(temp.resolve(name), "v1")) {
        image.writeTo(sink);
      }
    }
    String file = kind == Kind.DIRECTORY ? "/index.json" : "";
    assertThat(temp.resolve("a" + file)).hasSameBinaryContentAs(temp.resolve("b" + file));
  }

  @ParameterizedTest
  @EnumSource
  void closingWithoutCommitLeavesNothingAndFailsOpenWriters(Kind kind) throws IOException {
    ImageSink sink = kind.create(out());
    new TestImage(AMD64, "one").writeBlobs(sink);
    ImageSink.BlobWriter writer = sink.newBlob();
    sink.close();
    sink.close();
    assertThatThrownBy(() -> writer.write(1)).hasMessage("writing to it: it was closed");
    writer.close();
    assertFiles();
  }

  @ParameterizedTest
  @EnumSource
  void misuseIsRefused(Kind kind) throws IOException {
    TestImage image = new TestImage(AMD64, "one");
    try (ImageSink sink = kind.create(out())) {
      sink.reuse(image, image.manifest().config());
      assertThatThrownBy(() -> sink.commit(image.manifest(), AMD64, List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("blob %s was neither written to it nor reused", image.layer(0).digest());
      sink.reuse(image, image.layer(0));
      sink.commit(image.manifest(), AMD64, List.of());
      assertThatThrownBy(() -> sink.commit(image.manifest(), AMD64, List.of()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailedCommitLeavesThePreviousImage(Kind kind) throws IOException {
    TestImage before = new TestImage(AMD64, "before");
    try (ImageSink sink = kind.create(out(), "v1")) {
      before.writeTo(sink);
    }
    TestImage after = new TestImage(AMD64, "after");
    try (ImageSink sink = kind.create(out(), "v1")) {
      assertThatThrownBy(() -> sink.commit(after.manifest(), AMD64, List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    try (ImageSource source = kind.open(out(), "v1")) {
      assertThat(source.config()).isEqualTo(before.config());
    }
    assertFiles("out");
  }
}
