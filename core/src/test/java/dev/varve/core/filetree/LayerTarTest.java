package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Digest;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarReader;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerTarTest {
  private static byte[] write(FileTree tree, List<FileTree.Entry> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerTar.write(tree, entries, out);
    return out.toByteArray();
  }

  private static List<String> entries(byte[] tar) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(tar), "it");
    List<String> lines = new ArrayList<>();
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      TarEntry e = entry.get();
      lines.add(
          "%s %s %o %d:%d %d %d%s"
              .formatted(
                  e.type(),
                  e.path(),
                  e.mode(),
                  e.uid(),
                  e.gid(),
                  e.size(),
                  e.mtimeSeconds(),
                  e.linkTarget().isEmpty() ? "" : " " + e.linkTarget()));
    }
    return lines;
  }

  private static Inode file(String content) {
    return Inode.file(0640, 1, 2, 3, Xattrs.EMPTY, new BytesContent(content.getBytes(UTF_8)));
  }

  private static Inode device(int major, int minor) {
    return Inode.special(
        Inode.Kind.CHARACTER_DEVICE, 0600, 0, 0, 0, Xattrs.EMPTY, new Inode.Device(major, minor));
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh.x", "d/.wh.x", ".wh..wh..opq", ".wh.d/x"})
  void aWhiteoutNameIsRefused(String path) {
    FileTree tree = new FileTree.Builder().put(path, file("x")).build();
    assertThatThrownBy(() -> write(tree, tree.entries()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("would be a whiteout instead of a file");
  }

  @Test
  void anEntryFollowsItsParentsAndTheRootIsFirst() throws IOException {
    FileTree tree =
        new FileTree.Builder()
            .put("", Inode.directory(0555, 0, 0, 9, Xattrs.EMPTY))
            .put("a", Inode.directory(01777, 4, 5, 6, Xattrs.EMPTY))
            .put("a/b/c", file("content"))
            .put("a-b", file("x"))
            .put("z", file("left out"))
            .build();
    List<FileTree.Entry> asked =
        tree.entries().stream()
            .filter(entry -> List.of("a/b/c", "a-b").contains(entry.path()))
            .toList();
    assertThat(entries(write(tree, asked)))
        .containsExactly(
            "DIRECTORY  555 0:0 0 9",
            "DIRECTORY a 1777 4:5 0 6",
            "FILE a-b 640 1:2 1 3",
            "DIRECTORY a/b 755 0:0 0 0",
            "FILE a/b/c 640 1:2 7 3");
  }

  @Test
  void hardLinksPointToTheFirstNameInTheLayer() throws IOException {
    Inode linked = file("once");
    Inode device = device(1, 3);
    Inode symlink = Inode.symlink(0700, 0, 0, 0, Xattrs.EMPTY, "target");
    FileTree tree =
        new FileTree.Builder()
            .put("b", linked)
            .put("a", linked)
            .put("n", device)
            .put("o", device)
            .put("s", symlink)
            .put("t", symlink)
            .build();
    assertThat(entries(write(tree, tree.entries())))
        .containsExactly(
            "DIRECTORY  755 0:0 0 0",
            "FILE a 640 1:2 4 3",
            "HARD_LINK b 640 1:2 0 3 a",
            "CHARACTER_DEVICE n 600 0:0 0 0",
            "HARD_LINK o 600 0:0 0 0 n",
            "SYMLINK s 777 0:0 0 0 target",
            "HARD_LINK t 777 0:0 0 0 s");
  }

  @Test
  void noEntriesGiveAnEmptyTar() throws IOException {
    assertThat(write(new FileTree.Builder().build(), List.of())).isEqualTo(new byte[1024]);
  }

  @Test
  void theBytesNeverChange() throws IOException {
    FileTree tree =
        new FileTree.Builder()
            .put("usr/bin/ping", file("ping"))
            .put("caf\uDCE9", file("x").with(-1, Xattrs.of(Map.of("user.a", new byte[] {0, 1}))))
            .build();
    assertThat(Digest.of(write(tree, tree.entries())).hex())
        .isEqualTo("78150d2c598ff57c0fde130dfaab57e8ecebd55904333afc10e42adac7d715e0");
  }

  @Property(tries = 200)
  void aWrittenTreeReadsAsAnEqualTreeAndGivesTheSameBytes(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    FileTree tree = RandomTree.of(random);
    byte[] tar = write(tree, tree.entries());
    List<FileTree.Entry> shuffled = new ArrayList<>(tree.entries());
    Collections.shuffle(shuffled, random);
    assertThat(write(tree, shuffled)).isEqualTo(tar);
    Path scratch = Files.createTempDirectory("written");
    try (LayeredTree read = LayeredTree.read(MemoryImage.of(tar), scratch, Progress.SILENT)) {
      assertThat(TreeComparison.differences(tree, read.tree())).isEmpty();
      assertThat(TreeComparison.differences(read.tree(), tree)).isEmpty();
      assertThat(times(read.tree())).isEqualTo(times(tree));
      assertThat(write(read.tree(), read.tree().entries())).isEqualTo(tar);
    } finally {
      Files.delete(scratch);
    }
  }

  private static List<Long> times(FileTree tree) {
    return tree.entries().stream().map(entry -> entry.inode().mtime()).toList();
  }

  /** Cuts the tree at random; the hard links to one file stay in one layer. */
  @Property(tries = 100)
  void layersCutFromATreeGiveTheSameTree(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    FileTree tree = RandomTree.of(random);
    IdentityHashMap<Inode, Integer> layerOf = new IdentityHashMap<>();
    List<List<FileTree.Entry>> cut =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (FileTree.Entry entry : tree.entries()) {
      int layer = layerOf.computeIfAbsent(entry.inode(), inode -> random.nextInt(3));
      cut.get(layer).add(entry);
    }
    MemoryImage image = new MemoryImage();
    for (List<FileTree.Entry> layer : cut) {
      image.layer("none", write(tree, layer));
    }
    Path scratch = Files.createTempDirectory("cut");
    try (LayeredTree read = LayeredTree.read(image, scratch, Progress.SILENT)) {
      assertThat(TreeComparison.differences(tree, read.tree())).isEmpty();
    } finally {
      Files.delete(scratch);
    }
  }
}
