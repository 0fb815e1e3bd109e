package dev.varve.core.filetree;

import dev.varve.core.tar.Xattrs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A layer's entries unpacked one after another into a directory of their own, as podman unpacks
 * them before its overlay lays the directory over those of the layers below. A path, a whiteout's
 * too, therefore leads through symbolic links of the same layer, and never through those of the
 * layers below: it replaces these by directories.
 */
final class UnpackedLayer {
  private final String name;
  private final Allowance allowance;
  private final FileTree.Builder own = new FileTree.Builder();
  private final Set<String> deleted = new TreeSet<>();
  private final Set<String> opaque = new TreeSet<>();
  private long walked;

  /** An empty directory for the layer {@code name}. */
  UnpackedLayer(String name, Allowance allowance) {
    this.name = name;
    this.allowance = allowance;
  }

  /** Puts a file of any kind in its place. */
  void put(String path, Inode inode) throws MalformedLayerException {
    String resolved = resolve(path);
    long implied = own.implied();
    own.put(resolved, inode);
    allowance.take(own.implied() - implied, name);
  }

  /** The file of this layer at a path, or else that of the layers below, for a hard link. */
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

  /** Hides all that the layers below have in a directory. */
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
              + ": there is a whiteout for \""
              + hidden
              + "\", but \""
              + at
              + "\" in the same layer is no directory");
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
   * Lays the directory over what {@code tree} holds: deletions first, as they mean lower layers.
   *
   * @return what is worth telling
   */
  Oddities layOver(FileTree.Builder tree, List<String> files) {
    for (String path : deleted) {
      // What replaced the directory that a whiteout was in took the whiteout with it.
      if (own.find(FileTree.parent(path)).map(Inode::isDirectory).orElse(false)) {
        tree.remove(path);
      }
    }
    Oddities oddities = new Oddities(new ArrayList<>(), new ArrayList<>());
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
      tree.removeBelow(path);
    }
    Optional<Inode> below = tree.find(path);
    if (!own.isImplied(entry.inode()) || !below.map(Inode::isDirectory).orElse(false)) {
      tree.put(path, entry.inode());
    } else if (!path.isEmpty() && !isPlain(below.get())) {
      oddities.unlisted().add(new FileTree.Entry(path, below.get()));
    }
  }

  private static boolean isPlain(Inode directory) {
    return directory.mode() == 0755
        && directory.uid() == 0
        && directory.gid() == 0
        && directory.xattrs().without(TreeComparison::isClientXattr).equals(Xattrs.EMPTY);
  }

  /**
   * What other programs may see otherwise.
   *
   * @param unlisted directories that the layer has files in and doesn't list, as layers below have
   *     them, where that is not as podman makes them anew
   * @param reserved what was left out, since no layer can hold it under its name
   */
  record Oddities(List<FileTree.Entry> unlisted, List<String> reserved) {}
}
