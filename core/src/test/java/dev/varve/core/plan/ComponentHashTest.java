package dev.varve.core.plan;

import static dev.varve.core.plan.TestTree.content;
import static dev.varve.core.plan.TestTree.xattrs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.tar.Xattrs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComponentHashTest {
  private static final Inode PLAIN = file(0644, 1, 2, 3, Xattrs.EMPTY, "text");

  @Test
  void theHashCoversEveryAttributeThatALayerStores() {
    Map<String, List<FileTree.Entry>> components = new LinkedHashMap<>();
    components.put("plain", List.of(entry("etc/a", PLAIN)));
    components.put("path", List.of(entry("etc/b", PLAIN)));
    components.put("mode", one(file(04644, 1, 2, 3, Xattrs.EMPTY, "text")));
    components.put("uid", one(file(0644, 9, 2, 3, Xattrs.EMPTY, "text")));
    components.put("gid", one(file(0644, 1, 9, 3, Xattrs.EMPTY, "text")));
    components.put("mtime", one(file(0644, 1, 2, 9, Xattrs.EMPTY, "text")));
    components.put("content", one(file(0644, 1, 2, 3, Xattrs.EMPTY, "next")));
    components.put("xattr", one(file(0644, 1, 2, 3, xattrs("user.a", "b"), "text")));
    components.put("value", one(file(0644, 1, 2, 3, xattrs("user.a", "c"), "text")));
    components.put("name", one(file(0644, 1, 2, 3, xattrs("user.b", "b"), "text")));
    components.put("kind", one(Inode.directory(0644, 1, 2, 3, Xattrs.EMPTY)));
    components.put("device", one(device(Inode.Kind.CHARACTER_DEVICE, 1, 2)));
    components.put("major", one(device(Inode.Kind.CHARACTER_DEVICE, 2, 2)));
    components.put("minor", one(device(Inode.Kind.CHARACTER_DEVICE, 1, 1)));
    components.put("block device", one(device(Inode.Kind.BLOCK_DEVICE, 1, 2)));
    components.put("link", one(Inode.symlink(0777, 1, 2, 3, Xattrs.EMPTY, "text")));
    components.put("target", one(Inode.symlink(0777, 1, 2, 3, Xattrs.EMPTY, "next")));
    components.put("two", List.of(entry("etc/a", PLAIN), entry("etc/b", twin())));
    components.put("hard link", List.of(entry("etc/a", PLAIN), entry("etc/b", PLAIN)));

    assertThat(components.values().stream().map(ComponentHash::of)).doesNotHaveDuplicates();
  }

  @Test
  void theHashIgnoresOtherAttributes() {
    assertThat(ComponentHash.of(one(twin()))).isEqualTo(ComponentHash.of(one(PLAIN)));
    assertThat(ComponentHash.of(one(file(0100644, 1, 2, 3, Xattrs.EMPTY, "text"))))
        .isEqualTo(ComponentHash.of(one(PLAIN)));
    assertThat(ComponentHash.of(one(Inode.symlink(0700, 1, 2, 3, Xattrs.EMPTY, "text"))))
        .as("layers give every symbolic link mode 0777")
        .isEqualTo(ComponentHash.of(one(Inode.symlink(0777, 1, 2, 3, Xattrs.EMPTY, "text"))));
  }

  @Test
  void theHashCoversWhichNamesAreHardLinked() {
    Inode other = twin();

    assertThat(ComponentHash.of(List.of(entry("a", PLAIN), entry("b", other), entry("c", PLAIN))))
        .isNotEqualTo(
            ComponentHash.of(List.of(entry("a", PLAIN), entry("b", other), entry("c", other))));
  }

  @Test
  void fieldsAreSeparated() {
    assertThat(ComponentHash.of(one(file(0644, 1, 2, 3, xattrs("user.ab", "c"), "text"))))
        .isNotEqualTo(ComponentHash.of(one(file(0644, 1, 2, 3, xattrs("user.a", "bc"), "text"))));
    assertThat(ComponentHash.of(one(Inode.symlink(0777, 1, 2, 3, Xattrs.EMPTY, "1:x"))))
        .isNotEqualTo(ComponentHash.of(one(Inode.symlink(0777, 1, 2, 3, Xattrs.EMPTY, "x"))));
  }

  @Test
  void theHashCoversNamesThatAreNotUtf8() {
    assertThat(ComponentHash.of(List.of(entry("a\uDCE9", PLAIN))))
        .isNotEqualTo(ComponentHash.of(List.of(entry("a\uDCEA", PLAIN))));
  }

  @Test
  void theHashNeverChanges() {
    // With another value, Varve would recognize no layer of an image published before.
    assertThat(ComponentHash.of(one(PLAIN)).hex())
        .isEqualTo("7dee5f7eb67988e11cb1728150efd8291c80a8aa4a92e49ac25807715a5e40a1");
  }

  private static Inode twin() {
    return file(0644, 1, 2, 3, Xattrs.EMPTY, "text");
  }

  private static Inode file(
      int mode, long uid, long gid, long mtime, Xattrs xattrs, String content) {
    return Inode.file(mode, uid, gid, mtime, xattrs, content(content));
  }

  private static Inode device(Inode.Kind kind, int major, int minor) {
    return Inode.special(kind, 0644, 1, 2, 3, Xattrs.EMPTY, new Inode.Device(major, minor));
  }

  private static List<FileTree.Entry> one(Inode inode) {
    return List.of(entry("etc/a", inode));
  }

  private static FileTree.Entry entry(String path, Inode inode) {
    return new FileTree.Entry(path, inode);
  }
}
