package dev.varve.core.rootfs;

import java.nio.file.Path;
import java.util.List;

/**
 * How far reading a directory goes.
 *
 * @param oneFileSystem whether what is mounted below the directory is left out; a directory that
 *     something is mounted on stays, empty
 * @param leftOut files and directories that are not the directory's own, such as those that the
 *     same run writes; they need not be below it, nor be there
 */
public record Boundary(boolean oneFileSystem, List<Path> leftOut) {
  /** All but mounts. */
  public static final Boundary DEFAULT = new Boundary(true, List.of());

  /** Freezes the list. */
  public Boundary {
    leftOut = List.copyOf(leftOut);
  }
}
