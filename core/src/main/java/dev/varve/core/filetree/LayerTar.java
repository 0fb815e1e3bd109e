package dev.varve.core.filetree;

import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes entries of a tree as a layer: sorted by path, after all their parents including the root.
 * The result is independent of the machine: the same entries and parents give the same bytes.
 */
public final class LayerTar {
  /** The prefix of the names of whiteouts. */
  static final String WHITEOUT = ".wh.";

  private static final Inode.Device NO_DEVICE = new Inode.Device(0, 0);

  private LayerTar() {}

  /**
   * Returns whether a path can't be stored in a layer because one of its names begins with {@code
   * .wh.}: in a layer such a name is a whiteout of the rest of the name, or AUFS's metadata.
   */
  public static boolean isReserved(String path) {
    return path.startsWith(WHITEOUT) || path.contains("/" + WHITEOUT);
  }

  /** Returns whether an inode is overlayfs's whiteout, which a layer can't store as a device. */
  public static boolean isOverlayWhiteout(Inode inode) {
    return inode.kind() == Inode.Kind.CHARACTER_DEVICE && inode.device().equals(NO_DEVICE);
  }

  /**
   * Writes a layer.
   *
   * @param tree contains the parents
   * @param entries in any order; all hard links of a file must be included
   * @param out not closed
   * @throws IllegalArgumentException if an entry would be read as a whiteout
   */
  public static void write(FileTree tree, List<FileTree.Entry> entries, OutputStream out)
      throws IOException {
    TreeMap<String, Inode> sorted = new TreeMap<>();
    for (FileTree.Entry entry : entries) {
      if (isReserved(entry.path()) || isOverlayWhiteout(entry.inode())) {
        throw new IllegalArgumentException(
            "writing a layer: \"" + entry.path() + "\" would be a whiteout instead of a file");
      }
      sorted.put(entry.path(), entry.inode());
      for (String at = entry.path(); !at.isEmpty(); ) {
        at = FileTree.parent(at);
        if (sorted.containsKey(at)) {
          break;
        }
        sorted.put(at, tree.find(at).orElseThrow());
      }
    }
    TarWriter tar = new TarWriter(out);
    IdentityHashMap<Inode, String> written = new IdentityHashMap<>();
    for (Map.Entry<String, Inode> entry : sorted.entrySet()) {
      write(entry.getKey(), entry.getValue(), written, tar);
    }
    tar.finish();
  }

  private static void write(
      String path, Inode inode, IdentityHashMap<Inode, String> written, TarWriter tar)
      throws IOException {
    String first = inode.isDirectory() ? null : written.putIfAbsent(inode, path);
    if (first != null) {
      tar.add(header(path, inode, TarEntry.Type.HARD_LINK, 0, first, Xattrs.EMPTY, NO_DEVICE));
      return;
    }
    TarEntry header =
        header(
            path,
            inode,
            type(inode),
            inode.size(),
            inode.linkTarget(),
            inode.xattrs(),
            inode.device());
    if (inode.content().isEmpty()) {
      tar.add(header);
      return;
    }
    try (InputStream body = inode.content().get().open()) {
      tar.add(header, body);
    }
  }

  private static TarEntry header(
      String path,
      Inode inode,
      TarEntry.Type type,
      long size,
      String target,
      Xattrs xattrs,
      Inode.Device device) {
    return new TarEntry(
        path,
        type,
        inode.kind() == Inode.Kind.SYMLINK ? 0777 : inode.mode(),
        inode.uid(),
        inode.gid(),
        size,
        inode.mtime(),
        0,
        target,
        xattrs,
        device.major(),
        device.minor());
  }

  private static TarEntry.Type type(Inode inode) {
    return switch (inode.kind()) {
      case FILE -> TarEntry.Type.FILE;
      case DIRECTORY -> TarEntry.Type.DIRECTORY;
      case SYMLINK -> TarEntry.Type.SYMLINK;
      case CHARACTER_DEVICE -> TarEntry.Type.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> TarEntry.Type.BLOCK_DEVICE;
      case FIFO -> TarEntry.Type.FIFO;
    };
  }
}
