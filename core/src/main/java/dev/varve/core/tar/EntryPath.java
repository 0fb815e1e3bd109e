package dev.varve.core.tar;

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

  /** The one spelling of a path that does not {@linkplain #climbs climb}. */
  static String normalize(String path) {
    if (isNormal(path)) {
      return path;
    }
    StringBuilder normal = new StringBuilder(path.length());
    for (String segment : path.split("/", -1)) {
      if (!segment.isEmpty() && !segment.equals(".")) {
        normal.append(normal.length() == 0 ? "" : "/").append(segment);
      }
    }
    return normal.toString();
  }

  /** Whether a segment of {@code path} is "..". */
  static boolean climbs(String path) {
    int segment = 0;
    for (int i = path.indexOf('/'); i >= 0; i = path.indexOf('/', segment)) {
      if (isDotDot(path, segment, i - segment)) {
        return true;
      }
      segment = i + 1;
    }
    return isDotDot(path, segment, path.length() - segment);
  }

  private static boolean isDots(String path, int from, int length) {
    return (length == 1 && path.charAt(from) == '.') || isDotDot(path, from, length);
  }

  private static boolean isDotDot(String path, int from, int length) {
    return length == 2 && path.charAt(from) == '.' && path.charAt(from + 1) == '.';
  }
}
