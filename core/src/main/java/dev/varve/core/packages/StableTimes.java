package dev.varve.core.packages;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.TreeComparison;

/**
 * Replaces mtimes by times that stay the same in later builds, and drops the extended attributes
 * that clients set themselves. A file with the content that its package shipped gets the package's
 * mtime; any other file keeps its own, but at most the clamp. A package whose database knows no
 * mtimes keeps those that its files have, which the package manager took from the package; the
 * mtime of a Python module must not be clamped, for its compiled form repeats it. Directories
 * always get the clamp: a directory's mtime changes with every name that is added or removed, which
 * would change every layer with a file below it.
 *
 * <p>If a client checks mtimes, files keep theirs ({@link #ofDirectories}).
 */
public final class StableTimes {
  private StableTimes() {}

  /**
   * Returns a copy of the tree with stable times.
   *
   * @param clamp in seconds since the epoch, the same for all builds of a series
   */
  public static FileTree apply(FileTree tree, PackageIndex packages, long clamp) {
    return tree.map(
        (path, inode) ->
            inode.with(
                mtime(inode, packages, tree.indexOf(path), clamp),
                inode.xattrs().without(TreeComparison::isClientXattr)));
  }

  /** Returns a copy of the tree with its own times, without the attributes that clients set. */
  public static FileTree none(FileTree tree) {
    return tree.map(
        (path, inode) ->
            inode.with(inode.mtime(), inode.xattrs().without(TreeComparison::isClientXattr)));
  }

  /**
   * Returns a copy of the tree where files keep their times and directories get stable ones.
   *
   * @param clamp as for {@link #apply}
   */
  public static FileTree ofDirectories(FileTree tree, long clamp) {
    return tree.map(
        (path, inode) -> inode.isDirectory() ? inode.with(clamp, inode.xattrs()) : inode);
  }

  private static long mtime(Inode inode, PackageIndex packages, int entry, long clamp) {
    if (inode.isDirectory()) {
      return clamp;
    }
    return packages.isUntimed(entry)
        ? inode.mtime()
        : packages.shippedMtime(entry).orElse(Math.min(inode.mtime(), clamp));
  }
}
