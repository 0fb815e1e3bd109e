package dev.varve.core.filetree;

import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.Xattrs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One layer's entries in the order of its tar, with spooled contents. {@link #applyTo} applies the
 * layer to the layers below.
 *
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets">OCI:
 *     applying changesets</a>
 */
final class Layer {
  private static final String WHITEOUT = LayerTar.WHITEOUT;
  private static final String OPAQUE = ".wh..wh..opq";

  /** Linux's limit on the length of a path. */
  private static final int MAX_PATH = 4096;

  private final String name;
  private final Allowance memory;
  private long tarSize;
  private final List<Item> items = new ArrayList<>();
  private final List<String> files = new ArrayList<>();

  /** An entry: a hard link has a {@code linkTarget}; other entries have an inode. */
  private record Item(String path, String linkTarget, Inode inode) {}

  /** Placeholder inodes of hard links and of the two kinds of whiteouts. */
  private static final Inode NONE = Inode.directory(0, 0, 0, 0, Xattrs.EMPTY);

  private static final Inode DELETED = Inode.directory(0, 0, 0, 0, Xattrs.EMPTY);
  private static final Inode HIDDEN_BELOW = Inode.directory(0, 0, 0, 0, Xattrs.EMPTY);

  /** Creates a layer whose entries are counted by {@code memory}. */
  Layer(String name, Allowance memory) {
    this.name = name;
    this.memory = memory;
  }

  /** Adds a regular file. */
  void add(TarEntry entry, Content content) throws MalformedLayerException {
    add(
        entry,
        "",
        Inode.file(entry.mode(), entry.uid(), entry.gid(), mtime(entry), entry.xattrs(), content));
  }

  /** Adds an entry without content. */
  void add(TarEntry entry) throws MalformedLayerException {
    if (entry.type() == TarEntry.Type.HARD_LINK) {
      add(entry, entry.linkTarget(), NONE);
    } else {
      add(entry, "", withoutContent(entry));
    }
  }

  private void add(TarEntry entry, String linkTarget, Inode inode) throws MalformedLayerException {
    String path = entry.path();
    if (path.length() > MAX_PATH) {
      throw malformed(
          "\""
              + path.substring(0, 60)
              + "…\": expected a path of at most "
              + MAX_PATH
              + " characters, got "
              + path.length());
    }
    if (entry.linkTarget().length() > MAX_PATH) {
      throw malformed(
          "the link \""
              + path
              + "\": expected a target of at most "
              + MAX_PATH
              + " characters, got "
              + entry.linkTarget().length());
    }
    memory.take(entry, name);
    if (path.startsWith(WHITEOUT, path.lastIndexOf('/') + 1)) {
      hide(path);
    } else if (isOverlayWhiteout(entry)) {
      items.add(new Item(path, "", DELETED));
    } else {
      items.add(new Item(path, linkTarget, inode));
    }
  }

  /** Overlayfs, where podman unpacks layers, reads such a device as a whiteout. */
  private static boolean isOverlayWhiteout(TarEntry entry) {
    return entry.type() == TarEntry.Type.CHARACTER_DEVICE
        && entry.devMajor() == 0
        && entry.devMinor() == 0;
  }

  /** Adds a whiteout, which may be any kind of file: AUFS made them hard links. */
  private void hide(String path) throws MalformedLayerException {
    String parent = FileTree.parent(path);
    String whiteout = path.substring(parent.isEmpty() ? 0 : parent.length() + 1);
    if (whiteout.equals(OPAQUE)) {
      items.add(new Item(parent, "", HIDDEN_BELOW));
    } else if (!whiteout.startsWith(WHITEOUT + WHITEOUT)) { // AUFS's metadata are not files
      String hidden = whiteout.substring(WHITEOUT.length());
      if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
        throw malformed("\"" + path + "\" is a whiteout without a name");
      }
      items.add(new Item(parent.isEmpty() ? hidden : parent + "/" + hidden, "", DELETED));
    }
  }

  /** Applies this layer to {@code tree}, which has the layers below. */
  UnpackedLayer.Oddities applyTo(FileTree.Builder tree) throws MalformedLayerException {
    UnpackedLayer unpacked = new UnpackedLayer(name, memory);
    for (Item item : items) {
      if (item.inode() == DELETED) {
        unpacked.delete(item.path());
      } else if (item.inode() == HIDDEN_BELOW) {
        unpacked.hideBelow(item.path());
      } else {
        boolean isLink = !item.linkTarget().isEmpty();
        unpacked.put(item.path(), isLink ? target(item, unpacked, tree) : item.inode());
      }
    }
    return unpacked.layOver(tree, files);
  }

  String name() {
    return name;
  }

  void tarSize(long bytes) {
    tarSize = bytes;
  }

  long tarSize() {
    return tarSize;
  }

  /** The paths of all files that are not directories; complete once the layer is applied. */
  List<String> files() {
    return files;
  }

  private Inode target(Item link, UnpackedLayer unpacked, FileTree.Builder tree)
      throws MalformedLayerException {
    Optional<Inode> inode = unpacked.find(link.linkTarget(), tree);
    if (inode.isEmpty() || inode.get().isDirectory()) {
      throw malformed(
          "\""
              + link.path()
              + "\" is a hard link to \""
              + link.linkTarget()
              + "\", which is "
              + (inode.isEmpty() ? "missing" : "a directory"));
    }
    return inode.get();
  }

  private MalformedLayerException malformed(String problem) {
    return new MalformedLayerException("reading " + name + ": " + problem);
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
