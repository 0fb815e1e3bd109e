package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.Quantity;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds an image's RPM database and builds from it the index of the files' owners. */
public final class RpmPackages {
  private static final String WITHOUT =
      "components come from extended attributes, groups, big files and directories";

  private RpmPackages() {}

  /**
   * Returns an index without packages, and reports a database that is present but not read.
   *
   * @param notices receives a line that names the database, if the image has one
   */
  public static PackageIndex none(FileTree tree, Consumer<String> notices) {
    find(tree)
        .ifPresent(
            location ->
                notices.accept(
                    "the RPM database /" + location.path() + " is not read, as asked: " + WITHOUT));
    return PackageIndex.none(tree);
  }

  /**
   * Reads the database into an index. Packages whose header can't be read are left out.
   *
   * @param tree the image
   * @param scratch a directory for a temporary copy of the database
   * @param notices receives warnings, for example that the image has no database
   * @throws UnreadableRpmDatabaseException if the whole database is damaged, or has a format that
   *     Varve can't read
   */
  public static PackageIndex index(FileTree tree, Path scratch, Consumer<String> notices)
      throws IOException {
    Optional<RpmDatabaseLocation> found = find(tree);
    if (found.isEmpty()) {
      notices.accept(
          "no RPM database (looked in "
              + String.join(", ", RpmDatabaseLocation.DIRECTORIES)
              + "): "
              + WITHOUT);
      return PackageIndex.none(tree);
    }
    RpmDatabaseLocation location = found.get();
    location.requireReadable();
    Path directory = Files.createTempDirectory(scratch, "rpmdb");
    Path copy = directory.resolve("rpmdb.sqlite");
    Path wal = directory.resolve("rpmdb.sqlite-wal");
    try {
      copy(file(tree, location.path()).orElseThrow(), copy);
      Optional<Inode> log = file(tree, location.walPath());
      if (log.isPresent()) {
        copy(log.get(), wal);
      }
      PackageIndex.Builder index = new PackageIndex.Builder(tree);
      LeftOut leftOut = new LeftOut("the RPM database /" + location.path(), notices);
      RpmDatabase.read(copy, location.path(), index::add, leftOut::add);
      leftOut.reportRest();
      index.notices().forEach(notices);
      return index.build();
    } finally {
      Files.deleteIfExists(wal);
      Files.deleteIfExists(copy);
      Files.delete(directory);
    }
  }

  private static Optional<RpmDatabaseLocation> find(FileTree tree) {
    return RpmDatabaseLocation.find(path -> file(tree, path).isPresent());
  }

  private static Optional<Inode> file(FileTree tree, String path) {
    return tree.find(tree.resolveParents(path)).filter(inode -> inode.content().isPresent());
  }

  private static void copy(Inode from, Path to) throws IOException {
    try (InputStream in = from.content().orElseThrow().open()) {
      Files.copy(in, to);
    }
  }

  /** Reports headers that can't be read: the first five one by one, the rest as a number. */
  private static final class LeftOut {
    private static final int MOST_NAMED = 5;

    private final String database;
    private final Consumer<String> notices;
    private long count;

    LeftOut(String database, Consumer<String> notices) {
      this.database = database;
      this.notices = notices;
    }

    void add(String problem) {
      if (++count <= MOST_NAMED) {
        notices.accept(
            database
                + " has a header that can't be read; its package is left out and owns no files: "
                + problem);
      }
    }

    void reportRest() {
      if (count > MOST_NAMED) {
        long more = count - MOST_NAMED;
        notices.accept(
            database
                + " has "
                + Quantity.of(more, "more header")
                + " that can't be read; "
                + (more == 1 ? "its package is" : "their packages are")
                + " left out as well");
      }
    }
  }
}
