package dev.varve.core.filetree;

import dev.varve.core.tar.Xattrs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * All files of an image by their paths. A path has no leading and no trailing slash, and names that
 * are not UTF-8 are escaped as {@link dev.varve.core.bytes.LosslessUtf8} does; the root itself is
 * the empty path. Every path's parents exist and are directories. Immutable.
 */
public final class FileTree {
  private static final int MAX_SYMLINKS = 40;

  private final List<Entry> entries;
  private final String[] paths;

  private FileTree(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    this.paths = entries.stream().map(Entry::path).toArray(String[]::new);
  }

  /**
   * A path and its inode.
   *
   * @param path the path, in the form described above
   * @param inode the inode at the path; shared by hard links
   */
  public record Entry(String path, Inode inode) {}

  /** Returns the entries by path, a directory before its content. */
  public List<Entry> entries() {
    return entries;
  }

  /** Returns the inode at {@code path}; symbolic links are not followed. */
  public Optional<Inode> find(String path) {
    int i = indexOf(path);
    return i < 0 ? Optional.empty() : Optional.of(entries.get(i).inode());
  }

  /** Returns the index of {@code path} in {@link #entries}; negative if there is no such path. */
  public int indexOf(String path) {
    return Arrays.binarySearch(paths, path);
  }

  /**
   * Returns the regular file at {@code path}; symbolic links are followed in the path's
   * directories, but not in the last name.
   */
  public Optional<Inode> file(String path) {
    return find(resolveParents(path)).filter(inode -> inode.content().isPresent());
  }

  /**
   * Returns all entries below a directory, by path; empty if there is no such directory. Symbolic
   * links are not followed.
   */
  public List<Entry> below(String directory) {
    // '0' follows '/', so that no path below the directory is after it.
    return entries.subList(place(directory + "/"), place(directory + "0"));
  }

  /** Returns the index of the first path that is not before {@code path}. */
  private int place(String path) {
    int index = indexOf(path);
    return index < 0 ? -index - 1 : index;
  }

  /** Returns the directory of {@code path}; of the root, the root. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /**
   * Resolves symbolic links in a path's directories, but not the last name. Needed for package
   * databases that were written before {@code /lib} became a link. Names after a missing directory
   * are kept unresolved.
   */
  public String resolveParents(String path) {
    String parent = parent(path);
    if (parent.isEmpty() || find(parent).map(Inode::isDirectory).orElse(false)) {
      return path;
    }
    return resolveParents(path, at -> find(at).map(Inode::linkTarget).orElse(""));
  }

  /** {@code linkTarget} returns a symbolic link's target, and "" for other paths. */
  static String resolveParents(String path, UnaryOperator<String> linkTarget) {
    Deque<String> todo = new ArrayDeque<>(List.of(path.split("/")));
    String at = "";
    int followed = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        at = parent(at);
        continue;
      }
      String next = at.isEmpty() ? name : at + "/" + name;
      String target = todo.isEmpty() ? "" : linkTarget.apply(next);
      if (target.isEmpty() || ++followed > MAX_SYMLINKS) {
        at = next;
        continue;
      }
      if (target.startsWith("/")) {
        at = "";
      }
      List<String> names = List.of(target.split("/"));
      for (int i = names.size() - 1; i >= 0; i--) {
        todo.push(names.get(i));
      }
    }
    return at;
  }

  /** Returns a copy without the paths that match and all paths below them. */
  public FileTree without(Predicate<String> pruned) {
    Builder builder = new Builder();
    for (Entry entry : entries) {
      if (pruned.test(entry.path())) {
        builder.remove(entry.path());
      } else if (builder.hasParent(entry.path())) {
        builder.put(entry.path(), entry.inode());
      }
    }
    return builder.build();
  }

  /**
   * Returns a copy in which each inode is replaced; hard links are preserved.
   *
   * @param replacement maps an inode's first path and the inode; called once for each inode
   */
  public FileTree map(BiFunction<String, Inode, Inode> replacement) {
    IdentityHashMap<Inode, Inode> mapped = new IdentityHashMap<>();
    List<Entry> copy = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      Inode inode = mapped.get(entry.inode());
      if (inode == null) {
        inode = replacement.apply(entry.path(), entry.inode());
        mapped.put(entry.inode(), inode);
      }
      copy.add(new Entry(entry.path(), inode));
    }
    return new FileTree(copy);
  }

  /** Builds a tree path by path. Not thread-safe. */
  public static final class Builder {
    private final TreeMap<String, Inode> inodes = new TreeMap<>();
    private final Set<Inode> impliedInodes = Collections.newSetFromMap(new IdentityHashMap<>());
    private long implied;

    /** Starts with an empty root of mode 0755. */
    public Builder() {
      inodes.put("", implicitDirectory());
    }

    /**
     * Puts an inode at a path. A directory that replaces a directory keeps the paths below it; any
     * other inode replaces the old one with everything below. Parents that are missing or not
     * directories become directories of mode 0755.
     */
    public Builder put(String path, Inode inode) {
      if (!path.isEmpty()) {
        putParents(path);
      } else if (!inode.isDirectory()) {
        throw new IllegalArgumentException("expected the root to be a directory");
      }
      Inode before = inodes.put(path, inode);
      if (before != null && before.isDirectory() && !inode.isDirectory()) {
        removeBelow(path);
      }
      return this;
    }

    /** Returns the inode at {@code path}. */
    public Optional<Inode> find(String path) {
      return Optional.ofNullable(inodes.get(path));
    }

    /** Removes a path and everything below it; does nothing if the path is missing. */
    public Builder remove(String path) {
      if (path.isEmpty()) {
        throw new IllegalArgumentException("the root can't be removed");
      }
      Inode before = inodes.remove(path);
      if (before != null && before.isDirectory()) {
        removeBelow(path);
      }
      return this;
    }

    /** Removes everything below a directory, but not the directory. */
    public Builder removeBelow(String path) {
      if (path.isEmpty()) {
        Inode root = inodes.getOrDefault("", implicitDirectory());
        inodes.clear();
        inodes.put("", root);
      } else {
        inodes.subMap(path + "/", path + "0").clear(); // '0' follows '/'
      }
      return this;
    }

    /** Returns the entries below a path, by path. */
    List<Entry> below(String path) {
      SortedMap<String, Inode> found =
          path.isEmpty() ? inodes.tailMap("", false) : inodes.subMap(path + "/", path + "0");
      return found.entrySet().stream()
          .map(each -> new Entry(each.getKey(), each.getValue()))
          .toList();
    }

    private boolean hasParent(String path) {
      return path.isEmpty() || inodes.containsKey(parent(path));
    }

    /** Makes the directories above a path that are missing or not directories. */
    void putParents(String path) {
      String at = parent(path);
      while (!find(at).map(Inode::isDirectory).orElse(false)) {
        inodes.put(at, implicitDirectory());
        implied += at.length();
        at = parent(at);
      }
    }

    /** The number of characters in the paths of implied directories, which were missing parents. */
    long implied() {
      return implied;
    }

    /** Returns whether a directory is implied: created as a missing parent. */
    boolean isImplied(Inode directory) {
      return impliedInodes.contains(directory);
    }

    private Inode implicitDirectory() {
      Inode directory = Inode.directory(0755, 0, 0, 0, Xattrs.EMPTY);
      impliedInodes.add(directory);
      return directory;
    }

    /** Returns the tree with the current paths. */
    public FileTree build() {
      List<Entry> entries = new ArrayList<>(inodes.size());
      inodes.forEach((path, inode) -> entries.add(new Entry(path, inode)));
      return new FileTree(entries);
    }
  }
}
