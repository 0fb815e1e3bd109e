package dev.varve.core.packages.dpkg;

import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.MalformedLineException;
import dev.varve.core.packages.PackageFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The paths that packages or administrators have diverted: the path belongs to the package that
 * diverted it, and what any other package ships there is at another path.
 *
 * @see <a href="https://manpages.debian.org/dpkg-divert.1">dpkg-divert(1)</a>
 */
final class Diversions {
  /** Nothing is diverted. */
  static final Diversions NONE = new Diversions(Map.of());

  /** The most diversions; a system has some dozens. */
  static final int MAX_DIVERSIONS = 100_000;

  private static final int LINES = 3;

  /**
   * A diversion.
   *
   * @param to the path of what other packages ship
   * @param by the package that diverted; a colon if an administrator did
   */
  private record Diversion(String to, String by) {}

  private final Map<String, Diversion> byPath;

  private Diversions(Map<String, Diversion> byPath) {
    this.byPath = byPath;
  }

  /**
   * Reads diversions, each on three lines: the path, the path in its place, and who diverted.
   *
   * @throws MalformedLineException if the last one is incomplete, which dpkg refuses too, or if
   *     there are more than {@link #MAX_DIVERSIONS}
   */
  static Diversions read(DatabaseLines lines) throws IOException {
    Map<String, Diversion> byPath = new HashMap<>();
    while (lines.next()) {
      if (byPath.size() == MAX_DIVERSIONS) {
        throw lines.malformed("expected at most " + MAX_DIVERSIONS + " diversions");
      }
      String from = lines.text();
      String to = next(lines);
      Diversion diversion = new Diversion(relative(to), next(lines));
      if (PackageFile.isPath(diversion.to())) {
        byPath.putIfAbsent(relative(from), diversion);
      }
    }
    return new Diversions(byPath);
  }

  private static String next(DatabaseLines lines) throws IOException {
    if (!lines.next()) {
      throw lines.malformed("expected " + LINES + " lines for a diversion, got the end");
    }
    return lines.text();
  }

  private static String relative(String path) {
    return path.startsWith("/") ? path.substring(1) : path;
  }

  /** Returns the path at which a package's file is. */
  String pathOf(String path, String packageName) {
    Diversion diversion = byPath.get(path);
    return diversion == null || diversion.by().equals(packageName) ? path : diversion.to();
  }
}
