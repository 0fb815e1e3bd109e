package dev.varve.core.filetree;

import dev.varve.core.tar.Xattrs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A layer's entries, unpacked one after another into a separate directory, as podman does for its
 * overlay. Therefore a path, including a whiteout's, follows symbolic links of the same layer, but
 * never those of the layers below, which it replaces by directories.
 */
final class UnpackedLayer {
  private final String name;
  private final Allowance allowance;
  private final FileTree.Builder own = new FileTree.Builder();
  private final Set<String> deleted = new TreeSet<>();
  private final Set<String> opaque = new TreeSet<>();
  private long walked;

  /** Creates an empty directory for the layer {@code name}. */
  UnpackedLayer(String name, Allowance allowance) {
    this.name = name;
    this.allowance = allowance;
  }

  /** Adds a file of any kind. */
  void put(String path, Inode inode) throws MalformedLayerException {
    String resolved = resolve(path);
    long implied = own.implied();
    own.put(resolved, inode);
    allowance.take(own.implied() - implied, name);
  }

  /** Finds the target of a hard link, in this layer or else in the layers below. */
  Optional<Inode> find(String path, FileTree.Builder below) throws MalformedLayerException {
    String resolved = resolve(path);
    return own.find(resolved).or(() -> below.find(resolved));
  }

  /** Deletes a path of the layers below. */
  void delete(String path) throws MalformedLayerException {
    String resolved = resolve(path);
    requireDirectory(FileTree.parent(resolved), path);
    deleted.add(resolved);
  }

  /** Hides everything that the layers below have in a directory. */
  void hideBelow(String directory) throws MalformedLayerException {
    String resolved = FileTree.parent(resolve(directory.isEmpty() ? "x" : directory + "/x"));
    requireDirectory(resolved, directory);
    opaque.add(resolved);
  }

  private void requireDirectory(String directory, String hidden) throws MalformedLayerException {
    for (String at = directory; own.find(at).isEmpty(); ) {
      at = FileTree.parent(at);
      requireNoFile(at, hidden);
    }
    requireNoFile(directory, hidden);
    long implied = own.implied();
    own.putParents(directory + "/x");
    allowance.take(own.implied() - implied, name);
  }

  private void requireNoFile(String at, String hidden) throws MalformedLayerException {
    if (!own.find(at).map(Inode::isDirectory).orElse(true)) {
      throw new MalformedLayerException(
          "reading "
              + name
              + ": the layer has a whiteout for \""
              + hidden
              + "\", but its \""
              + at
              + "\" is not a directory");
    }
  }

  private String resolve(String path) throws MalformedLayerException {
    if (own.find(FileTree.parent(path)).map(Inode::isDirectory).orElse(false)) {
      return path;
    }
    walked = 0;
    String resolved =
        FileTree.resolveParents(
            path,
            at -> {
              walked += at.length();
              return own.find(at).map(Inode::linkTarget).orElse("");
            });
    allowance.walk(walked, name);
    return resolved;
  }

  /**
   * Applies this layer to {@code tree}: first the deletions, because whiteouts affect lower layers
   * only.
   *
   * @return oddities to report
   */
  Oddities layOver(FileTree.Builder tree, List<String> files) {
    Oddities oddities = new Oddities(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (String path : deleted) {
      // A later entry that replaced the whiteout's directory removed the whiteout too.
      if (own.find(FileTree.parent(path)).map(Inode::isDirectory).orElse(false)) {
        hide(path, tree, oddities);
        tree.remove(path);
      }
    }
    for (FileTree.Entry entry : own.build().entries()) {
      if (LayerTar.isReserved(entry.path())) {
        oddities.reserved().add(entry.path());
      } else {
        lay(entry, tree, oddities);
        if (!entry.inode().isDirectory()) {
          files.add(entry.path());
        }
      }
    }
    return oddities;
  }

  private void lay(FileTree.Entry entry, FileTree.Builder tree, Oddities oddities) {
    String path = entry.path();
    if (opaque.contains(path)) {
      tree.below(path).forEach(each -> hide(each, oddities));
      tree.removeBelow(path);
    }
    Optional<Inode> below = tree.find(path);
    if (below.isPresent() && !(below.get().isDirectory() && entry.inode().isDirectory())) {
      hide(path, tree, oddities);
    }
    if (!own.isImplied(entry.inode()) || !below.map(Inode::isDirectory).orElse(false)) {
      tree.put(path, entry.inode());
    } else if (!path.isEmpty() && !isPlain(below.get())) {
      oddities.unlisted().add(new FileTree.Entry(path, below.get()));
    }
  }

  /** Adds what is at a path and below it. */
  private static void hide(String path, FileTree.Builder tree, Oddities oddities) {
    tree.find(path).ifPresent(inode -> hide(new FileTree.Entry(path, inode), oddities));
    tree.below(path).forEach(each -> hide(each, oddities));
  }

  private static void hide(FileTree.Entry entry, Oddities oddities) {
    if (entry.inode().size() > 0) {
      oddities.hidden().add(new HiddenFile(entry.path(), entry.inode().size()));
    }
  }

  private static boolean isPlain(Inode directory) {
    return directory.mode() == 0755
        && directory.uid() == 0
        && directory.gid() == 0
        && directory.xattrs().without(TreeComparison::isClientXattr).equals(Xattrs.EMPTY);
  }

  /**
   * Paths that other programs may read differently.
   *
   * @param unlisted directories with files in the layer but without an entry, with the lower
   *     layers' inodes, if these differ from the directories that podman creates
   * @param reserved paths that were left out, because a layer can't store their names
   * @param hidden files of lower layers that this layer replaces or removes
   */
  record Oddities(List<FileTree.Entry> unlisted, List<String> reserved, List<HiddenFile> hidden) {}
}
