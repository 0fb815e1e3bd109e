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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayeredTreeTest {
  @TempDir private Path scratch;
  private LayeredTree read = emptyTree();

  private static LayeredTree emptyTree() {
    try {
      return LayeredTree.read(new MemoryImage(), Path.of(""), Progress.SILENT);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    read.close();
  }

  private List<String> listing(MemoryImage image) throws IOException {
    return Listing.of(tree(image));
  }

  private List<String> listing(LayerBytes... layers) throws IOException {
    MemoryImage image = new MemoryImage();
    for (LayerBytes layer : layers) {
      image.layer("none", layer.toBytes());
    }
    return listing(image);
  }

  private FileTree tree(MemoryImage image) throws IOException {
    read = LayeredTree.read(image, scratch, Progress.SILENT);
    return read.tree();
  }

  private static LayerBytes layer() {
    return new LayerBytes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "zstd"})
  void aLayerIsReadHoweverItIsCompressed(String compression) throws IOException {
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
  void whatItIsCompressedWithIsSeenFromTheBytes(String mediaType, String compression)
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
  void whatFollowsTheArchivesEndBelongsToTheLayer() throws IOException {
    byte[] tar = layer().file("a", "x").toBytes();
    byte[] padded = Arrays.copyOf(tar, 10240);
    assertThat(listing(MemoryImage.of(padded))).containsExactly("a = x");
    assertThat(read.tarSizes()).containsExactly(10240L);
  }

  @Test
  void anUpperLayerReplaces() throws IOException {
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
  void aWhiteoutDeletes() throws IOException {
    assertThat(
            listing(
                layer().file("a", "1").directory("d").file("d/x", "1").file("d/y", "1"),
                layer().whiteout("a").whiteout("d/x").whiteout("d/nothing")))
        .containsExactly("d/", "d/y = 1");
  }

  @Test
  void aWhiteoutOfADirectoryDeletesAllBelow() throws IOException {
    assertThat(
            listing(
                layer().directory("d/e").file("d/e/x", "1").file("d0", "1"), layer().whiteout("d")))
        .containsExactly("d0 = 1");
  }

  @Test
  void aWhiteoutMeansLowerLayersAlone() throws IOException {
    assertThat(
            listing(
                layer().directory("d").file("d/old", "1"),
                layer().directory("d").file("d/new", "2").whiteout("d"),
                layer().file("a", "3").whiteout("a")))
        .containsExactly("a = 3", "d/", "d/new = 2");
  }

  @Test
  void whatWasDeletedMayComeBack() throws IOException {
    assertThat(listing(layer().file("a", "1"), layer().whiteout("a"), layer().file("a", "3")))
        .containsExactly("a = 3");
  }

  @Test
  void aWhiteoutMayBeAHardLinkOrADevice() throws IOException {
    assertThat(
            listing(
                layer().file("a", "1").file("b", "1").file("c", "1"),
                layer()
                    .file(".wh..wh.aufs", "")
                    .link(".wh.a", ".wh..wh.aufs")
                    .add(".wh.b", TarEntry.Type.CHARACTER_DEVICE, 0, "")))
        .containsExactly("c = 1");
  }

  @Test
  void aufsBookkeepingIsNoFile() throws IOException {
    assertThat(listing(layer().file(".wh..wh.orph", "").directory(".wh..wh.plnk"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOpaqueDirectoryHidesLowerLayersWhereverItStands(boolean first) throws IOException {
    LayerBytes upper = layer().directory("d");
    if (first) {
      upper.opaque("d").file("d/new", "2");
    } else {
      upper.file("d/new", "2").opaque("d");
    }
    assertThat(
            listing(
                layer().directory("d/e").file("d/e/x", "1").file("d/y", "1").file("dy", "1"),
                upper))
        .containsExactly("d/", "d/new = 2", "dy = 1");
  }

  @Test
  void anOpaqueRootHidesAllOfTheLayersBelow() throws IOException {
    assertThat(listing(layer().file("a", "1").file("b/c", "1"), layer().opaque("").file("d", "2")))
        .containsExactly("d = 2");
  }

  @Test
  void aWhiteoutBelowWhatIsNoDirectoryMakesOneAsOverlaysDo() throws IOException {
    assertThat(listing(layer().file("a", "1"), layer().opaque("a").opaque("b").whiteout("c/d/x")))
        .containsExactly("a/", "b/", "c/", "c/d/");
  }

  private static LayerBytes withLink() {
    return layer()
        .directory("usr")
        .directory("usr/bin")
        .file("usr/bin/sh", "s")
        .file("usr/bin/tool", "t")
        .symlink("bin", "usr/bin");
  }

  @Test
  void aWhiteoutBelowALowerLayersSymbolicLinkPutsADirectoryInItsPlace() throws IOException {
    String[] expected = {"bin/", "usr/", "usr/bin/", "usr/bin/sh = s", "usr/bin/tool = t"};
    assertThat(listing(withLink(), layer().whiteout("bin/tool"))).containsExactly(expected);
    read.close();
    assertThat(listing(withLink(), layer().opaque("bin"))).containsExactly(expected);
  }

  @Test
  void aWhiteoutBelowASymbolicLinkOfItsOwnLayerFollowsIt() throws IOException {
    assertThat(
            listing(
                withLink(),
                layer().directory("usr/bin").symlink("s", "/usr").whiteout("s/bin/tool")))
        .containsExactly("bin -> usr/bin", "s -> /usr", "usr/", "usr/bin/", "usr/bin/sh = s");
    read.close();
    assertThat(
            listing(
                withLink(),
                layer()
                    .directory("usr/bin")
                    .symlink("s", "../../usr")
                    .file("s/bin/new", "n")
                    .opaque("s/bin")))
        .containsExactly("bin -> usr/bin", "s -> ../../usr", "usr/", "usr/bin/", "usr/bin/new = n");
  }

  @Test
  void aWhiteoutGoesWithTheDirectoryThatItsLayerReplaces() throws IOException {
    assertThat(listing(withLink(), layer().whiteout("bin/tool").symlink("bin", "usr/bin")))
        .containsExactly(
            "bin -> usr/bin", "usr/", "usr/bin/", "usr/bin/sh = s", "usr/bin/tool = t");
  }

  @Test
  void aWhiteoutBelowALowerLayersLoopIsNoHang() throws IOException {
    assertThat(
            listing(
                layer().symlink("a", "b").symlink("b", "a"), layer().whiteout("a/x").opaque("b")))
        .containsExactly("a/", "b/");
  }

  @Test
  void anOverlaysWhiteoutDeletes() throws IOException {
    assertThat(
            listing(
                layer().file("a", "1").directory("d").file("d/x", "1").file("e", "1"),
                layer().add(device("a", 0, 0)).add(device("d", 0, 0)).add(device("new", 0, 0))))
        .containsExactly("e = 1");
  }

  @Test
  void whatIsBelowANameOfWhiteoutsIsLeftOutAndTold() throws IOException {
    List<String> notices = new ArrayList<>();
    MemoryImage image =
        new MemoryImage()
            .layer("none", layer().file("x", "1").file("d/y", "1").toBytes())
            .layer(
                "none",
                layer()
                    .directory(".wh.x")
                    .file(".wh.x/in", "2")
                    .file("d/.wh.z/in", "2")
                    .file(".wh..wh.plnk/1.2", "aufs")
                    .link("linked", ".wh..wh.plnk/1.2")
                    .toBytes());
    read = LayeredTree.read(image, scratch, new Notices(notices));
    assertThat(Listing.of(read.tree())).containsExactly("d/", "d/y = 1", "linked = aufs");
    assertThat(notices)
        .containsExactly(
            "memory:image: left out /.wh.x, /.wh.x/in, /d/.wh.z and 1 more: in a layer, names"
                + " that begin with .wh. are whiteouts");
  }

  @Test
  void directoriesThatALayerDoesNotListKeepTheirAttributesAndAreTold() throws IOException {
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

  private record Notices(List<String> texts) implements Progress {
    @Override
    public void notice(String text) {
      texts.add(text);
    }
  }

  @Test
  void ofEntriesThatAreThereTwiceTheLastCounts() throws IOException {
    assertThat(listing(layer().file("a", "1").file("a", "2").symlink("b", "x").file("b", "3")))
        .containsExactly("a = 2", "b = 3");
  }

  @Test
  void hardLinksStayTogether() throws IOException {
    assertThat(listing(layer().file("a", "1").link("b", "a").link("c", "b").file("d", "1")))
        .containsExactly("a = 1", "b == a", "c == a", "d = 1");
  }

  @Test
  void aHardLinkWhoseTargetALaterLayerReplacedKeepsTheOldContent() throws IOException {
    assertThat(listing(layer().file("a", "1").link("b", "a"), layer().file("a", "2")))
        .containsExactly("a = 2", "b = 1");
  }

  @Test
  void aHardLinkWhoseTargetALaterLayerDeletedKeepsTheContent() throws IOException {
    assertThat(listing(layer().file("a", "1").link("b", "a").link("c", "a"), layer().whiteout("a")))
        .containsExactly("b = 1", "c == b");
  }

  @Test
  void aHardLinkWhoseTargetComesTwiceHasTheContentItPointedToThen() throws IOException {
    assertThat(listing(layer().file("a", "1").link("b", "a").file("a", "2").link("c", "a")))
        .containsExactly("a = 2", "b = 1", "c == a");
  }

  @Test
  void aHardLinkMayPointToALowerLayer() throws IOException {
    assertThat(listing(layer().file("a", "1"), layer().link("b", "a")))
        .containsExactly("a = 1", "b == a");
  }

  @Test
  void aHardLinkMayBeOfASymbolicLinkOrADevice() throws IOException {
    assertThat(
            listing(
                layer()
                    .symlink("s", "nowhere")
                    .link("t", "s")
                    .add(device("u", 1, 3))
                    .link("v", "u")))
        .containsExactly("s -> nowhere", "t == s", "u CHARACTER_DEVICE 1:3", "v == u");
  }

  @Test
  void aHardLinkToItselfIsTheFileBelow() throws IOException {
    assertThat(listing(layer().file("a", "1"), layer().link("a", "a"))).containsExactly("a = 1");
  }

  @Test
  void parentsThatNoLayerHasAreDirectories() throws IOException {
    assertThat(listing(layer().file("a/b/c", "1"))).containsExactly("a/", "a/b/", "a/b/c = 1");
    assertThat(read.tree().find("a/b").orElseThrow().mode()).isEqualTo(0755);
  }

  @Test
  void aPathThroughASymbolicLinkOfTheSameLayerFollowsIt() throws IOException {
    assertThat(
            listing(
                layer()
                    .symlink("lib", "usr/lib")
                    .file("lib/x", "1")
                    .link("lib/y", "lib/x")
                    .symlink("usr/lib64", "/lib")
                    .file("usr/lib64/z", "2")))
        .containsExactly(
            "lib -> usr/lib",
            "usr/",
            "usr/lib/",
            "usr/lib/x = 1",
            "usr/lib/y == usr/lib/x",
            "usr/lib/z = 2",
            "usr/lib64 -> /lib");
    assertThat(read.origins()).containsExactly(-1, 0, -1, -1, 0, 0, 0, 0);
  }

  @Test
  void aPathThroughASymbolicLinkOfALowerLayerHidesItAsOverlaysDo() throws IOException {
    assertThat(
            listing(
                layer().directory("usr/lib").symlink("lib", "usr/lib"), layer().file("lib/x", "1")))
        .containsExactly("lib/", "lib/x = 1", "usr/", "usr/lib/");
  }

  @Test
  void aPathThroughALoopIsNoHang() throws IOException {
    assertThat(listing(layer().symlink("a", "b").symlink("b", "a").file("a/x", "1")))
        .contains("a/x = 1");
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
  void timesFarAwayAreKept(long mtime) throws IOException {
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
  void originsSayWhichLayerAFileIsOf() throws IOException {
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
  void aThousandLayersAreReadWithinLittleMemory() throws IOException {
    MemoryImage image = new MemoryImage();
    for (int i = 0; i < 1000; i++) {
      image.layer("none", layer().file("f" + i, "x").toBytes());
    }
    assertThat(tree(image).entries()).hasSize(1001);
  }

  @Test
  void progressIsToldInCompressedBytes() throws IOException {
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
    assertThat(begun).containsExactly("reading 1 layers of memory:image: " + size);
    assertThat(advanced).hasValue(size);
    assertThat(image.manifest().layers().get(0).mediaType())
        .isEqualTo(MediaTypes.OCI_LAYER + "+gzip");
  }

  private static TarEntry device(String path, int major, int minor) {
    return new TarEntry(
        path, TarEntry.Type.CHARACTER_DEVICE, 0666, 0, 0, 0, 0, 0, "", Xattrs.EMPTY, major, minor);
  }
}
