package dev.varve.runner.container;

import dev.varve.runner.process.Elevation;
import dev.varve.runner.process.Step;
import dev.varve.runner.process.StepResult;
import dev.varve.runner.process.StepRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A tree that the tool's first script has cleaned up. That script goes on after every error, and
 * ends with 0: what it removes is looked for.
 */
final class PrunedTree {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** How many paths fit in a message. */
  private static final int MOST = 3;

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
      List.of("/var", "/run", "/tmp", "/proc", "/sys", "/dev", "/boot");

  private PrunedTree() {}

  /**
   * Looks for what should be gone.
   *
   * @param mount where root sees the tree
   * @param script how the script ended
   * @throws IOException if something is left; the message has some of it, and the script's lines
   */
  static void require(String mount, StepResult script, Elevation root, StepRunner steps)
      throws IOException {
    List<String> left = new ArrayList<>(find(mount, GONE, "-maxdepth", "0", root, steps));
    left.addAll(find(mount, EMPTY, "-mindepth", "1", root, steps));
    if (!left.isEmpty()) {
      throw KnownFailures.explain(
          script.failure(
              "it ended with 0, and left "
                  + String.join(", ", left.subList(0, Math.min(MOST, left.size())))
                  + (left.size() > MOST ? " and " + (left.size() - MOST) + " more" : "")
                  + " in the tree, which it removes"));
    }
  }

  /** What of these is there; find ends with 1 where something is not, and tells of the rest. */
  private static List<String> find(
      String mount,
      List<String> paths,
      String depth,
      String levels,
      Elevation root,
      StepRunner steps)
      throws IOException {
    List<String> find = new ArrayList<>(List.of("find"));
    paths.forEach(path -> find.add(mount + path));
    find.addAll(List.of(depth, levels));
    return steps
        .run(Step.asking("find", LIMIT, root.command(find)))
        .output()
        .lines()
        .filter(path -> path.startsWith(mount))
        .map(path -> path.substring(mount.length()))
        .sorted()
        .toList();
  }
}
