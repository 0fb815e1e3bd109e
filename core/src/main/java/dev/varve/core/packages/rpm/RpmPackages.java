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
  private RpmPackages() {}

  /**
   * Reads the database.
   *
   * @param tree the image
   * @param scratch a directory for a copy of the database, which is deleted again
   * @param notices is told what a person should know, such as that there is no database
   * @throws UnsupportedRpmDatabaseException if the database is of a format that is not read
   */
  public static PackageIndex index(FileTree tree, Path scratch, Consumer<String> notices)
      throws IOException {
    Optional<RpmDatabaseLocation> found =
        RpmDatabaseLocation.find(path -> file(tree, path).isPresent());
    if (found.isEmpty()) {
      notices.accept(
          "no RPM database (looked in "
              + String.join(", ", RpmDatabaseLocation.DIRECTORIES)
              + "): components come from extended attributes, groups, big files and directories");
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
      RpmDatabase.read(copy, index::add);
      index.notices().forEach(notices);
      return index.build();
    } catch (IOException e) {
      throw new IOException("reading /" + location.path() + ": " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(wal);
      Files.deleteIfExists(copy);
      Files.delete(directory);
    }
  }

  private static Optional<Inode> file(FileTree tree, String path) {
    return tree.find(tree.resolveParents(path)).filter(inode -> inode.content().isPresent());
  }

  private static void copy(Inode from, Path to) throws IOException {
    try (InputStream in = from.content().orElseThrow().open()) {
      Files.copy(in, to);
    }
  }
}
