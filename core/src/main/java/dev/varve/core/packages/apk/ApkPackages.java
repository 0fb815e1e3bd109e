package dev.varve.core.packages.apk;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.MalformedLineException;
import dev.varve.core.packages.PackageDatabase;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The database of apk in an image. A package is a paragraph; each of its lines has a letter, a
 * colon and a value. apk knows no mtimes, and of a package's changelog only the date of its build.
 */
public final class ApkPackages implements PackageDatabase {
  /** The longest database. */
  private static final long MAX_BYTES = 1L << 30;

  /** apk 3 looks for the first before it creates the second; often they are one by a link. */
  private static final List<String> PATHS =
      List.of("lib/apk/db/installed", "usr/lib/apk/db/installed");

  private final FileTree tree;
  private final String path;

  private ApkPackages(FileTree tree, String path) {
    this.tree = tree;
    this.path = path;
  }

  /**
   * Finds the database of an image.
   *
   * @param scratch not used
   */
  public static Optional<PackageDatabase> find(FileTree tree, Path scratch) {
    return PATHS.stream()
        .filter(path -> tree.file(path).isPresent())
        .findFirst()
        .map(path -> new ApkPackages(tree, tree.resolveParents(path)));
  }

  @Override
  public String title() {
    return "the apk database /" + path;
  }

  @Override
  public void read(IoConsumer<InstalledPackage> each, Consumer<String> leftOut) throws IOException {
    String firstFailure = "";
    boolean any = false;
    try (InputStream in = tree.file(path).orElseThrow().content().orElseThrow().open()) {
      DatabaseLines lines = new DatabaseLines(in, path, MAX_BYTES);
      ApkRecord record = new ApkRecord();
      while (next(lines, record)) {
        Optional<InstalledPackage> installed = record.installed();
        if (installed.isPresent()) {
          any = true;
          each.accept(installed.get());
        } else {
          firstFailure = firstFailure.isEmpty() ? record.problem() : firstFailure;
          leftOut.accept(record.problem());
        }
        record = new ApkRecord();
      }
    }
    if (!any && !firstFailure.isEmpty()) {
      throw unreadable("none of its packages can be read; " + firstFailure);
    }
  }

  /** Reads a record up to its empty line; returns false if the file ends before it begins. */
  private boolean next(DatabaseLines lines, ApkRecord record) throws IOException {
    boolean begun = false;
    try {
      while (lines.next()) {
        if (!lines.isEmpty()) {
          record.add(lines);
          begun = true;
        } else if (begun) {
          return true;
        }
      }
    } catch (MalformedLineException e) { // the line's end, and with it the rest, is unknown
      throw unreadable(String.valueOf(e.getMessage()));
    }
    return begun;
  }

  private UnreadablePackageDatabaseException unreadable(String problem) {
    return new UnreadablePackageDatabaseException(
        title(),
        problem + "; run `apk info` in the image's build to see whether apk can read the database");
  }
}
