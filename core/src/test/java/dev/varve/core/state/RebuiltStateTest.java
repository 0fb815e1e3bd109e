package dev.varve.core.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerBytes;
import dev.varve.core.filetree.LayerTar;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.image.Digest;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** States rebuilt from the layers of images without a state. */
final class RebuiltStateTest extends PublishedImageFixture {
  private static final Instant CREATED = Instant.parse("2025-01-01T00:00:00Z");

  /** Returns an image as a build makes it: with packages, in two layers that overlap. */
  private static MemoryImage built() throws IOException {
    LayerBytes lower =
        new LayerBytes()
            .directory("", 0555)
            .file("usr/bin/ping", "ping\n")
            .file("usr/bin/first", "old")
            .directory("var/empty")
            .file("usr/lib/gone", "x")
            .file(
                "usr/share/rpm/rpmdb.sqlite", fixture("rpmdb.sqlite"), 2_000_000_000, Xattrs.EMPTY);
    LayerBytes upper =
        new LayerBytes()
            .file("usr/bin/first", "one content, three names\n")
            .link("usr/bin/second", "usr/bin/first")
            .whiteout("usr/lib/gone")
            .file("etc/motd", "hello".getBytes(UTF_8), 1_900_000_000, Xattrs.EMPTY)
            .file(
                "opt/app",
                "app",
                Xattrs.of(
                    Map.of(
                        "user.component", "app".getBytes(UTF_8), "security.selinux", new byte[2])));
    return new MemoryImage().layer("gzip", lower.toBytes()).layer("zstd", upper.toBytes());
  }

  private Division divide(MemoryImage image, OptionalLong clamp) throws IOException {
    Path unpacked = Files.createDirectory(scratch.resolve("divided"));
    try (LayeredTree read = LayeredTree.read(image, unpacked, Progress.SILENT)) {
      return Division.of(
          read.tree(), clamp, Map.of(), CREATED, DivisionRules.DEFAULT, unpacked, Progress.SILENT);
    }
  }

  private static Map<String, Digest> hashes(Division division) {
    Map<String, Digest> hashes = new TreeMap<>();
    division.components().forEach(component -> hashes.put(component.name(), component.hash()));
    return hashes;
  }

  private static Map<String, Digest> hashes(PublishedImage image) {
    Map<String, Digest> hashes = new TreeMap<>();
    image.state().components().forEach((name, state) -> hashes.put(name, state.hash()));
    return hashes;
  }

  @Test
  void theStateOfAnImageThatWasNeverRechunkedIsRebuilt() throws IOException {
    MemoryImage image = built();
    Division division = divide(image, OptionalLong.empty());
    PublishedImage published = published(image);
    assertThat(hashes(published)).isEqualTo(hashes(division));
    assertThat(hashes(published))
        .containsOnlyKeys(
            "dir:/etc", "dir:/usr/share/rpm", "directories", "rpm:tools", "xattr:app");
    PlanState state = published.state();
    assertThat(state.clamp()).isEqualTo(CREATED.getEpochSecond());
    assertThat(state.compression()).isEqualTo("unknown");
    assertThat(state.images()).containsExactly(CREATED.getEpochSecond());
    assertThat(state.layers())
        .extracting(LayerState::components)
        .containsExactly(
            List.of("dir:/usr/share/rpm", "rpm:tools"),
            List.of("dir:/etc", "rpm:tools", "xattr:app"));
    assertThat(state.layers()).extracting(LayerState::diffId).isEqualTo(image.config().diffIds());
    assertThat(state.packages())
        .containsEntry("tools", "2:1.4-3")
        .containsEntry("libpair", "3.1-1");
    assertThat(notices)
        .first()
        .isEqualTo("memory:image has no Varve state: rebuilding it from the image's layers");
  }

  @Test
  void theStateOfARechunkedImageIsRebuiltUnchanged() throws IOException {
    long clamp = 1_650_000_000;
    Division division = divide(built(), OptionalLong.of(clamp));
    assertThat(division.tree().find("etc/motd").orElseThrow().mtime()).isEqualTo(clamp);

    MemoryImage rechunked =
        new MemoryImage().annotated(Map.of(PublishedImage.CLAMP_ANNOTATION, "" + clamp));
    try (LayeredTree read = LayeredTree.read(built(), scratch, Progress.SILENT)) {
      // Divides the image again, because the contents of the first division are closed.
      Division open =
          Division.of(
              read.tree(),
              OptionalLong.of(clamp),
              Map.of(),
              CREATED,
              DivisionRules.DEFAULT,
              scratch,
              Progress.SILENT);
      assertThat(hashes(open)).isEqualTo(hashes(division));
      for (Component component : open.components()) {
        rechunked.layer("zstd", tar(open.tree(), component.entries()));
      }
    }
    PublishedImage published = published(rechunked);
    assertThat(hashes(published)).isEqualTo(hashes(division));
    assertThat(published.state().clamp()).isEqualTo(clamp);
    assertThat(published.state().layers())
        .extracting(LayerState::components)
        .containsExactly(
            List.of("dir:/etc"),
            List.of("dir:/usr/share/rpm"),
            List.of("rpm:tools"),
            List.of("xattr:app"),
            List.of());
    FileTree again = read(rechunked);
    assertThat(again.find("").orElseThrow().mode()).isEqualTo(0555);
    assertThat(again.find("usr").orElseThrow().mtime()).isEqualTo(clamp);
  }

  private FileTree read(MemoryImage image) throws IOException {
    Path unpacked = Files.createDirectory(scratch.resolve("again"));
    try (LayeredTree read = LayeredTree.read(image, unpacked, Progress.SILENT)) {
      return read.tree();
    }
  }

  private static byte[] tar(FileTree tree, List<FileTree.Entry> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerTar.write(tree, entries, out);
    return out.toByteArray();
  }

  @Test
  void anImageWithoutLayersHasAStateWithoutComponents() throws IOException {
    PublishedImage published = published(new MemoryImage());
    assertThat(published.layers()).isEmpty();
    assertThat(published.state().components()).isEmpty();
    assertThat(published.state().layers()).isEmpty();
  }
}
