package dev.varve.core.plan;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.image.Digest;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Files that change together, as one piece to the planner.
 *
 * @param name the same in every build, such as {@code rpm:bash}
 * @param entries its paths, in the tree's order; none is a directory, unless all are
 * @param size bytes of content, each hard-linked file counted once, and of headers
 * @param hash of all that a layer carries of it; equal hashes are equal bytes
 * @param changelogTimes when its makers changed it, in seconds since the epoch; may be empty
 * @param interval the days between its updates, where the image's author said so
 * @param dedicated whether it must have a layer to itself
 */
public record Component(
    String name,
    List<FileTree.Entry> entries,
    long size,
    Digest hash,
    List<Long> changelogTimes,
    OptionalDouble interval,
    boolean dedicated) {

  /** The name of the component of all directories that no file brings along. */
  public static final String DIRECTORIES = "directories";

  /**
   * The name of the component of all directories with their own mtimes, in an image that preserves
   * them. Its layer lies on top, since the directories in the layers below have stable times.
   */
  public static final String DIRECTORY_MTIMES = "directory-mtimes";

  /** The name under which a state lists a layer that was appended to an image after its plan. */
  public static final String APPENDED = "appended";

  /** Freezes the lists. */
  public Component {
    entries = List.copyOf(entries);
    changelogTimes = List.copyOf(changelogTimes);
  }
}
