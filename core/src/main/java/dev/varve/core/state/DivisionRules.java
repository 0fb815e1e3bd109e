package dev.varve.core.state;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.CompiledPython;
import dev.varve.core.packages.Repair;
import dev.varve.core.plan.Groups;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Options of the division of an image's files into components.
 *
 * @param groups the user's groups
 * @param packages whether the package database is read
 * @param preserveMtimes whether files and directories keep their mtimes
 * @param repairs what is restored as packages ship it
 */
public record DivisionRules(
    Groups groups, boolean packages, boolean preserveMtimes, Set<Repair> repairs) {
  /** Reads the package database and has no groups. */
  public static final DivisionRules DEFAULT = new DivisionRules(Groups.NONE, true);

  /** Copies the set. */
  public DivisionRules {
    repairs = Set.copyOf(repairs);
  }

  /** Creates rules with stable mtimes, and without repairs. */
  public DivisionRules(Groups groups, boolean packages) {
    this(groups, packages, false, Set.of());
  }

  /**
   * Returns a tree in which compiled Python modules are repaired, if they are to be.
   *
   * @param built the tree with the times of the build
   * @param left receives the paths of modules that can't be repaired
   */
  FileTree withRepairedModules(FileTree tree, FileTree built, Consumer<String> left)
      throws IOException {
    return repairs.contains(Repair.PYC) ? CompiledPython.repaired(tree, built, left) : tree;
  }

  /** Returns a copy that preserves mtimes or not. */
  DivisionRules preservingMtimes(boolean preserve) {
    return new DivisionRules(groups, packages, preserve, repairs);
  }
}
