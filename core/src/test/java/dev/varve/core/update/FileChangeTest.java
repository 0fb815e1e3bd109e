package dev.varve.core.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.Inode;
import dev.varve.core.tar.Xattrs;
import dev.varve.core.update.FileChange.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileChangeTest {
  private static final Inode FILE = file(0644, 0, 100, "old");

  private static Inode file(int mode, long uid, long mtime, String content) {
    return Inode.file(
        mode, uid, uid, mtime, Xattrs.EMPTY, new BytesContent(content.getBytes(UTF_8)));
  }

  private static Optional<FileChange> change(Inode before, Inode after) {
    return FileChange.between("etc/a", before, after, "etc/a", "etc/a");
  }

  @Test
  void anEqualFileHasNotChanged() {
    assertThat(change(FILE, file(0644, 0, 100, "old"))).isEmpty();
  }

  @Test
  void aChangedContentCountsWithItsNewSizeAndTheAttributesThatChangedWithIt() {
    assertThat(change(FILE, file(0644, 0, 100, "longer")))
        .contains(new FileChange("etc/a", Kind.CONTENT, 6, List.of()));
    assertThat(change(FILE, file(0755, 7, 101, "longer")))
        .contains(
            new FileChange(
                "etc/a",
                Kind.CONTENT,
                6,
                List.of(
                    "mode 644 → 755",
                    "owner 0:0 → 7:7",
                    "mtime 1970-01-01T00:01:40Z → 1970-01-01T00:01:41Z")));
  }

  @Test
  void attributesAloneAreWithoutBytes() {
    assertThat(change(FILE, file(0600, 0, 100, "old")))
        .contains(new FileChange("etc/a", Kind.ATTRIBUTES, 0, List.of("mode 644 → 600")));
  }

  @Test
  void extendedAttributesAreNamedWithoutTheirValues() {
    Inode before = FILE.with(100, Xattrs.of(Map.of("user.a", bytes("1"), "user.b", bytes("1"))));
    Inode after = FILE.with(100, Xattrs.of(Map.of("user.b", bytes("2"), "user.c", bytes("1"))));
    assertThat(change(before, after))
        .contains(
            new FileChange(
                "etc/a",
                Kind.ATTRIBUTES,
                0,
                List.of("without user.a", "other user.b", "new user.c")));
  }

  @Test
  void theTargetOfALinkIsItsContent() {
    Inode before = Inode.symlink(0777, 0, 0, 0, Xattrs.EMPTY, "x");
    assertThat(change(before, Inode.symlink(0644, 0, 0, 0, Xattrs.EMPTY, "y")))
        .contains(new FileChange("etc/a", Kind.CONTENT, 0, List.of("target x → y")));
  }

  @Test
  void aFileThatBecomesALinkIsAnotherContent() {
    assertThat(change(FILE, Inode.symlink(0777, 0, 0, 100, Xattrs.EMPTY, "y")))
        .contains(new FileChange("etc/a", Kind.CONTENT, 0, List.of("kind FILE → SYMLINK")));
  }

  @Test
  void aFileThatBecomesAHardLinkChangesItsAttributes() {
    assertThat(FileChange.between("etc/b", FILE, FILE, "etc/b", "etc/a"))
        .contains(
            new FileChange("etc/b", Kind.ATTRIBUTES, 0, List.of("hard link of /etc/b → /etc/a")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
