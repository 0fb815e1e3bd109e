package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers squashed into one tree, and the attributes that the files keep. */
final class LayeredTreeTest extends LayeredTreeFixture {
  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void aLayerIsReadWithAnyCompression(String compression) throws IOException {
    byte[] tar = layer().directory("a").file("a/b", "content").toBytes();
    assertThat(listing(new MemoryImage().layer(compression, tar)))
        .containsExactly("a/", "a/b = content");
    assertThat(read.tarSizes()).containsExactly((long) tar.length);
  }

  @ParameterizedTest
  @CsvSource({
    "application/vnd.docker.image.rootfs.diff.tar, none",
    "application/vnd.docker.image.rootfs.diff.tar.gzip, gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd, zstd",
    "application/vnd.docker.image.rootfs.diff.tar.gzip, none",
    "application/vnd.oci.image.layer.v1.tar, gzip"
  })
  void theCompressionIsDetectedFromTheBytes(String mediaType, String compression)
      throws IOException {
    byte[] tar = layer().file("a", "x").toBytes();
    byte[] blob = MemoryImage.compressed(compression, tar);
    assertThat(listing(new MemoryImage().layer(mediaType, blob, Digest.of(tar))))
        .containsExactly("a = x");
  }

  @Test
  void anImageWithoutLayersHasARoot() throws IOException {
    assertThat(tree(new MemoryImage()).entries()).hasSize(1);
    assertThat(read.origins()).containsExactly(-1);
    assertThat(read.tarSizes()).isEmpty();
  }

  @Test
  void aLayerWithoutEntriesChangesNothing() throws IOException {
    assertThat(listing(layer().file("a", "x"), layer())).containsExactly("a = x");
    assertThat(read.tarSizes().get(1)).isEqualTo(1024);
  }

  @Test
  void aLayerWithoutAnyBytesChangesNothing() throws IOException {
    assertThat(listing(MemoryImage.of(layer().file("a", "x").toBytes(), new byte[0])))
        .containsExactly("a = x");
  }

  @Test
  void paddingAfterTheEndCountsInTheTarSize() throws IOException {
    byte[] tar = layer().file("a", "x").toBytes();
    byte[] padded = Arrays.copyOf(tar, 10240);
    assertThat(listing(MemoryImage.of(padded))).containsExactly("a = x");
    assertThat(read.tarSizes()).containsExactly(10240L);
  }

  @Test
  void anUpperLayerReplacesFilesOfALowerLayer() throws IOException {
    assertThat(
            listing(
                layer().file("a", "1").file("b", "1").directory("d").file("d/x", "1"),
                layer().file("a", "2").symlink("b", "a").directory("d", 0700).file("d/y", "2")))
        .containsExactly("a = 2", "b -> a", "d/", "d/x = 1", "d/y = 2");
    assertThat(read.tree().find("d").orElseThrow().mode()).isEqualTo(0700);
  }

  @Test
  void aFileOverADirectoryHidesAllBelow() throws IOException {
    assertThat(listing(layer().directory("d").file("d/x", "1"), layer().file("d", "2")))
        .containsExactly("d = 2");
  }

  @Test
  void aDirectoryOverAFileReplacesIt() throws IOException {
    assertThat(listing(layer().file("d", "1"), layer().directory("d").file("d/x", "2")))
        .containsExactly("d/", "d/x = 2");
  }

  @Test
  void directoriesWithoutAnEntryKeepTheirAttributesWithANotice() throws IOException {
    List<String> notices = new ArrayList<>();
    MemoryImage image =
        new MemoryImage()
            .layer(
                "none",
                layer()
                    .directory("d", 0700)
                    .directory("e", 0711)
                    .directory("plain")
                    .directory("gone", 0700)
                    .toBytes())
            .layer(
                "none",
                layer()
                    .file("d/x", "1")
                    .whiteout("e/nothing")
                    .file("plain/x", "1")
                    .file("gone/x", "1")
                    .toBytes())
            .layer("none", layer().whiteout("gone").toBytes());
    read = LayeredTree.read(image, scratch, new Notices(notices));
    assertThat(read.tree().find("d").orElseThrow().mode()).isEqualTo(0700);
    assertThat(notices)
        .containsExactly(
            "memory:image: layers have files in 2 directories without an entry for the directory:"
                + " Varve keeps the mode, owner and attributes of the layers below, podman uses 0755"
                + " and root: /d, /e");
  }

  @Test
  void ofTwoEntriesForOnePathTheLastCounts() throws IOException {
    assertThat(listing(layer().file("a", "1").file("a", "2").symlink("b", "x").file("b", "3")))
        .containsExactly("a = 2", "b = 3");
  }

  @Test
  void parentsWithoutAnEntryAreDirectories() throws IOException {
    assertThat(listing(layer().file("a/b/c", "1"))).containsExactly("a/", "a/b/", "a/b/c = 1");
    assertThat(read.tree().find("a/b").orElseThrow().mode()).isEqualTo(0755);
  }

  @Test
  void specialFilesAreKept() throws IOException {
    assertThat(
            listing(
                layer()
                    .add(device("dev/null", 1, 3))
                    .add(
                        new TarEntry(
                            "dev/sda",
                            TarEntry.Type.BLOCK_DEVICE,
                            0660,
                            0,
                            6,
                            0,
                            0,
                            0,
                            "",
                            Xattrs.EMPTY,
                            8,
                            0))
                    .add("run/pipe", TarEntry.Type.FIFO, 0600, "")))
        .containsExactly(
            "dev/",
            "dev/null CHARACTER_DEVICE 1:3",
            "dev/sda BLOCK_DEVICE 8:0",
            "run/",
            "run/pipe FIFO 0:0");
  }

  @Test
  void namesAndLinksThatAreNotUtf8AreKept() throws IOException {
    FileTree tree =
        tree(MemoryImage.of(layer().file("caf\uDCE9", "1").symlink("s\uDCFF", "\uDCFE").toBytes()));
    assertThat(tree.entries().get(1).path()).isEqualTo("caf\uDCE9");
    assertThat(LosslessUtf8.encode(tree.entries().get(1).path()))
        .isEqualTo(new byte[] {'c', 'a', 'f', (byte) 0xE9});
    assertThat(tree.entries().get(2).inode().linkTarget()).isEqualTo("\uDCFE");
  }

  @Test
  void attributesAreKeptWithTheirBytes() throws IOException {
    byte[] capability = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, '\n', '=', (byte) 0xFF};
    Xattrs xattrs = Xattrs.of(Map.of("security.capability", capability, "user.empty", new byte[0]));
    FileTree tree = tree(MemoryImage.of(layer().file("ping", "x", xattrs).toBytes()));
    assertThat(tree.find("ping").orElseThrow().xattrs()).isEqualTo(xattrs);
  }

  @Test
  void theRootHasItsOwnModeOwnerAndAttributes() throws IOException {
    Xattrs xattrs = Xattrs.of(Map.of("user.component", new byte[] {'r'}));
    TarEntry root =
        new TarEntry("", TarEntry.Type.DIRECTORY, 0555, 1, 2, 0, 3, 0, "", xattrs, 0, 0);
    Inode inode = tree(MemoryImage.of(layer().add(root).toBytes())).find("").orElseThrow();
    assertThat(inode.mode()).isEqualTo(0555);
    assertThat(List.of(inode.uid(), inode.gid(), inode.mtime())).containsExactly(1L, 2L, 3L);
    assertThat(inode.xattrs()).isEqualTo(xattrs);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -2_208_988_800L, 0, 8_589_934_592L, 999_999_999_999L})
  void distantTimesAreKept(long mtime) throws IOException {
    byte[] tar = layer().file("a", new byte[0], mtime, Xattrs.EMPTY).toBytes();
    assertThat(tree(MemoryImage.of(tar)).find("a").orElseThrow().mtime()).isEqualTo(mtime);
  }

  @Test
  void ownersOf32BitsAreKept() throws IOException {
    TarEntry entry =
        new TarEntry(
            "a",
            TarEntry.Type.FIFO,
            07777,
            4294967295L,
            4294967294L,
            0,
            0,
            0,
            "",
            Xattrs.EMPTY,
            0,
            0);
    Inode inode = tree(MemoryImage.of(layer().add(entry).toBytes())).find("a").orElseThrow();
    assertThat(inode.uid()).isEqualTo(4294967295L);
    assertThat(inode.gid()).isEqualTo(4294967294L);
    assertThat(inode.mode()).isEqualTo(07777);
  }

  @Test
  void originsNameTheLayerOfEachFile() throws IOException {
    listing(
        layer().directory("d").file("d/a", "1").file("d/b", "1").file("d/c", "1"),
        layer().directory("d").file("d/a", "2").link("d/e", "d/a"),
        layer().whiteout("d/b"));
    assertThat(Listing.of(read.tree())).containsExactly("d/", "d/a = 2", "d/c = 1", "d/e == d/a");
    assertThat(read.origins()).containsExactly(-1, -1, 1, 0, 1);
  }

  @Test
  void contentsCanBeReadAnyNumberOfTimes() throws IOException {
    String content = "x".repeat(1_000_000) + "end";
    Inode inode =
        tree(new MemoryImage().layer("gzip", layer().file("a", content).toBytes()))
            .find("a")
            .orElseThrow();
    assertThat(inode.size()).isEqualTo(1_000_003);
    assertThat(Listing.content(inode)).isEqualTo(content);
    assertThat(Listing.content(inode)).isEqualTo(content);
    assertThat(inode.content().orElseThrow().digest())
        .isEqualTo(Digest.of(content.getBytes(UTF_8)));
  }

  @Test
  void aThousandLayersAreRead() throws IOException {
    MemoryImage image = new MemoryImage();
    for (int i = 0; i < 1000; i++) {
      image.layer("none", layer().file("f" + i, "x").toBytes());
    }
    assertThat(tree(image).entries()).hasSize(1001);
  }

  @Test
  void progressIsReportedInCompressedBytes() throws IOException {
    MemoryImage image = new MemoryImage().layer("gzip", layer().file("a", "x").toBytes());
    long size = image.manifest().layers().get(0).size();
    AtomicLong advanced = new AtomicLong();
    List<String> begun = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void begin(String activity, long totalBytes) {
            begun.add(activity + ": " + totalBytes);
          }

          @Override
          public void advance(long bytes) {
            advanced.addAndGet(bytes);
          }
        };
    LayeredTree.read(image, scratch, progress).close();
    assertThat(begun).containsExactly("reading 1 layer of memory:image: " + size);
    assertThat(advanced).hasValue(size);
    assertThat(image.manifest().layers().get(0).mediaType())
        .isEqualTo(MediaTypes.OCI_LAYER + "+gzip");
  }
}
