package dev.varve.core.update;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import dev.varve.core.tar.Xattrs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A path that a layer stores otherwise than the image before.
 *
 * @param path the path, as in {@link FileTree}
 * @param kind what happened to the path
 * @param bytes the size of the new content, or of the removed one; 0 if the content is the same
 * @param details the attributes that differ, such as {@code mode 644 → 755}; empty if the path was
 *     added or removed
 */
public record FileChange(String path, Kind kind, long bytes, List<String> details) {
  /** Largest first, then by path. */
  static final Comparator<FileChange> LARGEST_FIRST =
      Comparator.comparingLong((FileChange change) -> -change.bytes())
          .thenComparing(FileChange::path);

  /** Copies the list. */
  public FileChange {
    details = List.copyOf(details);
  }

  /** What happened to a path. */
  public enum Kind {
    /** Only the new image has it. */
    ADDED,
    /** Only the old image has it. */
    REMOVED,
    /** Its content differs, or its kind, or the target of its link; perhaps attributes as well. */
    CONTENT,
    /** The content is the same, but an owner, mode, mtime, extended attribute or name differs. */
    ATTRIBUTES
  }

  /** Returns the change of a path that only one of two images has. */
  static FileChange of(String path, Kind kind, Inode inode) {
    return new FileChange(path, kind, inode.size(), List.of());
  }

  /**
   * Compares what layers store of a path.
   *
   * @param linkedBefore the first path of the old inode
   * @param linkedAfter the first path of the new inode
   * @return empty if nothing differs
   */
  static Optional<FileChange> between(
      String path, Inode before, Inode after, String linkedBefore, String linkedAfter) {
    boolean content =
        before.kind() != after.kind()
            || !before.linkTarget().equals(after.linkTarget())
            || !before.device().equals(after.device())
            || !digest(before).equals(digest(after));
    List<String> details = new ArrayList<>();
    add(details, "kind", before.kind(), after.kind());
    if (before.kind() == after.kind()) {
      boolean link = after.kind() == Inode.Kind.SYMLINK;
      add(details, "target", before.linkTarget(), after.linkTarget());
      add(details, "device", before.device(), after.device());
      add(details, "mode", link ? "" : octal(before), link ? "" : octal(after));
    }
    add(details, "owner", owner(before), owner(after));
    add(details, "mtime", time(before), time(after));
    add(details, "hard link of", "/" + linkedBefore, "/" + linkedAfter);
    addXattrs(details, before.xattrs(), after.xattrs());
    return content || !details.isEmpty()
        ? Optional.of(
            new FileChange(
                path,
                content ? Kind.CONTENT : Kind.ATTRIBUTES,
                content ? after.size() : 0,
                details))
        : Optional.empty();
  }

  private static void add(List<String> details, String what, Object before, Object after) {
    if (!before.equals(after)) {
      details.add(what + " " + before + " → " + after);
    }
  }

  private static void addXattrs(List<String> details, Xattrs before, Xattrs after) {
    TreeSet<String> names = new TreeSet<>(before.names());
    names.addAll(after.names());
    for (String name : names) {
      byte @Nullable [] old = before.get(name).orElse(null);
      byte @Nullable [] now = after.get(name).orElse(null);
      if (!Arrays.equals(old, now)) {
        details.add((old == null ? "new " : now == null ? "without " : "other ") + name);
      }
    }
  }

  private static String digest(Inode inode) {
    return inode.content().map(content -> content.digest()).map(Digest::toString).orElse("");
  }

  private static Instant time(Inode inode) {
    return Instant.ofEpochSecond(inode.mtime());
  }

  private static String octal(Inode inode) {
    return Integer.toOctalString(inode.mode());
  }

  private static String owner(Inode inode) {
    return inode.uid() + ":" + inode.gid();
  }
}
