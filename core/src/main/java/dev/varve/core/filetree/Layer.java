package dev.varve.core.filetree;

import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.Xattrs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One layer's entries as they follow each other in its tar, contents spooled. {@link #applyTo} lays
 * it over the layers below.
 *
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets">OCI:
 *     applying changesets</a>
 */
final class Layer {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final String name;
  private long tarSize;
  private final List<String> deleted = new ArrayList<>();
  private final List<String> opaque = new ArrayList<>();
  private final List<Item> items = new ArrayList<>();

  /** {@code linkTarget} is the path that a hard link names; otherwise the inode is there. */
  private record Item(String path, String linkTarget, Inode inode) {}

  private static final Inode NONE = Inode.directory(0, 0, 0, 0, Xattrs.EMPTY);

  Layer(String name) {
    this.name = name;
  }

  /** Adds an entry; {@code content} is a regular file's. */
  void add(TarEntry entry, Content content) throws MalformedLayerException {
    add(
        entry,
        Inode.file(entry.mode(), entry.uid(), entry.gid(), mtime(entry), entry.xattrs(), content));
  }

  /** Adds an entry that has no content. */
  void add(TarEntry entry) throws MalformedLayerException {
    if (entry.type() == TarEntry.Type.HARD_LINK) {
      if (!isWhiteout(entry.path())) {
        items.add(new Item(entry.path(), entry.linkTarget(), NONE));
      }
      return;
    }
    add(entry, withoutContent(entry));
  }

  private void add(TarEntry entry, Inode inode) throws MalformedLayerException {
    String path = entry.path();
    if (!isWhiteout(path)) {
      items.add(new Item(path, "", inode));
      return;
    }
    String parent = FileTree.parent(path);
    String name = path.substring(parent.isEmpty() ? 0 : parent.length() + 1);
    if (name.equals(OPAQUE)) {
      opaque.add(parent);
    } else if (!name.startsWith(WHITEOUT + WHITEOUT)) { // AUFS's own bookkeeping is no file
      String hidden = name.substring(WHITEOUT.length());
      if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
        throw new MalformedLayerException(
            "reading " + this.name + ": \"" + path + "\" is a whiteout of nothing");
      }
      deleted.add(parent.isEmpty() ? hidden : parent + "/" + hidden);
    }
  }

  private static boolean isWhiteout(String path) {
    return path.startsWith(WHITEOUT, path.lastIndexOf('/') + 1);
  }

  /** Lays this layer over what {@code tree} holds: deletions first, as they mean lower layers. */
  void applyTo(FileTree.Builder tree) throws MalformedLayerException {
    opaque.forEach(tree::removeBelow);
    deleted.forEach(tree::remove);
    Map<String, Inode> linkable = new HashMap<>();
    for (Item item : items) {
      Inode inode = item.linkTarget().isEmpty() ? item.inode() : target(item, linkable, tree);
      if (inode.kind() != Inode.Kind.DIRECTORY) {
        linkable.put(item.path(), inode);
      }
      tree.put(item.path(), inode);
    }
  }

  void tarSize(long bytes) {
    tarSize = bytes;
  }

  long tarSize() {
    return tarSize;
  }

  /** The paths of all that is no directory. */
  List<String> files() {
    return items.stream()
        .filter(item -> !item.linkTarget().isEmpty() || !item.inode().isDirectory())
        .map(Item::path)
        .toList();
  }

  private Inode target(Item link, Map<String, Inode> linkable, FileTree.Builder tree)
      throws MalformedLayerException {
    Inode inode = linkable.get(link.linkTarget());
    if (inode == null) {
      inode = tree.find(link.linkTarget()).orElse(NONE);
    }
    if (inode.isDirectory()) {
      throw new MalformedLayerException(
          "reading "
              + name
              + ": \""
              + link.path()
              + "\" is a hard link to \""
              + link.linkTarget()
              + "\", which is "
              + (inode == NONE ? "not there" : "a directory"));
    }
    return inode;
  }

  private static Inode withoutContent(TarEntry entry) {
    int mode = entry.mode();
    long mtime = mtime(entry);
    Xattrs xattrs = entry.xattrs();
    return switch (entry.type()) {
      case DIRECTORY -> Inode.directory(mode, entry.uid(), entry.gid(), mtime, xattrs);
      case SYMLINK ->
          Inode.symlink(mode, entry.uid(), entry.gid(), mtime, xattrs, entry.linkTarget());
      case CHARACTER_DEVICE -> special(Inode.Kind.CHARACTER_DEVICE, entry);
      case BLOCK_DEVICE -> special(Inode.Kind.BLOCK_DEVICE, entry);
      case FIFO -> special(Inode.Kind.FIFO, entry);
      case FILE, HARD_LINK -> throw new IllegalArgumentException(entry.type() + " has content");
    };
  }

  private static Inode special(Inode.Kind kind, TarEntry entry) {
    return Inode.special(
        kind,
        entry.mode(),
        entry.uid(),
        entry.gid(),
        mtime(entry),
        entry.xattrs(),
        new Inode.Device(entry.devMajor(), entry.devMinor()));
  }

  private static long mtime(TarEntry entry) {
    return entry.mtimeSeconds();
  }
}
