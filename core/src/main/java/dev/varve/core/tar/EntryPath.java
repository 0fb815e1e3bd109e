package dev.varve.core.tar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Paths in the one spelling used here: relative to the root, no empty, "." or ".." segments, no
 * trailing slash; the root itself is "".
 */
final class EntryPath {
  private EntryPath() {}

  /** Whether {@code path} is in the one spelling. */
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
   * The one spelling of a path, ".." taken by its letters and not by what is at the path, as podman
   * and umoci take it. Above the root of a path that begins with a slash there is that root.
   *
   * @return nothing if the path climbs out
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
