package dev.varve.core.rootfs;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.NameList;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The paths left out of a directory, and which of them were found. Paths are relative. Thread-safe.
 */
final class LeftOut {
  /** The number of paths that fit in a line. */
  private static final int SHOWN = 3;

  /** The prefix of the names of staging files beside an image. */
  private static final String STAGED = ".varve-";

  private final Path root;
  private final Set<String> foreign;
  private final Set<String> prune;
  private final Set<String> stagedIn = new HashSet<>();
  private final Set<String> foundForeign = new ConcurrentSkipListSet<>();
  private final Set<String> foundPruned = ConcurrentHashMap.newKeySet();
  private final Set<String> foundMounts = new ConcurrentSkipListSet<>();

  private LeftOut(Path root, Set<String> foreign, Set<String> prune) {
    this.root = root;
    this.foreign = foreign;
    this.prune = prune;
    foreign.forEach(path -> stagedIn.add(FileTree.parent(path)));
  }

  /** Creates the set from {@code prune} and the paths of {@code foreign} below {@code root}. */
  static LeftOut of(Path root, List<Path> foreign, Set<String> prune) throws IOException {
    Set<String> below = new HashSet<>();
    byte[] rootBytes = RawPath.bytes(root);
    String prefix = LosslessUtf8.decode(rootBytes, 0, rootBytes.length);
    prefix = prefix.endsWith("/") ? prefix : prefix + "/";
    for (Path each : foreign) {
      byte[] bytes = RawPath.bytes(real(each.toAbsolutePath().normalize()));
      String path = LosslessUtf8.decode(bytes, 0, bytes.length);
      if (path.startsWith(prefix) && path.length() > prefix.length()) {
        below.add(path.substring(prefix.length()));
      }
    }
    return new LeftOut(root, below, prune);
  }

  /** Resolves symbolic links in the existing part of a path. */
  private static Path real(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null || Lookup.exists(path)) {
      return path.toRealPath();
    }
    return real(parent).resolve(path.getFileName());
  }

  boolean includes(String path) {
    if (prune.contains(path)) {
      foundPruned.add(path);
      return true;
    }
    if (foreign.contains(path)) {
      foundForeign.add(path);
      return true;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.startsWith(STAGED) && stagedIn.contains(FileTree.parent(path));
  }

  /** Records a mount that was not read. */
  void mounted(String path) {
    foundMounts.add(path);
  }

  void report(Progress progress) {
    if (!foundForeign.isEmpty()) {
      progress.notice(
          "left out " + shown(foundForeign) + ": this run uses it, and it is not part of " + root);
    }
    if (!foundMounts.isEmpty()) {
      progress.notice("left out the mounts at " + shown(foundMounts));
    }
    prune.stream()
        .sorted()
        .filter(path -> !wasPruned(path))
        .forEach(path -> progress.notice("nothing to prune at /" + path));
  }

  /** Returns whether the path or one of its parents was found. */
  private boolean wasPruned(String path) {
    for (String at = path; !at.isEmpty(); at = FileTree.parent(at)) {
      if (foundPruned.contains(at)) {
        return true;
      }
    }
    return false;
  }

  private String shown(Collection<String> paths) {
    return NameList.first(
        SHOWN, paths.stream().map(path -> DirectoryTree.shown(root, path)).toList());
  }
}
