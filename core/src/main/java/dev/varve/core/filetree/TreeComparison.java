package dev.varve.core.filetree;

import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Compares two trees in everything that matters to a booted system: all except the extended
 * attributes that a client sets itself (see {@link #isClientXattr}), and mtimes, which are compared
 * on request.
 */
public final class TreeComparison {
  private final FileTree left;
  private final FileTree right;
  private final boolean mtimes;
  private final Ostree ostree;
  private final List<String> differences = new ArrayList<>();
  private int joined;

  /** The first path of each inode, to match hard links of both sides. */
  private final IdentityHashMap<Inode, String> leftNames = new IdentityHashMap<>();

  private final IdentityHashMap<Inode, String> rightNames = new IdentityHashMap<>();

  /** For each inode, the other side's inode at the same path where it was first seen. */
  private final IdentityHashMap<Inode, Inode> rightOf = new IdentityHashMap<>();

  private final IdentityHashMap<Inode, Inode> leftOf = new IdentityHashMap<>();

  private TreeComparison(FileTree left, FileTree right, boolean mtimes, Ostree ostree) {
    this.left = left;
    this.right = right;
    this.mtimes = mtimes;
    this.ostree = ostree;
  }

  /**
   * Which of two trees comes from an OSTree repository. OSTree stores files that are equal in mode,
   * owner, attributes and content once, and makes them hard links.
   */
  public enum Ostree {
    /** Neither. */
    NEITHER,
    /** The first. */
    FIRST,
    /** The second. */
    SECOND,
    /** Both. */
    BOTH
  }

  /**
   * The result of a comparison.
   *
   * @param differences one line for each difference, by path; empty if the trees are equal
   * @param joined the number of paths that are hard links to equal files in only one of the trees;
   *     unless this tree is OSTree's, they are differences too
   */
  public record Outcome(List<String> differences, int joined) {}

  /**
   * The result of a comparison of two images.
   *
   * @param first the files of the first image, as a plain image
   * @param ostree which of the images are OSTree-encapsulated
   * @param outcome the result for the plain images
   */
  public record OfImages(FileTree first, Ostree ostree, Outcome outcome) {}

  /**
   * Compares the files of two images; an OSTree-encapsulated image is compared as a plain one.
   *
   * @param mtimes whether mtimes count, in seconds
   */
  public static OfImages ofImages(FileTree first, FileTree second, boolean mtimes)
      throws IOException {
    FileTree plain = OstreeRepository.plain(first);
    Ostree ostree = ostree(OstreeRepository.isIn(first), OstreeRepository.isIn(second));
    return new OfImages(
        plain, ostree, compare(plain, OstreeRepository.plain(second), mtimes, ostree));
  }

  private static Ostree ostree(boolean first, boolean second) {
    if (first) {
      return second ? Ostree.BOTH : Ostree.FIRST;
    }
    return second ? Ostree.SECOND : Ostree.NEITHER;
  }

  /** Returns whether clients set this attribute themselves; images don't store it. */
  public static boolean isClientXattr(String name) {
    return name.equals("security.selinux") || name.startsWith("trusted.");
  }

  /**
   * Compares two trees without their mtimes.
   *
   * @return one line for each difference, by path; empty if the trees are equal
   */
  public static List<String> differences(FileTree left, FileTree right) {
    return compare(left, right, false, Ostree.NEITHER).differences();
  }

  /**
   * Compares two trees and their mtimes, in seconds.
   *
   * @return as {@link #differences}
   */
  public static List<String> differencesWithMtimes(FileTree left, FileTree right) {
    return compare(left, right, true, Ostree.NEITHER).differences();
  }

  /**
   * Compares two trees.
   *
   * @param mtimes whether mtimes count, in seconds
   * @param ostree which of them may have equal files as hard links
   */
  public static Outcome compare(FileTree left, FileTree right, boolean mtimes, Ostree ostree) {
    TreeComparison comparison = new TreeComparison(left, right, mtimes, ostree);
    return new Outcome(comparison.compare(), comparison.joined);
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
      compareLinks(path, a, b);
    }
  }

  private void compareLinks(String path, Inode a, Inode b) {
    String nameA = leftNames.computeIfAbsent(a, inode -> path);
    String nameB = rightNames.computeIfAbsent(b, inode -> path);
    boolean secondKeeps = rightOf.computeIfAbsent(a, inode -> b) == b;
    boolean firstKeeps = leftOf.computeIfAbsent(b, inode -> a) == a;
    if (nameA.equals(nameB)) {
      return;
    }
    // One file on one side is one file on the other side too, but with further paths there.
    boolean secondJoins = secondKeeps && !firstKeeps;
    boolean firstJoins = firstKeeps && !secondKeeps;
    joined += secondJoins || firstJoins ? 1 : 0;
    boolean explained =
        (secondJoins && (ostree == Ostree.SECOND || ostree == Ostree.BOTH))
            || (firstJoins && (ostree == Ostree.FIRST || ostree == Ostree.BOTH));
    if (!explained) {
      differ(path, "hard link of", "/" + nameA, "/" + nameB);
    }
  }

  private static String digest(Inode inode) {
    return inode.content().map(content -> content.digest().toString()).orElse("");
  }

  private void differ(String path, String what, Object a, Object b) {
    differences.add("/" + path + ": " + what + " " + a + " in the first, " + b + " in the second");
  }
}
