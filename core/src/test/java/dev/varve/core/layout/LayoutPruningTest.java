package dev.varve.core.layout;

import static dev.varve.core.layout.TestImage.AMD64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout.Unreachable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutPruningTest {
  @TempDir Path temp;

  private Path out() {
    return temp.resolve("out");
  }

  private TestImage write(String content, String tag) throws IOException {
    TestImage image = new TestImage(AMD64, content);
    try (ImageSink sink = OciLayout.create(out(), tag, "oci:out")) {
      image.writeTo(sink, "application/x", "state of " + content);
    }
    return image;
  }

  private List<String> blobs() throws IOException {
    try (Stream<Path> files = Files.list(out().resolve(Blobs.directory(Digest.Algorithm.SHA256)))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private long bytes() throws IOException {
    long bytes = 0;
    for (String blob : blobs()) {
      bytes += Files.size(out().resolve(Blobs.directory(Digest.Algorithm.SHA256)).resolve(blob));
    }
    return bytes;
  }

  private ImageSource open(String tag) throws IOException {
    return OciLayout.open(out(), tag, PlatformChoice.any(), "oci:out");
  }

  @Test
  void taggedImagesStayWithTheirArtifacts() throws IOException {
    write("monday", "latest");
    write("tuesday", "other");
    List<String> before = blobs();

    assertThat(OciLayout.unreachable(out(), "oci:out")).isEqualTo(new Unreachable(0, 0));
    assertThat(OciLayout.prune(out(), "oci:out")).isEqualTo(new Unreachable(0, 0));
    assertThat(blobs()).isEqualTo(before);
  }

  @Test
  void sha512BlobsArePrunedLikeSha256Blobs() throws IOException {
    for (String content : List.of("monday", "tuesday")) {
      TestImage image = new TestImage(Digest.Algorithm.SHA512, AMD64, content);
      try (ImageSink sink = OciLayout.create(out(), "latest", "oci:out")) {
        for (Descriptor blob : image.manifest().blobs()) {
          sink.reuse(image, blob);
        }
        sink.commit(image.manifest(), AMD64, List.of());
      }
    }

    assertThat(OciLayout.prune(out(), "oci:out").blobs()).isEqualTo(3);

    try (ImageSource image = open("latest");
        Stream<Path> left = Files.list(out().resolve(Blobs.directory(Digest.Algorithm.SHA512)))) {
      assertThat(left).hasSize(3);
      assertThat(image.open(image.manifest().layers().get(0)).readAllBytes()).isNotEmpty();
    }
  }

  @Test
  void anImageThatLostItsTagIsRemovedWithItsArtifacts() throws IOException {
    write("tuesday", "latest");
    List<String> alone = blobs();
    long length = bytes();
    try (Stream<Path> files = Files.walk(out())) {
      files.sorted(Comparator.reverseOrder()).forEach(LayoutPruningTest::delete);
    }
    write("monday", "latest");
    write("tuesday", "latest");
    long all = bytes();
    int count = blobs().size();
    byte[] index = Files.readAllBytes(out().resolve("index.json"));

    Unreachable counted = OciLayout.unreachable(out(), "oci:out");
    assertThat(blobs()).hasSize(count);
    Unreachable removed = OciLayout.prune(out(), "oci:out");

    assertThat(counted).isEqualTo(removed);
    assertThat(removed).isEqualTo(new Unreachable(count - alone.size(), all - length));
    assertThat(blobs()).isEqualTo(alone);
    assertThat(Files.readAllBytes(out().resolve("index.json"))).isEqualTo(index);
    try (ImageSource image = open("latest")) {
      assertThat(image.referrer("application/x")).isPresent();
    }
  }

  private static void delete(Path file) {
    assertThat(file.toFile().delete()).isTrue();
  }

  @Test
  void anImageWithoutATagStays() throws IOException {
    TestImage image = write("monday", "latest");
    Path index = out().resolve("index.json");
    Files.writeString(
        index, Files.readString(index).replace("org.opencontainers.image.ref.name", "other"));

    assertThat(OciLayout.prune(out(), "oci:out")).isEqualTo(new Unreachable(0, 0));
    try (ImageSource found = open("")) {
      assertThat(found.descriptor().digest()).isEqualTo(image.descriptor().digest());
    }
  }

  @Test
  void anArtifactWhoseImageIsNoLongerListedIsRemoved() throws IOException {
    write("monday", "a");
    write("tuesday", "b");
    Path index = out().resolve("index.json");
    String json = Files.readString(index);
    int first = json.indexOf('{', json.indexOf("manifests"));
    String without = json.substring(0, first) + json.substring(json.indexOf("},{", first) + 2);
    Files.writeString(index, without);

    assertThat(OciLayout.prune(out(), "oci:out").blobs()).isPositive();
    assertThat(OciLayout.readIndex(new DirectoryFiles(out()), "out").manifests()).hasSize(2);
    try (ImageSource found = open("b")) {
      assertThat(found.referrer("application/x")).isPresent();
    }
  }

  @Test
  void filesThatAreNoBlobsStay() throws IOException {
    write("monday", "latest");
    Path note =
        Files.writeString(
            out().resolve(Blobs.directory(Digest.Algorithm.SHA256)).resolve("note"), "mine");

    OciLayout.prune(out(), "oci:out");

    assertThat(note).exists();
    assertThat(new DirectoryFiles(out()).top())
        .containsExactly("blobs", "index.json", "oci-layout");
  }

  @Test
  void filesOfKilledRunsAreRemoved() throws IOException {
    write("monday", "latest");
    Files.createDirectories(out().resolve(".varve-killed/layout"));
    Files.writeString(out().resolve(".varve-killed.lock"), "");

    OciLayout.prune(out(), "oci:out");

    assertThat(new DirectoryFiles(out()).top())
        .containsExactly("blobs", "index.json", "oci-layout");
  }

  @Test
  void anUnreadableManifestStopsPruning() throws IOException {
    TestImage monday = write("monday", "latest");
    write("tuesday", "other");
    write("wednesday", "other");
    Path manifest = out().resolve(Blobs.name(monday.descriptor().digest()));
    Files.writeString(manifest, Files.readString(manifest).replace('{', '['));
    List<String> before = blobs();

    assertThatThrownBy(() -> OciLayout.prune(out(), "oci:out")).isInstanceOf(IOException.class);
    assertThat(blobs()).isEqualTo(before);
  }

  @Test
  void anIndexWithoutManifestsStopsPruning() throws IOException {
    write("monday", "latest");
    Files.writeString(out().resolve("index.json"), "{}");
    List<String> before = blobs();

    for (ThrowingCallable prune :
        List.<ThrowingCallable>of(
            () -> OciLayout.prune(out(), "oci:out"),
            () -> OciLayout.unreachable(out(), "oci:out"))) {
      assertThatThrownBy(prune)
          .hasMessage(
              "reading index.json of oci:out: expected a list of \"manifests\", without which all"
                  + " blobs would be removed");
    }
    assertThat(blobs()).isEqualTo(before);
  }

  @Test
  void aDirectoryThatIsNoLayoutIsRefused() throws IOException {
    Path other = Files.createDirectories(temp.resolve("other"));

    assertThatThrownBy(() -> OciLayout.prune(other, "oci:other")).isInstanceOf(IOException.class);
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void aCommitFailsIfAReusedBlobWasPruned() throws IOException {
    TestImage monday = write("monday", "latest");
    write("tuesday", "latest");
    byte[] index = Files.readAllBytes(out().resolve("index.json"));
    Descriptor layer = monday.manifest().layers().get(0);
    try (BlobSource before =
            OciLayout.find(out(), monday.descriptor().digest(), "o").orElseThrow();
        ImageSink sink = OciLayout.create(out(), "third", "oci:out")) {
      sink.reuse(before, layer);
      sink.reuse(before, monday.manifest().config());
      Unreachable pruned = OciLayout.prune(out(), "oci:out");
      assertThat(pruned.blobs()).isPositive();
      assertThatThrownBy(() -> sink.commit(monday.manifest(), AMD64, List.of()))
          .hasMessageContaining("neither written to oci:out nor reused");
    }
    assertThat(Files.readAllBytes(out().resolve("index.json"))).isEqualTo(index);
  }
}
