package dev.varve.runner.builtin;

import dev.varve.core.boot.Seal;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.tar.TarEntry;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** Checks, entry by entry, that a layer does not replace files of an image by accident. */
final class LayerFit {
  private static final String WHITEOUT = ".wh.";

  private final FileTree image;

  /** The types of the paths in the layer, including deleted ones. */
  private final TreeMap<String, Kind> own = new TreeMap<>();

  private enum Kind {
    DIRECTORY,
    SYMLINK,
    FILE,
    DELETED
  }

  LayerFit(FileTree image) {
    this.image = image;
  }

  /**
   * Checks the next entry of a tar. An entry may replace anything; a parent directory without an
   * entry must be a directory in the image too. A hard link must point to a file of the same layer,
   * because some clients unpack each layer separately.
   */
  void add(TarEntry entry) throws IOException {
    String path = entry.path();
    for (String at = FileTree.parent(path); !at.isEmpty(); at = FileTree.parent(at)) {
      if (!own.containsKey(at)) {
        requireFits(at, true);
      }
      requireDirectory(at, path);
    }
    if (entry.type() == TarEntry.Type.HARD_LINK && !own.containsKey(entry.linkTarget())) {
      throw new IOException(
          "appending /"
              + path
              + ": it is a hard link to /"
              + entry.linkTarget()
              + ": expected that file earlier in the layer, got none");
    }
    int name = path.lastIndexOf('/') + 1;
    if (path.startsWith(WHITEOUT, name)) {
      own.put(path.substring(0, name) + path.substring(name + WHITEOUT.length()), Kind.DELETED);
      return;
    }
    Kind kind =
        switch (entry.type()) {
          case DIRECTORY -> Kind.DIRECTORY;
          case SYMLINK -> Kind.SYMLINK;
          default -> Kind.FILE;
        };
    requireNothingBelow(path, kind);
    own.put(path, kind);
  }

  /** Podman 4.3 fails to unpack a layer otherwise; umoci and containerd follow links. */
  private void requireDirectory(String parent, String path) throws IOException {
    Kind kind = own.getOrDefault(parent, Kind.DIRECTORY);
    if (kind == Kind.SYMLINK || kind == Kind.FILE) {
      throw new IOException(
          "appending /"
              + path
              + ": /"
              + parent
              + " is a "
              + kind.toString().toLowerCase(Locale.ROOT)
              + " in the same layer, expected a directory"
              + (kind == Kind.SYMLINK
                  ? "; some clients don't follow symbolic links when they unpack layers"
                  : ""));
    }
  }

  /** Podman 4.3 fails if a directory with files is replaced; other clients remove the files. */
  private void requireNothingBelow(String path, Kind kind) throws IOException {
    String below = own.ceilingKey(path + "/");
    if (kind != Kind.DIRECTORY && below != null && below.startsWith(path + "/")) {
      throw new IOException(
          "appending /"
              + path
              + ": the layer already has /"
              + below
              + ": expected a directory, got a "
              + kind.toString().toLowerCase(Locale.ROOT));
    }
  }

  /** Checks the next entry of a directory, which may replace only files. */
  void add(FileTree.Entry entry) throws IOException {
    requireFits(entry.path(), entry.inode().isDirectory());
    own.put(entry.path(), Kind.DIRECTORY); // a tree is consistent
  }

  /** Checks the whole layer: it may add the image's seal, but not break the seal. */
  void finish() throws IOException {
    Optional<Seal> seal = Seal.find(image);
    if (seal.isEmpty() || own.containsKey(seal.get().path())) {
      return;
    }
    for (String path : own.keySet()) {
      if (Seal.covers(path) && !image.find(path).map(Inode::isDirectory).orElse(false)) {
        throw new IOException(
            "appending /"
                + path
                + ": the image is sealed: the kernel command line in /"
                + seal.get().path()
                + " has the composefs digest "
                + seal.get().digest()
                + ", which covers this path; the result would not boot. Append the layer"
                + " to the image before it is sealed");
      }
    }
  }

  private void requireFits(String path, boolean directory) throws IOException {
    Optional<Inode> replaced = image.find(path);
    if (replaced.isPresent() && replaced.get().isDirectory() != directory) {
      Inode inode = replaced.get();
      String target = inode.linkTarget().isEmpty() ? "" : " to " + inode.linkTarget();
      throw new IOException(
          "appending /"
              + path
              + ": expected "
              + (directory ? "a directory" : "no directory")
              + " at this path in the image, got a "
              + inode.kind().toString().toLowerCase(Locale.ROOT).replace('_', ' ')
              + target
              + ", which the layer would hide");
    }
  }
}
