package dev.varve.core.plan;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import dev.varve.core.plan.PlanState.ComponentState;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mtimes of a component's files in a published image. A later build that has the same files
 * gets them as well, because many builds write a file anew whose content has not changed.
 *
 * @param files the digest of everything that a layer stores of the files except the mtimes
 * @param runs the mtimes in the order of the component's entries: a time in seconds since the
 *     epoch, then the number of files in a row that have it, and so on
 */
public record FileTimes(Digest files, List<Long> runs) {
  /** Copies the list, and checks that it has pairs with a positive number. */
  public FileTimes {
    runs = List.copyOf(runs);
    if (runs.size() % 2 != 0) {
      throw new IllegalArgumentException(
          "expected pairs of a time and a number of files, got " + runs.size() + " values");
    }
    for (int i = 1; i < runs.size(); i += 2) {
      if (runs.get(i) <= 0) {
        throw new IllegalArgumentException(
            "expected a positive number of files, got " + runs.get(i));
      }
    }
  }

  /** Returns the mtimes of entries, in the order of their tree. */
  static FileTimes of(List<FileTree.Entry> entries) {
    List<Long> runs = new ArrayList<>();
    for (FileTree.Entry entry : entries) {
      long time = entry.inode().mtime();
      int last = runs.size() - 2;
      if (last >= 0 && runs.get(last) == time) {
        runs.set(last + 1, runs.get(last + 1) + 1);
      } else {
        runs.add(time);
        runs.add(1L);
      }
    }
    return new FileTimes(ComponentHash.withoutTimes(entries), runs);
  }

  /**
   * Returns a tree whose files have the mtimes of the previous image, if their component has the
   * same files as there and differs in mtimes alone.
   *
   * @param components the components of the tree
   * @param previous the components of the previous image, by name
   */
  public static FileTree restored(
      FileTree tree, List<Component> components, Map<String, ComponentState> previous) {
    IdentityHashMap<Inode, Long> times = new IdentityHashMap<>();
    for (Component component : components) {
      ComponentState before = previous.get(component.name());
      if (before != null && !before.hash().equals(component.hash())) {
        before.times().ifPresent(remembered -> remembered.addTo(times, component.entries()));
      }
    }
    return times.isEmpty()
        ? tree
        : tree.map(
            (path, inode) ->
                Optional.ofNullable(times.get(inode))
                    .map(time -> inode.with(time, inode.xattrs()))
                    .orElse(inode));
  }

  private void addTo(IdentityHashMap<Inode, Long> times, List<FileTree.Entry> entries) {
    long count = 0;
    for (int i = 1; i < runs.size(); i += 2) {
      count += runs.get(i);
    }
    if (count != entries.size() || !files.equals(ComponentHash.withoutTimes(entries))) {
      return;
    }
    int next = 0;
    for (int i = 0; i < runs.size(); i += 2) {
      for (long left = runs.get(i + 1); left > 0; left--) {
        times.put(entries.get(next++).inode(), runs.get(i));
      }
    }
  }
}
