package dev.varve.runner.container;

import dev.varve.core.bytes.NameList;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepResult;
import dev.varve.core.process.StepRunner;
import dev.varve.runner.Elevation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A tree that the tool's first script cleans up. The script ignores errors and exits with 0. When
 * it moves a file, it removes the file even if the copy has failed. Varve therefore checks that
 * files are removed, and that moved files are at their new paths.
 */
final class PrunedTree {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** The number of paths in a message. */
  private static final int MOST = 3;

  private static final String CONFIGURATION = "/etc/";
  private static final String DEFAULTS = "/usr/etc/";
  private static final String LIBRARIES = "/var/lib/";

  /** Paths that are moved, or removed with all content. */
  private static final List<String> GONE =
      List.of(
          "/etc",
          "/.dockerenv",
          "/usr/lib/.build-id",
          "/usr/etc/.pwd.lock",
          "/usr/etc/passwd-",
          "/usr/etc/group-",
          "/usr/etc/shadow-",
          "/usr/etc/gshadow-",
          "/usr/etc/subuid-",
          "/usr/etc/subgid-");

  /** Directories of which all content is removed. */
  private static final List<String> EMPTY =
      List.of("/var", "/run", "/tmp", "/proc", "/sys", "/dev", "/boot", "/sysroot", "/ostree");

  private final String mount;
  private final Elevation root;
  private final StepRunner steps;
  private final List<String> moved;

  /** Paths that are removed in /etc, and existed in /usr/etc before the script. */
  private final List<String> defaults;

  /**
   * Reads a tree before the script runs.
   *
   * @param mount the path of the tree
   */
  PrunedTree(String mount, Elevation root, StepRunner steps) throws IOException {
    this.mount = mount;
    this.root = root;
    this.steps = steps;
    List<String> files = find(List.of("/etc", "/var", "/usr/etc"), "-mindepth");
    this.defaults = files.stream().filter(GONE::contains).toList();
    this.moved =
        files.stream()
            .map(PrunedTree::place)
            .filter(path -> !GONE.contains(path))
            .distinct()
            .toList();
  }

  /** Returns the path to which the script moves a path of /etc, /usr/etc or /var. */
  private static String place(String path) {
    if (path.startsWith(DEFAULTS)) {
      return path; // by way of /etc
    }
    if (path.startsWith(CONFIGURATION)) {
      return "/usr" + path;
    }
    return path.startsWith(LIBRARIES)
        ? "/usr/lib/" + path.substring(LIBRARIES.length())
        : "/usr/share/factory" + path;
  }

  /**
   * Checks the tree after the script.
   *
   * @param script the script's result
   * @throws IOException if a path is left, or lost; the message has some of the paths, and the
   *     script's output
   */
  void require(StepResult script) throws IOException {
    List<String> left = new ArrayList<>(find(GONE, "-maxdepth"));
    left.removeAll(defaults);
    left.addAll(find(EMPTY, "-mindepth"));
    if (!left.isEmpty()) {
      throw failure(script, "left " + some(left) + " in the tree, which it should remove");
    }
    List<String> lost = lost();
    if (!lost.isEmpty()) {
      throw failure(script, "lost " + some(lost) + ", which it should move");
    }
  }

  private List<String> lost() throws IOException {
    if (moved.isEmpty()) {
      return List.of();
    }
    Set<String> found =
        new HashSet<>(find(List.of("/usr/etc", "/usr/lib", "/usr/share/factory/var"), "-mindepth"));
    // Only the content of /var/lib is moved, not the directory.
    return moved.stream()
        .filter(path -> !found.contains(path) && !path.equals("/usr/share/factory/var/lib"))
        .toList();
  }

  private static IOException failure(StepResult script, String problem) {
    return KnownFailures.explain(script.failure("it exited with 0, but " + problem));
  }

  private static String some(List<String> paths) {
    return NameList.first(MOST, paths);
  }

  /**
   * Returns those of the paths that exist, by {@code -maxdepth} 0, or all paths below them, by
   * {@code -mindepth} 1. If a path is missing, find exits with 1, and prints the rest.
   */
  private List<String> find(List<String> paths, String depth) throws IOException {
    List<String> find = new ArrayList<>(List.of("find"));
    paths.forEach(path -> find.add(mount + path));
    find.addAll(List.of(depth, depth.equals("-mindepth") ? "1" : "0"));
    return steps
        .run(Step.capturing("find", LIMIT, root.command(find)))
        .output()
        .lines()
        .filter(path -> path.startsWith(mount))
        .map(path -> path.substring(mount.length()))
        .sorted()
        .toList();
  }
}
