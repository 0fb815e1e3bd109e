package dev.varve.core.update;

import java.util.List;

/**
 * What changed in a component.
 *
 * @param name the component
 * @param reason why its files changed
 * @param files the paths that changed, largest first
 * @param unchanged the number of the component's other paths
 */
public record ComponentCause(String name, Reason reason, List<FileChange> files, int unchanged) {
  /** Copies the list. */
  public ComponentCause {
    files = List.copyOf(files);
  }

  /** Why the files of a component changed. */
  public enum Reason {
    /** The component is a package with another version than before, or a new one. */
    VERSION,
    /** The component is a package of the same version as before: the build changed its files. */
    SAME_VERSION,
    /** The component is no package: the build generated or copied its files. */
    BUILD
  }

  /** The size of the changed contents in bytes. */
  public long bytes() {
    return files.stream().mapToLong(FileChange::bytes).sum();
  }
}
