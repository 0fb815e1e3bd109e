package dev.varve.core.filetree;

import dev.varve.core.filetree.OstreeVariants.Directory;
import dev.varve.core.filetree.OstreeVariants.Meta;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The extended attributes of the directories in an OSTree-encapsulated image. The layers have each
 * directory with its mode and owner, but its extended attributes are only in the objects of the
 * commit: the commit names the objects of the root directory, which name those of the directories
 * in it, and so on.
 *
 * @see <a href="https://ostreedev.github.io/ostree/repo/">Anatomy of an OSTree repository</a>
 */
final class OstreeDirectories {
  /** More than the object of a directory with half a million entries. */
  private static final int MAX_OBJECT = 1 << 26;

  private final FileTree tree;
  private final String objects;
  private final Map<String, Meta> metas = new HashMap<>();

  private OstreeDirectories(FileTree tree, String objects) {
    this.tree = tree;
    this.objects = objects;
  }

  /**
   * A directory of the commit.
   *
   * @param path the path in the commit; empty for the root
   */
  private record Place(String path, Directory directory) {
    /** Returns the path in the image, which has the commit's {@code usr/etc} as {@code etc}. */
    String inImage() {
      boolean etc = path.equals("usr/etc") || path.startsWith("usr/etc/");
      return etc ? path.substring("usr/".length()) : path;
    }

    Place child(Directory child) {
      return new Place(path.isEmpty() ? child.name() : path + "/" + child.name(), child);
    }
  }

  /**
   * Returns the attributes by the directories, except those that clients set themselves. A
   * directory that a layer above the commit has changed is left out. Empty if the image has no
   * commit, or several.
   *
   * @param objects the directory of the repository's objects
   */
  static IdentityHashMap<Inode, Xattrs> xattrs(FileTree tree, String objects) throws IOException {
    OstreeDirectories directories = new OstreeDirectories(tree, objects);
    String commit = null;
    boolean any = false;
    for (FileTree.Entry entry : tree.entries()) {
      String path = entry.path();
      if (!path.startsWith(objects) || entry.inode().kind() != Inode.Kind.FILE) {
        continue;
      }
      if (path.endsWith(".commit")) {
        if (commit != null) {
          return new IdentityHashMap<>();
        }
        commit = path;
      } else if (path.endsWith(".dirmeta")) {
        Meta meta = directories.read(path, OstreeVariants::meta).orElseThrow();
        any |= !kept(meta).isEmpty();
        directories.metas.put(path, meta);
      }
    }
    return any && commit != null ? directories.walk(commit) : new IdentityHashMap<>();
  }

  private static Xattrs kept(Meta meta) {
    return meta.xattrs().without(TreeComparison::isClientXattr);
  }

  private IdentityHashMap<Inode, Xattrs> walk(String commit) throws IOException {
    IdentityHashMap<Inode, Xattrs> found = new IdentityHashMap<>();
    Set<String> seen = new HashSet<>();
    Deque<Place> todo = new ArrayDeque<>();
    todo.push(new Place("", read(commit, OstreeVariants::root).orElseThrow()));
    while (!todo.isEmpty()) {
      Place place = todo.pop();
      Optional<Inode> inode = tree.find(place.inImage());
      // Only a forged commit names a path twice, or leads on without end.
      boolean isFollowed = place.path().isEmpty() || inode.filter(this::isDirectory).isPresent();
      if (!isFollowed || !seen.add(place.path())) {
        continue;
      }
      Meta meta = metas.get(object(place.directory().dirmeta(), ".dirmeta"));
      if (meta != null && inode.isPresent() && isUnchanged(inode.get(), meta)) {
        found.put(inode.get(), kept(meta));
      }
      String dirtree = object(place.directory().dirtree(), ".dirtree");
      for (Directory child : read(dirtree, OstreeVariants::directories).orElse(List.of())) {
        todo.push(place.child(child));
      }
    }
    return found;
  }

  private boolean isDirectory(Inode inode) {
    return inode.kind() == Inode.Kind.DIRECTORY;
  }

  private static boolean isUnchanged(Inode inode, Meta meta) {
    return inode.uid() == meta.uid() && inode.gid() == meta.gid() && inode.mode() == meta.mode();
  }

  private String object(String checksum, String suffix) {
    return objects + checksum.substring(0, 2) + "/" + checksum.substring(2) + suffix;
  }

  /** Parses an object; empty if the image lacks it. */
  private <T> Optional<T> read(String path, Function<byte[], T> parser) throws IOException {
    Optional<Content> content = tree.find(path).flatMap(Inode::content);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    String reading = "reading the OSTree object \"" + path + "\": ";
    if (content.get().size() > MAX_OBJECT) {
      throw new MalformedLayerException(
          reading + "expected at most " + MAX_OBJECT + " bytes, got " + content.get().size());
    }
    try (InputStream in = content.get().open()) {
      return Optional.of(parser.apply(in.readAllBytes()));
    } catch (IllegalArgumentException e) {
      throw new MalformedLayerException(reading + "expected a GVariant: " + e.getMessage());
    }
  }
}
