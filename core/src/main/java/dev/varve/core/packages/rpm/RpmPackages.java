package dev.varve.core.packages.rpm;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.PackageIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds an image's RPM database and tells from it who owns the image's files. */
public final class RpmPackages {
  private static final String WITHOUT =
      "components come from extended attributes, groups, big files and directories";

  private RpmPackages() {}

  /**
   * Does not read the database, if there is one.
   *
   * @param notices receives a line that names the database
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
   * Reads the database. Packages whose header can't be read are left out.
   *
   * @param tree the image
   * @param scratch a directory for a copy of the database, which is deleted again
   * @param notices is told what a person should know, such as that there is no database
   * @throws UnreadableRpmDatabaseException if the database is damaged as a whole, or of a format
   *     that is not read
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
      leftOut.tellRest();
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

  /** Tells of the headers that can't be read: of the first ones each, of the rest their number. */
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
                + " has a header that can't be read; its package is left out, and owns no files: "
                + problem);
      }
    }

    void tellRest() {
      if (count > MOST_NAMED) {
        notices.accept(
            database
                + " has "
                + (count - MOST_NAMED)
                + " more headers that can't be read; their packages are left out as well");
      }
    }
  }
}
