package dev.varve.core.tar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Normal paths: relative to the root, without empty, "." or ".." segments, without a trailing
 * slash; the root itself is "".
 */
final class EntryPath {
  private EntryPath() {}

  /** Returns whether {@code path} is normal. */
  static boolean isNormal(String path) {
    int segment = 0;
    for (int i = 0; i <= path.length(); i++) {
      if (i == path.length() || path.charAt(i) == '/') {
        int length = i - segment;
        if (length == 0 && !path.isEmpty()) {
          return false;
        }
        if (isDots(path, segment, length)) {
          return false;
        }
        segment = i + 1;
      } else if (path.charAt(i) == 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the normal form of a path. ".." is resolved lexically, as podman and umoci do; symbolic
   * links are not followed. In an absolute path, ".." at the root stays at the root.
   *
   * @return empty if a relative path leaves the root
   */
  static Optional<String> normalize(String path) {
    if (isNormal(path)) {
      return Optional.of(path);
    }
    Deque<String> names = new ArrayDeque<>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        if (names.pollLast() == null && !path.startsWith("/")) {
          return Optional.empty();
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        names.add(segment);
      }
    }
    return Optional.of(String.join("/", names));
  }

  private static boolean isDots(String path, int from, int length) {
    return (length == 1 && path.charAt(from) == '.') || isDotDot(path, from, length);
  }

  private static boolean isDotDot(String path, int from, int length) {
    return length == 2 && path.charAt(from) == '.' && path.charAt(from + 1) == '.';
  }
}
