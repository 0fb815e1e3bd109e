package dev.varve.core.update;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.plan.Component;
import dev.varve.core.state.ImageFiles;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares what the layers of two images store of each path. */
public final class FileComparison {
  private final ImageFiles old;
  private final ImageFiles now;
  private final FileTree before;
  private final FileTree after;
  private final IdentityHashMap<Inode, String> firstBefore;
  private final IdentityHashMap<Inode, String> firstAfter;

  /**
   * Begins a comparison; nothing is closed.
   *
   * @param before files of the old image
   * @param after files of the new image
   */
  public FileComparison(ImageFiles before, ImageFiles after) {
    this.old = before;
    this.now = after;
    this.before = before.tree();
    this.after = after.tree();
    this.firstBefore = firstPaths(before.tree());
    this.firstAfter = firstPaths(after.tree());
  }

  private static IdentityHashMap<Inode, String> firstPaths(FileTree tree) {
    IdentityHashMap<Inode, String> first = new IdentityHashMap<>();
    tree.entries().forEach(entry -> first.putIfAbsent(entry.inode(), entry.path()));
    return first;
  }

  /**
   * Returns what changed in components of the new image.
   *
   * @param names the components to compare
   * @param versionsBefore the versions of the old image's packages, by name
   * @param versionsAfter the versions of the new image's packages, by name
   * @return by the component's name
   */
  public Map<String, ComponentCause> components(
      Set<String> names, Map<String, String> versionsBefore, Map<String, String> versionsAfter) {
    Map<String, Component> known =
        old.components().stream().collect(Collectors.toMap(Component::name, each -> each));
    Map<String, ComponentCause> causes = new TreeMap<>();
    for (Component component : now.components()) {
      String name = component.name();
      if (names.contains(name)) {
        causes.put(
            name,
            cause(
                component,
                Optional.ofNullable(known.get(name)),
                reason(name, versionsBefore, versionsAfter)));
      }
    }
    return causes;
  }

  private ComponentCause cause(
      Component component, Optional<Component> earlier, ComponentCause.Reason reason) {
    List<FileChange> changes = new ArrayList<>();
    for (FileTree.Entry entry : component.entries()) {
      change(entry).ifPresent(changes::add);
    }
    int unchanged = component.entries().size() - changes.size();
    earlier.ifPresent(
        known ->
            known.entries().stream()
                .filter(entry -> after.find(entry.path()).isEmpty())
                .map(entry -> FileChange.of(entry.path(), FileChange.Kind.REMOVED, entry.inode()))
                .forEach(changes::add));
    changes.sort(FileChange.LARGEST_FIRST);
    return new ComponentCause(component.name(), reason, changes, unchanged);
  }

  private static ComponentCause.Reason reason(
      String component, Map<String, String> before, Map<String, String> after) {
    Optional<String> packageName = PackageFormat.packageOf(component);
    if (packageName.isEmpty()) {
      return ComponentCause.Reason.BUILD;
    }
    return before.getOrDefault(packageName.get(), "").equals(after.get(packageName.get()))
        ? ComponentCause.Reason.SAME_VERSION
        : ComponentCause.Reason.VERSION;
  }

  private Optional<FileChange> change(FileTree.Entry entry) {
    Optional<Inode> earlier = before.find(entry.path());
    return earlier.isEmpty()
        ? Optional.of(FileChange.of(entry.path(), FileChange.Kind.ADDED, entry.inode()))
        : FileChange.between(
            entry.path(),
            earlier.get(),
            entry.inode(),
            firstBefore.getOrDefault(earlier.get(), entry.path()),
            firstAfter.getOrDefault(entry.inode(), entry.path()));
  }

  /** Returns the changes of directories that both images have, by path. */
  public List<FileChange> directories() {
    return after.entries().stream()
        .filter(entry -> entry.inode().isDirectory())
        .filter(entry -> before.find(entry.path()).map(Inode::isDirectory).orElse(false))
        .flatMap(entry -> change(entry).stream())
        .toList();
  }
}
