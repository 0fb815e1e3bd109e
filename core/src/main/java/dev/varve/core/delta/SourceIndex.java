package dev.varve.core.delta;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import dev.varve.core.tardiff.SourcePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Chooses the file of the old image from which a file of the new image is built: a file with the
 * same content; else the file at the same path; else at a path that differs in version numbers
 * only, such as {@code usr/lib/modules/6.1.0-13-amd64/}; else a file of the same name in another
 * directory. Of several, the one that is nearest in size.
 */
final class SourceIndex {
  private static final int READABLE_BY_ALL = 0004;

  private static final Pattern VERSION = Pattern.compile("[0-9]++(?:[.+~_-]?[0-9]++)*+");

  /** Names that too many unrelated files have. */
  private static final int MOST_NAMESAKES = 64;

  private final Map<Digest, OldFile> byDigest = new HashMap<>();
  private final Map<String, OldFile> byPath = new HashMap<>();
  private final Map<String, List<OldFile>> byVersionlessPath = new HashMap<>();
  private final Map<String, List<OldFile>> byVersionlessName = new HashMap<>();

  /**
   * A regular file of the old image.
   *
   * @param path its first path, in the form of {@link FileTree}
   * @param content its content
   */
  record OldFile(String path, Content content) {}

  /** Indexes the files of the old image. */
  SourceIndex(FileTree tree) {
    // Hard links are known by one path: the first, under which Varve's layers store the content.
    IdentityHashMap<Inode, OldFile> known = new IdentityHashMap<>();
    for (FileTree.Entry entry : tree.entries()) {
      Optional<Content> content = entry.inode().content();
      if (content.isPresent() && content.get().size() > 0 && isFound(entry.path(), entry.inode())) {
        OldFile file =
            known.computeIfAbsent(entry.inode(), inode -> new OldFile(entry.path(), content.get()));
        add(entry.path(), file);
      }
    }
  }

  private void add(String path, OldFile file) {
    byPath.put(path, file);
    byDigest.putIfAbsent(file.content().digest(), file);
    byVersionlessPath.computeIfAbsent(versionless(path), key -> new ArrayList<>()).add(file);
    byVersionlessName.computeIfAbsent(name(path), key -> new ArrayList<>()).add(file);
  }

  /** Returns the file with a content; the one at {@code path} if several have the content. */
  Optional<OldFile> same(String path, Digest content) {
    OldFile there = byPath.get(path);
    return there != null && there.content().digest().equals(content)
        ? Optional.of(there)
        : Optional.ofNullable(byDigest.get(content));
  }

  /** Returns the file that a file of another content probably comes from. */
  Optional<OldFile> similar(String path, long size) {
    return Optional.ofNullable(byPath.get(path))
        .or(() -> nearest(byVersionlessPath, SourceIndex::versionless, path, size))
        .or(() -> nearest(byVersionlessName, SourceIndex::name, path, size));
  }

  private static Optional<OldFile> nearest(
      Map<String, List<OldFile>> index, Function<String, String> key, String path, long size) {
    List<OldFile> found = index.getOrDefault(key.apply(path), List.of());
    if (found.size() > MOST_NAMESAKES) {
      return Optional.empty();
    }
    OldFile nearest = null;
    for (OldFile file : found) {
      if (nearest == null || distance(file, size) < distance(nearest, size)) {
        nearest = file;
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static long distance(OldFile file, long size) {
    return Math.abs(file.content().size() - size);
  }

  private static String name(String path) {
    return versionless(path.substring(path.lastIndexOf('/') + 1));
  }

  private static String versionless(String path) {
    return VERSION.matcher(path).replaceAll("0");
  }

  /**
   * Whether every reader finds the file: in a booted system, where other directories belong to the
   * machine and files may be read by everybody only, as well.
   */
  private static boolean isFound(String path, Inode file) {
    return (path.startsWith("usr/") || path.startsWith("etc/"))
        && (file.mode() & READABLE_BY_ALL) != 0
        && SourcePath.isValid(path);
  }
}
