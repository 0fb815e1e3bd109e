package dev.varve.core.packages;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.TreeComparison;
import java.util.OptionalLong;

/**
 * Gives every file the mtime that the next build will give it, too, and drops the extended
 * attributes that clients set themselves. A file with its package's content gets the package's
 * mtime; any other its own, but none after the clamp. Directories always get the clamp: a
 * directory's mtime says when a name in it came or went, so it would change every layer that has a
 * file below it.
 *
 * <p>Where a client checks mtimes, files keep theirs ({@link #ofDirectories}).
 */
public final class StableTimes {
  private StableTimes() {}

  /**
   * The same files with stable times.
   *
   * @param clamp in seconds since the epoch, the same for all builds of a series
   */
  public static FileTree apply(FileTree tree, PackageIndex packages, long clamp) {
    return tree.map(
        (path, inode) ->
            inode.with(
                mtime(inode, packages.shippedMtime(tree.indexOf(path)), clamp),
                inode.xattrs().without(TreeComparison::isClientXattr)));
  }

  /** The same files with their own times, without the attributes that clients set themselves. */
  public static FileTree none(FileTree tree) {
    return tree.map(
        (path, inode) ->
            inode.with(inode.mtime(), inode.xattrs().without(TreeComparison::isClientXattr)));
  }

  /**
   * The same files with their own times, and stable ones of the directories.
   *
   * @param clamp as for {@link #apply}
   */
  public static FileTree ofDirectories(FileTree tree, long clamp) {
    return tree.map(
        (path, inode) -> inode.isDirectory() ? inode.with(clamp, inode.xattrs()) : inode);
  }

  private static long mtime(Inode inode, OptionalLong shipped, long clamp) {
    if (inode.isDirectory()) {
      return clamp;
    }
    return shipped.orElse(Math.min(inode.mtime(), clamp));
  }
}
