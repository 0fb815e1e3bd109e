package dev.varve.core.rootfs;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.NameList;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a directory is read without, and what of it was met. Paths are relative to it. */
final class LeftOut {
  /** As many paths as fit in a line. */
  private static final int SHOWN = 3;

  /** What the names of files begin with that grow beside an image until it is complete. */
  private static final String STAGED = ".varve-";

  private final Path root;
  private final Set<String> foreign;
  private final Set<String> prune;
  private final Set<String> stagedIn = new HashSet<>();
  private final TreeSet<String> metForeign = new TreeSet<>();
  private final Set<String> metPruned = new HashSet<>();
  private final TreeSet<String> metMounts = new TreeSet<>();

  private LeftOut(Path root, Set<String> foreign, Set<String> prune) {
    this.root = root;
    this.foreign = foreign;
    this.prune = prune;
    foreign.forEach(path -> stagedIn.add(FileTree.parent(path)));
  }

  /** Those of {@code foreign} that are below {@code root}, and {@code prune}. */
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

  /** The path without symbolic links, as far as it is there. */
  private static Path real(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null || Files.exists(path)) {
      return path.toRealPath();
    }
    return real(parent).resolve(path.getFileName());
  }

  boolean includes(String path) {
    if (prune.contains(path)) {
      metPruned.add(path);
      return true;
    }
    if (foreign.contains(path)) {
      metForeign.add(path);
      return true;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.startsWith(STAGED) && stagedIn.contains(FileTree.parent(path));
  }

  /** Something is mounted there, and was not read. */
  void mounted(String path) {
    metMounts.add(path);
  }

  void tell(Progress progress) {
    if (!metForeign.isEmpty()) {
      progress.notice(
          "left out " + shown(metForeign) + ": it is not a part of " + root + ", but in use here");
    }
    if (!metMounts.isEmpty()) {
      progress.notice("left out what is mounted at " + shown(metMounts));
    }
    prune.stream()
        .sorted()
        .filter(path -> !wasPruned(path))
        .forEach(path -> progress.notice("nothing to prune at /" + path));
  }

  /** Whether it was met, or what it is in. */
  private boolean wasPruned(String path) {
    for (String at = path; !at.isEmpty(); at = FileTree.parent(at)) {
      if (metPruned.contains(at)) {
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
