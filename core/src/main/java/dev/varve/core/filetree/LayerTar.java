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
 * Writes entries of a tree as a layer: sorted by path, each with its parents, the root among them,
 * before it, with nothing in it that depends on the machine. The same entries and parents give the
 * same bytes.
 */
public final class LayerTar {
  /** What the names of whiteouts begin with. */
  static final String WHITEOUT = ".wh.";

  private static final Inode.Device NO_DEVICE = new Inode.Device(0, 0);

  private LayerTar() {}

  /**
   * Whether no layer can hold a file at this path, since one of its names begins with {@code .wh.}:
   * in a layer it deletes what the rest of the name says, or is AUFS's bookkeeping.
   */
  public static boolean isReserved(String path) {
    return path.startsWith(WHITEOUT) || path.contains("/" + WHITEOUT);
  }

  /** Whether this is what overlays have for a whiteout, which no layer can hold as a device. */
  public static boolean isOverlayWhiteout(Inode inode) {
    return inode.kind() == Inode.Kind.CHARACTER_DEVICE && inode.device().equals(NO_DEVICE);
  }

  /**
   * Writes a layer.
   *
   * @param tree where the parents are found
   * @param entries in any order; hard links of one file must be together
   * @param out stays open
   * @throws IllegalArgumentException if an entry would be taken for a whiteout
   */
  public static void write(FileTree tree, List<FileTree.Entry> entries, OutputStream out)
      throws IOException {
    TreeMap<String, Inode> sorted = new TreeMap<>();
    for (FileTree.Entry entry : entries) {
      if (isReserved(entry.path()) || isOverlayWhiteout(entry.inode())) {
        throw new IllegalArgumentException(
            "in a layer \"" + entry.path() + "\" would be a whiteout, and no file");
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
