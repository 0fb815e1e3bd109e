package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Lists the entries of a tree for tests, one line for each entry but the root: {@code usr/}, {@code
 * usr/a = content}, {@code usr/b -> target}, {@code usr/c == usr/a} for a hard link, {@code
 * dev/null CHARACTER_DEVICE 1:3}.
 */
final class Listing {
  private Listing() {}

  static List<String> of(FileTree tree) {
    IdentityHashMap<Inode, String> first = new IdentityHashMap<>();
    List<String> lines = new ArrayList<>();
    for (FileTree.Entry entry : tree.entries()) {
      Inode inode = entry.inode();
      String linked = inode.isDirectory() ? null : first.putIfAbsent(inode, entry.path());
      if (linked != null) {
        lines.add(entry.path() + " == " + linked);
      } else if (!entry.path().isEmpty()) {
        lines.add(line(entry.path(), inode));
      }
    }
    return lines;
  }

  private static String line(String path, Inode inode) {
    return switch (inode.kind()) {
      case DIRECTORY -> path + "/";
      case FILE -> path + " = " + content(inode);
      case SYMLINK -> path + " -> " + inode.linkTarget();
      default ->
          path + " " + inode.kind() + " " + inode.device().major() + ":" + inode.device().minor();
    };
  }

  static String content(Inode inode) {
    try (InputStream in = inode.content().orElseThrow().open()) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
