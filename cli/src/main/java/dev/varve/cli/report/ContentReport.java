package dev.varve.cli.report;

import dev.varve.cli.terminal.Excerpt;
import dev.varve.cli.terminal.Human;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.TreeComparison;
import dev.varve.core.filetree.TreeComparison.Ostree;
import dev.varve.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Reports the comparison of the files of two images.
 *
 * @param first the first image, as named by the user
 * @param second the second image, as named by the user
 * @param comparison the result of the comparison
 * @param all whether to show all differences
 */
public record ContentReport(
    String first, String second, TreeComparison.OfImages comparison, boolean all)
    implements Report {
  private static final int MOST = 20;

  /** Whether the files are the same. */
  public boolean equal() {
    return differences().isEmpty();
  }

  private List<String> differences() {
    return comparison.outcome().differences();
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (equal()) {
      lines.add(
          "equal: "
              + Human.count(paths(), "path")
              + ", "
              + Human.size(bytes())
              + " of content in both "
              + first
              + " and "
              + second);
    } else {
      addDifferences(lines);
    }
    int joined = comparison.outcome().joined();
    if (joined > 0) {
      lines.add(joined(joined));
    }
    return lines;
  }

  private void addDifferences(List<String> lines) {
    int found = differences().size();
    lines.add(first + " and " + second + " have " + Human.count(found, "difference") + ":");
    Excerpt<String> excerpt = Excerpt.of(differences(), MOST, all);
    excerpt.shown().forEach(difference -> lines.add("  " + difference));
    excerpt.addRest(lines, "  ", "--all");
  }

  /** Describes hard links in only one of the images, which OSTree makes of equal files. */
  private String joined(int paths) {
    return Human.count(paths, "path")
        + (paths == 1 ? " is a hard link" : " are hard links")
        + " to equal files in only one of them"
        + (comparison.ostree() == Ostree.NEITHER
            ? ", as in files that were in an OSTree repository"
            : ", because OSTree stores equal files once: not a difference");
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("equal", equal())
        .with("first", first)
        .with("second", second)
        .with("paths", paths())
        .with("bytes", bytes())
        .with("linked", comparison.outcome().joined())
        .with("differences", differences());
  }

  private int paths() {
    return comparison.first().entries().size();
  }

  /** Returns the bytes of contents; a file with hard links counts once. */
  private long bytes() {
    Set<Inode> inodes = Collections.newSetFromMap(new IdentityHashMap<>());
    return comparison.first().entries().stream()
        .map(FileTree.Entry::inode)
        .filter(inodes::add)
        .mapToLong(Inode::size)
        .sum();
  }
}
