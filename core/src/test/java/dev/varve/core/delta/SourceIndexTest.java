package dev.varve.core.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.delta.SourceIndex.OldFile;
import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.tar.Xattrs;
import org.junit.jupiter.api.Test;

class SourceIndexTest {
  private static SourceIndex index(String... paths) {
    FileTree.Builder tree = new FileTree.Builder();
    for (String path : paths) {
      tree.put(
          path, Inode.file(0644, 0, 0, 0, Xattrs.EMPTY, new BytesContent(new byte[] {1, 2, 3})));
    }
    return new SourceIndex(tree.build());
  }

  @Test
  void aFileOfAnotherVersionIsSimilar() {
    assertThat(index("usr/lib/libx-1.2.so").similar("usr/lib/libx-1.10.1.so", 5))
        .map(OldFile::path)
        .contains("usr/lib/libx-1.2.so");
  }

  @Test
  void aPathMayBeOneLongVersion() {
    String dots = "1.".repeat(2000);
    assertThat(index("usr/lib/" + dots + "so").similar("usr/lib/1." + dots + "so", 5))
        .map(OldFile::path)
        .contains("usr/lib/" + dots + "so");
  }
}
