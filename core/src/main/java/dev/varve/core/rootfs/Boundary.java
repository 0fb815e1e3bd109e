package dev.varve.core.rootfs;

import java.nio.file.Path;
import java.util.List;

/**
 * The limits of reading a directory.
 *
 * @param oneFileSystem whether mounts below the directory are left out; mount points are kept as
 *     empty directories
 * @param leftOut files and directories that do not belong to the image, such as output of the same
 *     run; they may be elsewhere or missing
 */
public record Boundary(boolean oneFileSystem, List<Path> leftOut) {
  /** Leaves out mounts only. */
  public static final Boundary DEFAULT = new Boundary(true, List.of());

  /** Copies the list. */
  public Boundary {
    leftOut = List.copyOf(leftOut);
  }
}
