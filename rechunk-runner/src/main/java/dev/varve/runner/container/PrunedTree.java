package dev.varve.runner.container;

import dev.varve.core.bytes.NameList;
import dev.varve.runner.process.Elevation;
import dev.varve.runner.process.Step;
import dev.varve.runner.process.StepResult;
import dev.varve.runner.process.StepRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A tree that the tool's first script cleans up. That script goes on after every error, and ends
 * with 0: what it removes is looked for, and so is what it moves, which it removes also where it
 * could not be copied.
 */
final class PrunedTree {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** How many paths fit in a message. */
  private static final int MOST = 3;

  private static final String CONFIGURATION = "/etc/";
  private static final String DEFAULTS = "/usr/etc/";
  private static final String LIBRARIES = "/var/lib/";

  /** What is moved away, or removed with all that is in it. */
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

  /** What is removed in /etc alone, and was in /usr/etc before. */
  private final List<String> defaults;

  /**
   * Looks at a tree before the script runs.
   *
   * @param mount where root sees the tree
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

  /** Where the script moves a path of /etc, /usr/etc or /var to. */
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
   * Looks at it afterwards.
   *
   * @param script how the script ended
   * @throws IOException if something is left, or lost; the message has some of it, and the script's
   *     lines
   */
  void require(StepResult script) throws IOException {
    List<String> left = new ArrayList<>(find(GONE, "-maxdepth"));
    left.removeAll(defaults);
    left.addAll(find(EMPTY, "-mindepth"));
    if (!left.isEmpty()) {
      throw failure(script, "left " + some(left) + " in the tree, which it removes");
    }
    List<String> lost = lost();
    if (!lost.isEmpty()) {
      throw failure(script, "did not bring to its place " + some(lost) + ", which is lost");
    }
  }

  private List<String> lost() throws IOException {
    if (moved.isEmpty()) {
      return List.of();
    }
    Set<String> there =
        new HashSet<>(find(List.of("/usr/etc", "/usr/lib", "/usr/share/factory/var"), "-mindepth"));
    // The directory /var/lib is not moved itself, but what is in it.
    return moved.stream()
        .filter(path -> !there.contains(path) && !path.equals("/usr/share/factory/var/lib"))
        .toList();
  }

  private static IOException failure(StepResult script, String problem) {
    return KnownFailures.explain(script.failure("it ended with 0, and " + problem));
  }

  private static String some(List<String> paths) {
    return NameList.first(MOST, paths);
  }

  /**
   * What there is of these paths: of them themselves, by {@code -maxdepth} 0, or of what is below,
   * by {@code -mindepth} 1. Where one is not there, find ends with 1, and tells of the rest.
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
