package dev.varve.cli.report;

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
 * Tells whether two images have the same files.
 *
 * @param first an image, as the user named it
 * @param second the other image, as the user named it
 * @param comparison the images' files, compared
 * @param all whether all differences are shown
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
    int shown = all ? found : Math.min(MOST, found);
    differences().subList(0, shown).forEach(difference -> lines.add("  " + difference));
    if (shown < found) {
      lines.add("  and " + (found - shown) + " more (--all shows them)");
    }
  }

  /** OSTree makes links of equal files, and only its image has them. */
  private String joined(int paths) {
    return Human.count(paths, "path")
        + (paths == 1 ? " is a hard link" : " are hard links")
        + " of equal files in one of them alone"
        + (comparison.ostree() == Ostree.NEITHER
            ? ", as where files have once been in an OSTree repository"
            : ", where OSTree keeps them once: no difference");
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

  /** Bytes of content, each hard-linked file counted once. */
  private long bytes() {
    Set<Inode> inodes = Collections.newSetFromMap(new IdentityHashMap<>());
    return comparison.first().entries().stream()
        .map(FileTree.Entry::inode)
        .filter(inodes::add)
        .mapToLong(Inode::size)
        .sum();
  }
}
