package dev.varve.core.packages.dpkg;

import dev.varve.core.bytes.Quantity;
import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.PackageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads lists of a package's files. Lines that name no path below the root are skipped. */
final class FileList {
  /** The most files of a package. */
  static final int MAX_FILES = 1_000_000;

  private FileList() {}

  /**
   * Reads a list of paths, a line each, the first of which is {@code /.} for the root. A list
   * doesn't say which paths are directories; those with others of the list below them are left out.
   * They belong to many packages, and if {@code /lib} has become a symbolic link, it is not that of
   * a package which has files below it.
   *
   * @return the paths without a leading slash
   */
  static List<String> read(DatabaseLines lines) throws IOException {
    List<String> paths = new ArrayList<>();
    while (lines.next()) {
      String path = lines.from(lines.at(0) == '/' ? 1 : 0);
      if (PackageFile.isPath(path)) {
        requireFewer(paths.size());
        paths.add(path);
      }
    }
    String[] sorted = paths.toArray(String[]::new);
    Arrays.sort(sorted);
    paths.removeIf(path -> isParent(path + "/", sorted));
    return paths;
  }

  /** Returns whether a directory, with its slash, has others of the sorted paths below it. */
  private static boolean isParent(String directory, String[] sorted) {
    int place = -Arrays.binarySearch(sorted, directory) - 1; // no path ends with a slash
    return place < sorted.length && sorted[place].startsWith(directory);
  }

  /**
   * Reads digests as {@code md5sum} prints them. Debian's are without a leading slash; others start
   * with a slash or with {@code ./}.
   *
   * @return the digests by path, in their order
   */
  static Map<String, FileDigest> readDigests(DatabaseLines lines) throws IOException {
    Map<String, FileDigest> digests = new LinkedHashMap<>();
    while (lines.next()) {
      int space = lines.indexOf(' ');
      int marker = lines.at(space + 1);
      if (space > 0 && (marker == ' ' || marker == '*')) {
        String path = relative(lines.from(space + 2));
        FileDigest digest = FileDigest.of(Algorithm.MD5, lines.between(0, space)).orElse(null);
        if (digest != null && PackageFile.isPath(path)) {
          requireFewer(digests.size());
          digests.put(path, digest);
        }
      }
    }
    return digests;
  }

  private static String relative(String path) {
    return path.startsWith("./")
        ? path.substring(2)
        : path.startsWith("/") ? path.substring(1) : path;
  }

  private static void requireFewer(int files) throws MalformedPackageException {
    if (files == MAX_FILES) {
      throw new MalformedPackageException(
          "expected at most " + Quantity.of(MAX_FILES, "file") + ", got more");
    }
  }
}
