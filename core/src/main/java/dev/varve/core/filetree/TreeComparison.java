package dev.varve.core.filetree;

import dev.varve.core.tar.Xattrs;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Whether two trees are the same to whoever boots them: all but the extended attributes that a
 * client sets itself (see {@link #isClientXattr}), and but mtimes, unless these are asked for.
 */
public final class TreeComparison {
  private final FileTree left;
  private final FileTree right;
  private final boolean mtimes;
  private final List<String> differences = new ArrayList<>();

  /** The first names of hard-linked files, by which the same links on both sides are known. */
  private final IdentityHashMap<Inode, String> leftNames = new IdentityHashMap<>();

  private final IdentityHashMap<Inode, String> rightNames = new IdentityHashMap<>();

  private TreeComparison(FileTree left, FileTree right, boolean mtimes) {
    this.left = left;
    this.right = right;
    this.mtimes = mtimes;
  }

  /** Whether clients label or set this attribute on their own, so that images don't carry it. */
  public static boolean isClientXattr(String name) {
    return name.equals("security.selinux") || name.startsWith("trusted.");
  }

  /**
   * Compares two trees, whatever their mtimes.
   *
   * @return one line for each difference, by path; empty when the trees are equal
   */
  public static List<String> differences(FileTree left, FileTree right) {
    return new TreeComparison(left, right, false).compare();
  }

  /**
   * Compares two trees and their mtimes, in seconds.
   *
   * @return as {@link #differences}
   */
  public static List<String> differencesWithMtimes(FileTree left, FileTree right) {
    return new TreeComparison(left, right, true).compare();
  }

  private List<String> compare() {
    List<FileTree.Entry> a = left.entries();
    List<FileTree.Entry> b = right.entries();
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      int order =
          i == a.size() ? 1 : j == b.size() ? -1 : a.get(i).path().compareTo(b.get(j).path());
      if (order < 0) {
        differences.add("/" + a.get(i++).path() + ": only in the first");
      } else if (order > 0) {
        differences.add("/" + b.get(j++).path() + ": only in the second");
      } else {
        compare(a.get(i).path(), a.get(i++).inode(), b.get(j++).inode());
      }
    }
    return List.copyOf(differences);
  }

  private void compare(String path, Inode a, Inode b) {
    if (a.kind() != b.kind()) {
      differ(path, "kind", a.kind(), b.kind());
      return;
    }
    if (a.kind() != Inode.Kind.SYMLINK && a.mode() != b.mode()) {
      differ(path, "mode", Integer.toOctalString(a.mode()), Integer.toOctalString(b.mode()));
    }
    if (a.uid() != b.uid() || a.gid() != b.gid()) {
      differ(path, "owner", a.uid() + ":" + a.gid(), b.uid() + ":" + b.gid());
    }
    if (mtimes && a.mtime() != b.mtime()) {
      differ(path, "mtime", a.mtime(), b.mtime());
    }
    if (!a.linkTarget().equals(b.linkTarget())) {
      differ(path, "link target", a.linkTarget(), b.linkTarget());
    }
    if (!a.device().equals(b.device())) {
      differ(path, "device", a.device(), b.device());
    }
    if (a.size() != b.size()) {
      differ(path, "size", a.size(), b.size());
    } else if (!digest(a).equals(digest(b))) {
      differ(path, "content", digest(a), digest(b));
    }
    Xattrs xa = a.xattrs().without(TreeComparison::isClientXattr);
    Xattrs xb = b.xattrs().without(TreeComparison::isClientXattr);
    if (!xa.equals(xb)) {
      differ(path, "extended attributes", xa, xb);
    }
    if (!a.isDirectory()) {
      String nameA = leftNames.computeIfAbsent(a, inode -> path);
      String nameB = rightNames.computeIfAbsent(b, inode -> path);
      if (!nameA.equals(nameB)) {
        differ(path, "hard link of", "/" + nameA, "/" + nameB);
      }
    }
  }

  private static String digest(Inode inode) {
    return inode.content().map(content -> content.digest().toString()).orElse("");
  }

  private void differ(String path, String what, Object a, Object b) {
    differences.add("/" + path + ": " + what + " " + a + " in the first, " + b + " in the second");
  }
}
