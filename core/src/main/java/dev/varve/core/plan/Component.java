package dev.varve.core.plan;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.image.Digest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Files that change together; the planner's unit.
 *
 * @param name a name that is the same in every build, such as {@code rpm:bash}
 * @param entries the component's paths, in the tree's order; either all or none are directories
 * @param size the bytes of contents and headers; a file with hard links counts once
 * @param hash the digest of everything that a layer stores of the component; equal hashes mean
 *     equal bytes
 * @param changelogTimes the dates of changes in the packages' changelogs, in seconds since the
 *     epoch; may be empty
 * @param interval the days between updates, if the image's author has set it
 * @param dedicated whether the component must have its own layer
 * @param source what the component's packages were built from, if all have one source; packages of
 *     one source change together. Empty if unknown, and for RPM's packages, whose changelogs say it
 * @param times the files' mtimes, if a later build could have the same files with other mtimes
 */
public record Component(
    String name,
    List<FileTree.Entry> entries,
    long size,
    Digest hash,
    List<Long> changelogTimes,
    OptionalDouble interval,
    boolean dedicated,
    String source,
    Optional<FileTimes> times) {

  /** The name of the component of all directories without files below them. */
  public static final String DIRECTORIES = "directories";

  /**
   * The name of the component of all directories with their own mtimes, in an image that preserves
   * mtimes. Its layer is the top one, because the directories in the other layers have stable
   * times.
   */
  public static final String DIRECTORY_MTIMES = "directory-mtimes";

  /** The component name in a state for a layer that was appended to an image without a plan. */
  public static final String APPENDED = "appended";

  /** Copies the lists. */
  public Component {
    entries = List.copyOf(entries);
    changelogTimes = List.copyOf(changelogTimes);
  }

  /** Creates a component without a source, whose files have the same mtimes in all builds. */
  public Component(
      String name,
      List<FileTree.Entry> entries,
      long size,
      Digest hash,
      List<Long> changelogTimes,
      OptionalDouble interval,
      boolean dedicated) {
    this(name, entries, size, hash, changelogTimes, interval, dedicated, "", Optional.empty());
  }

  /**
   * Returns the name of what the component changes with: its source if no more than one change of
   * it is known, otherwise the component's own.
   */
  String changesWith() {
    return source.isEmpty() || changelogTimes.size() > 1 ? name : "source:" + source;
  }
}
