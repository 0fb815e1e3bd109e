package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Digest;
import dev.varve.core.tar.Xattrs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeComparisonTest {
  private static FileTree.Builder tree() {
    return new FileTree.Builder();
  }

  private static Inode file(String content) {
    return file(0644, 0, 0, 0, Xattrs.EMPTY, content);
  }

  private static Inode file(
      int mode, long uid, long gid, long mtime, Xattrs xattrs, String content) {
    return Inode.file(mode, uid, gid, mtime, xattrs, new BytesContent(content.getBytes(UTF_8)));
  }

  private static Inode symlink(int mode, String target) {
    return Inode.symlink(mode, 0, 0, 0, Xattrs.EMPTY, target);
  }

  private static Inode device(Inode.Kind kind, int minor) {
    return Inode.special(kind, 0600, 0, 0, 0, Xattrs.EMPTY, new Inode.Device(1, minor));
  }

  private static List<String> compare(Inode left, Inode right) {
    return TreeComparison.differences(
        tree().put("d/f", left).build(), tree().put("d/f", right).build());
  }

  private static Xattrs xattrs(String name, int value) {
    return Xattrs.of(Map.of(name, new byte[] {(byte) value}));
  }

  @Test
  void treesWithTheSameFilesAreEqual() {
    assertThat(compare(file("x"), file("x"))).isEmpty();
    assertThat(TreeComparison.differences(tree().build(), tree().build())).isEmpty();
  }

  @Test
  void mtimesAreIgnored() {
    assertThat(compare(file("x"), file("x").with(99, Xattrs.EMPTY))).isEmpty();
  }

  @Test
  void mtimesAreComparedOnRequest() {
    FileTree left = tree().put("d", directory(1)).put("d/f", file("x")).build();
    FileTree right =
        tree().put("d", directory(2)).put("d/f", file("x").with(99, Xattrs.EMPTY)).build();
    assertThat(TreeComparison.differencesWithMtimes(left, right))
        .containsExactly(
            "/d: mtime 1 in the first, 2 in the second",
            "/d/f: mtime 0 in the first, 99 in the second");
    assertThat(TreeComparison.differencesWithMtimes(left, left)).isEmpty();
  }

  private static Inode directory(long mtime) {
    return Inode.directory(0755, 0, 0, mtime, Xattrs.EMPTY);
  }

  @Test
  void theModeOfASymbolicLinkIsIgnored() {
    assertThat(compare(symlink(0777, "x"), symlink(0, "x"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"security.selinux", "trusted.overlay.opaque", "trusted.x"})
  void attributesThatClientsSetAreIgnored(String name) {
    assertThat(TreeComparison.isClientXattr(name)).isTrue();
    assertThat(compare(file("x"), file("x").with(0, xattrs(name, 1)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"security.capability", "user.component", "security.ima", "system.posix_acl_access"})
  void otherAttributesAreCompared(String name) {
    assertThat(TreeComparison.isClientXattr(name)).isFalse();
    assertThat(compare(file("x"), file("x").with(0, xattrs(name, 1))))
        .containsExactly(
            "/d/f: extended attributes {} in the first, {" + name + "=01} in the second");
    assertThat(compare(file("x").with(0, xattrs(name, 1)), file("x").with(0, xattrs(name, 2))))
        .containsExactly(
            "/d/f: extended attributes {%s=01} in the first, {%s=02} in the second"
                .formatted(name, name));
  }

  @Test
  void aPathInOnlyOneTreeIsADifference() {
    FileTree left = tree().put("a", file("x")).put("c/d", file("x")).build();
    FileTree right = tree().put("b", file("x")).put("c/e", file("x")).build();
    assertThat(TreeComparison.differences(left, right))
        .containsExactly(
            "/a: only in the first",
            "/b: only in the second",
            "/c/d: only in the first",
            "/c/e: only in the second");
  }

  @Test
  void anotherKindIsADifference() {
    assertThat(compare(file("x"), symlink(0777, "x")))
        .containsExactly("/d/f: kind FILE in the first, SYMLINK in the second");
    assertThat(compare(device(Inode.Kind.BLOCK_DEVICE, 1), device(Inode.Kind.CHARACTER_DEVICE, 1)))
        .containsExactly("/d/f: kind BLOCK_DEVICE in the first, CHARACTER_DEVICE in the second");
  }

  @Test
  void modeOwnerAndSizeAreSeparateDifferences() {
    assertThat(
            compare(
                file(04755, 0, 0, 0, Xattrs.EMPTY, "x"), file(0755, 1, 2, 0, Xattrs.EMPTY, "xy")))
        .containsExactly(
            "/d/f: mode 4755 in the first, 755 in the second",
            "/d/f: owner 0:0 in the first, 1:2 in the second",
            "/d/f: size 1 in the first, 2 in the second");
  }

  @Test
  void contentOfTheSameSizeIsADifference() {
    assertThat(compare(file("x"), file("y")))
        .containsExactly(
            "/d/f: content %s in the first, %s in the second"
                .formatted(Digest.of(new byte[] {'x'}), Digest.of(new byte[] {'y'})));
  }

  @Test
  void anotherTargetOrDeviceIsADifference() {
    assertThat(compare(symlink(0777, "x"), symlink(0777, "x/")))
        .containsExactly("/d/f: link target x in the first, x/ in the second");
    assertThat(
            compare(device(Inode.Kind.CHARACTER_DEVICE, 3), device(Inode.Kind.CHARACTER_DEVICE, 5)))
        .containsExactly(
            "/d/f: device Device[major=1, minor=3] in the first, Device[major=1, minor=5] in the"
                + " second");
  }

  @Test
  void theRootIsCompared() {
    Inode root = Inode.directory(0555, 0, 0, 0, Xattrs.EMPTY);
    assertThat(TreeComparison.differences(tree().build(), tree().put("", root).build()))
        .containsExactly("/: mode 755 in the first, 555 in the second");
  }

  @Test
  void hardLinksAreComparedByTheirGroups() {
    Inode left = file("x");
    Inode one = file("x");
    Inode two = file("x");
    FileTree together = tree().put("a", left).put("b", left).put("c", left).build();
    FileTree apart = tree().put("a", one).put("b", two).put("c", two).build();
    assertThat(TreeComparison.differences(together, apart))
        .containsExactly(
            "/b: hard link of /a in the first, /b in the second",
            "/c: hard link of /a in the first, /b in the second");
    assertThat(TreeComparison.differences(apart, together))
        .containsExactly(
            "/b: hard link of /b in the first, /a in the second",
            "/c: hard link of /b in the first, /a in the second");
  }

  private static FileTree linked(String... groups) {
    FileTree.Builder tree = new FileTree.Builder();
    for (String group : groups) {
      Inode inode = Inode.file(0644, 0, 0, 0, Xattrs.EMPTY, new BytesContent(new byte[] {'x'}));
      for (String path : group.split(" ", -1)) {
        tree.put(path, inode);
      }
    }
    return tree.build();
  }

  @Test
  void hardLinksThatOstreeMadeOfEqualFilesAreNoDifference() {
    FileTree plain = linked("a", "b d", "c");
    FileTree ostree = linked("a b c d");
    assertThat(TreeComparison.compare(plain, ostree, false, TreeComparison.Ostree.SECOND))
        .isEqualTo(new TreeComparison.Outcome(List.of(), 3));
    assertThat(TreeComparison.compare(ostree, plain, false, TreeComparison.Ostree.FIRST))
        .isEqualTo(new TreeComparison.Outcome(List.of(), 3));
  }

  @Test
  void hardLinksThatOstreeDidNotMakeAreDifferences() {
    FileTree plain = linked("a", "b");
    FileTree joined = linked("a b");
    List<String> different = List.of("/b: hard link of /b in the first, /a in the second");
    assertThat(TreeComparison.compare(plain, joined, false, TreeComparison.Ostree.NEITHER))
        .isEqualTo(new TreeComparison.Outcome(different, 1));
    assertThat(TreeComparison.compare(plain, joined, false, TreeComparison.Ostree.FIRST))
        .isEqualTo(new TreeComparison.Outcome(different, 1));
  }

  @Test
  void brokenHardLinksAreDifferencesEvenFromOstree() {
    FileTree plain = linked("a", "b c");
    FileTree ostree = linked("a c", "b");
    assertThat(
            TreeComparison.compare(plain, ostree, false, TreeComparison.Ostree.SECOND)
                .differences())
        .containsExactly("/c: hard link of /b in the first, /a in the second");
  }
}
