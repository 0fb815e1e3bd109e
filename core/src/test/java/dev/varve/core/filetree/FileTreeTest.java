package dev.varve.core.filetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.tar.Xattrs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileTreeTest {
  private static Inode symlink(String target) {
    return Inode.symlink(0777, 0, 0, 0, Xattrs.EMPTY, target);
  }

  private static Inode directory(int mode) {
    return Inode.directory(mode, 0, 0, 0, Xattrs.EMPTY);
  }

  private static FileTree.Builder tree() {
    return new FileTree.Builder();
  }

  @Test
  void anEmptyTreeHasARoot() {
    FileTree tree = tree().build();
    assertThat(tree.entries()).hasSize(1);
    assertThat(tree.find("").orElseThrow().mode()).isEqualTo(0755);
    assertThat(Listing.of(tree)).isEmpty();
  }

  @Test
  void missingParentsAreAdded() {
    FileTree tree = tree().put("a/b/c", symlink("x")).build();
    assertThat(Listing.of(tree)).containsExactly("a/", "a/b/", "a/b/c -> x");
    assertThat(tree.find("a/b").orElseThrow().mode()).isEqualTo(0755);
  }

  @Test
  void aPathOfAnyDepthIsAccepted() {
    String deep = "a/".repeat(2000) + "a";
    assertThat(tree().put(deep, symlink("x")).build().entries()).hasSize(2002);
  }

  @Test
  void aDirectoryOverADirectoryKeepsTheContents() {
    FileTree tree = tree().put("d/f", symlink("x")).put("d", directory(0700)).build();
    assertThat(Listing.of(tree)).containsExactly("d/", "d/f -> x");
    assertThat(tree.find("d").orElseThrow().mode()).isEqualTo(0700);
  }

  @Test
  void aFileOverADirectoryRemovesOnlyTheContentsOfTheDirectory() {
    FileTree tree =
        tree()
            .put("d/e/f", symlink("x"))
            .put("d-", symlink("x"))
            .put("d0", symlink("x"))
            .put("d.d/f", symlink("x"))
            .put("d", symlink("y"))
            .build();
    assertThat(Listing.of(tree))
        .containsExactly("d -> y", "d- -> x", "d.d/", "d.d/f -> x", "d0 -> x");
  }

  @Test
  void aDirectoryOverAFileReplacesIt() {
    FileTree tree = tree().put("d", symlink("x")).put("d", directory(0711)).build();
    assertThat(tree.find("d").orElseThrow().mode()).isEqualTo(0711);
  }

  @Test
  void aFileBelowAFileReplacesTheFileWithADirectory() {
    FileTree tree = tree().put("d/e", symlink("x")).put("d/e/f", symlink("y")).build();
    assertThat(Listing.of(tree)).containsExactly("d/", "d/e/", "d/e/f -> y");
  }

  @Test
  void removingADirectoryRemovesItsContents() {
    FileTree.Builder builder =
        tree().put("a/b/c", symlink("x")).put("a0", symlink("y")).put("b", symlink("z"));
    assertThat(Listing.of(builder.remove("a").remove("nothing").remove("b/c").build()))
        .containsExactly("a0 -> y", "b -> z");
  }

  @Test
  void removingBelowTheRootKeepsTheRoot() {
    FileTree tree =
        tree().put("", directory(0555)).put("a/b", symlink("x")).removeBelow("").build();
    assertThat(Listing.of(tree)).isEmpty();
    assertThat(tree.find("").orElseThrow().mode()).isEqualTo(0555);
  }

  @Test
  void theRootCannotBeRemovedOrReplacedByALink() {
    assertThatThrownBy(() -> tree().remove(""))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("the root can't be removed");
    assertThatThrownBy(() -> tree().put("", symlink("x")))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected the root to be a directory");
  }

  @Test
  void aBuiltTreeDoesNotChange() {
    FileTree.Builder builder = tree().put("a", symlink("x"));
    FileTree before = builder.build();
    builder.put("b", symlink("y"));
    assertThat(Listing.of(before)).containsExactly("a -> x");
    assertThatThrownBy(() -> before.entries().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void entriesAreFoundByPath() {
    FileTree tree = tree().put("b", symlink("x")).put("a", symlink("y")).build();
    assertThat(tree.indexOf("")).isZero();
    assertThat(tree.indexOf("b")).isEqualTo(2);
    assertThat(tree.indexOf("c")).isNegative();
    assertThat(tree.find("c")).isEmpty();
  }

  private static FileTree linked() {
    return tree()
        .put("usr/lib/libc.so", symlink("libc.so.6"))
        .put("usr/bin/sh", symlink("bash"))
        .put("lib", symlink("usr/lib"))
        .put("bin", symlink("/usr/bin"))
        .put("usr/lib64", symlink("../lib"))
        .put("opt/up", symlink("../../../usr"))
        .put("loop", symlink("loop"))
        .put("ping", symlink("pong"))
        .put("pong", symlink("ping"))
        .put("dangling", symlink("no/where"))
        .put("dot", symlink("./usr/./lib//"))
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "lib/libc.so, usr/lib/libc.so",
    "bin/sh, usr/bin/sh",
    "usr/lib64/libc.so, usr/lib/libc.so",
    "opt/up/lib/x, usr/lib/x",
    "usr/lib/libc.so, usr/lib/libc.so",
    "usr/lib/../bin/sh, usr/bin/sh",
    "../../bin/sh, usr/bin/sh",
    "dot/x, usr/lib/x",
    "lib, lib",
    "none/at/all, none/at/all",
    "lib/none/at/all, usr/lib/none/at/all",
    "dangling/x, no/where/x",
    "loop/x, loop/x",
    "ping/x, pong/x"
  })
  void symbolicLinksInDirectoriesAreFollowed(String path, String resolved) {
    assertThat(linked().resolveParents(path)).isIn(resolved, resolved.replace("pong", "ping"));
  }

  @Test
  void resolvingLinksThatMultiplyEnds() {
    FileTree.Builder builder = tree().put("l0/x", symlink("y"));
    for (int i = 1; i < 60; i++) {
      builder.put("l" + i, symlink("l" + (i - 1) + "/../l" + (i - 1)));
    }
    assertThat(builder.build().resolveParents("l59/x")).endsWith("/x");
  }

  @Test
  void pruningRemovesTheContentsButKeepsOtherHardLinks() {
    Inode both = symlink("both");
    FileTree tree = tree().put("a/b/c", both).put("ab", both).put("z", symlink("z")).build();
    assertThat(Listing.of(tree.without("a"::equals))).containsExactly("ab -> both", "z -> z");
    assertThat(Listing.of(tree.without("a/b/c"::equals)))
        .containsExactly("a/", "a/b/", "ab -> both", "z -> z");
    assertThat(Listing.of(tree.without(path -> false))).isEqualTo(Listing.of(tree));
  }

  @Test
  void aMappedTreeKeepsItsHardLinks() {
    Inode linked = symlink("x");
    FileTree tree = tree().put("a", linked).put("b/c", linked).put("d", symlink("x")).build();
    List<String> asked = new ArrayList<>();
    FileTree mapped =
        tree.map(
            (path, inode) -> {
              asked.add(path);
              return inode.with(7, inode.xattrs());
            });
    assertThat(asked).containsExactly("", "a", "b", "d");
    assertThat(Listing.of(mapped)).containsExactly("a -> x", "b/", "b/c == a", "d -> x");
    assertThat(mapped.find("b/c").orElseThrow().mtime()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0100644, 0644, 040000 | 0644})
  void anInodeKeepsOnlyPermissionBits(int mode) {
    assertThat(directory(mode).mode()).isEqualTo(0644);
  }

  @Test
  void anInodeThatIsNoDeviceHasNoDeviceNumbers() {
    Xattrs xattrs = Xattrs.of(Map.of("user.a", new byte[] {1}));
    Inode link = symlink("x").with(3, xattrs);
    assertThat(link.device()).isEqualTo(new Inode.Device(0, 0));
    assertThat(link.size()).isZero();
    assertThat(link.content()).isEmpty();
    assertThat(link.linkTarget()).isEqualTo("x");
    assertThat(link.xattrs()).isEqualTo(xattrs);
    assertThat(link.mtime()).isEqualTo(3);
  }
}
