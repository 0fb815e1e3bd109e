package dev.varve.core.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class CompiledPythonTest {
  private static final String A = "usr/lib/__pycache__/a.cpython-312.pyc";
  private static final String B = "usr/lib/__pycache__/b.cpython-312.pyc";
  private static final long BUILT = 1_700_000_000L;

  private static Inode file(Content content, long mtime) {
    return Inode.file(0644, 0, 0, mtime, Xattrs.EMPTY, content);
  }

  private static Inode source(String text, long mtime) {
    return file(new BytesContent(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)), mtime);
  }

  /** A module of a source of four bytes. */
  private static Inode module() {
    return file(
        new BytesContent(
            ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0xCB, 0x0D, '\r', '\n'})
                .putInt(0)
                .putInt((int) BUILT)
                .putInt(4)
                .putLong(42)
                .array()),
        BUILT);
  }

  /** Two sources with one module, by a hard link. */
  private static FileTree linked(Inode module, Inode a, Inode b) {
    FileTree.Builder tree = new FileTree.Builder();
    tree.put("usr/lib/a.py", a);
    tree.put("usr/lib/b.py", b);
    tree.put(A, module);
    tree.put(B, module);
    return tree.build();
  }

  private static OptionalLong recorded(FileTree tree, String path) throws IOException {
    return CompiledPython.recordedTime(tree.find(path).flatMap(Inode::content).orElseThrow());
  }

  private static FileTree repaired(long timeOfA, Inode builtB, long timeOfB, List<String> left)
      throws IOException {
    Inode module = module();
    FileTree built = linked(module, source("pass", BUILT), builtB);
    FileTree stored = linked(module, source("pass", timeOfA), source("else", timeOfB));
    FileTree repaired = CompiledPython.repaired(stored, built, left::add);
    assertThat(repaired.find(A).orElseThrow()).isSameAs(repaired.find(B).orElseThrow());
    return repaired;
  }

  @Test
  void aModuleOfTwoSourcesIsRepairedIfTheyHaveTheSameTime() throws IOException {
    List<String> left = new ArrayList<>();
    FileTree tree = repaired(1000, source("else", BUILT), 1000, left);
    assertThat(recorded(tree, A)).hasValue(1000);
    assertThat(recorded(tree, B)).hasValue(1000);
    assertThat(left).isEmpty();
  }

  @Test
  void aModuleOfTwoSourcesStaysAsItIsIfTheyHaveDifferentTimes() throws IOException {
    List<String> left = new ArrayList<>();
    FileTree tree = repaired(1000, source("else", BUILT), 2000, left);
    assertThat(recorded(tree, A)).hasValue(BUILT);
    assertThat(left).containsExactly(A, B);
  }

  @Test
  void aModuleStaysAsItIsIfOneOfTheSourcesNeedsItSo() throws IOException {
    List<String> left = new ArrayList<>();
    FileTree tree = repaired(BUILT, source("else", BUILT), 2000, left);
    assertThat(recorded(tree, B)).hasValue(BUILT);
    assertThat(left).containsExactly(A, B);
  }

  /** Python ignores the module for a source of another size, and must not begin to use it. */
  @Test
  void aModuleIsNotMadeToLookValidForAnotherSource() throws IOException {
    List<String> left = new ArrayList<>();
    FileTree tree = repaired(1000, source("longer", BUILT), 1000, left);
    assertThat(recorded(tree, A)).hasValue(BUILT);
    assertThat(left).containsExactly(A, B);
  }
}
