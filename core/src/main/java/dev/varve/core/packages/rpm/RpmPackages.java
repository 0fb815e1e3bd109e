package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The RPM database of an image. */
public final class RpmPackages implements PackageDatabase {
  private final FileTree tree;
  private final RpmDatabaseLocation location;
  private final Path scratch;

  private RpmPackages(FileTree tree, RpmDatabaseLocation location, Path scratch) {
    this.tree = tree;
    this.location = location;
    this.scratch = scratch;
  }

  /**
   * Finds the database of an image.
   *
   * @param scratch a directory for a temporary copy of the database
   */
  public static Optional<PackageDatabase> find(FileTree tree, Path scratch) {
    return RpmDatabaseLocation.find(path -> tree.file(path).isPresent())
        .map(location -> new RpmPackages(tree, location, scratch));
  }

  @Override
  public String title() {
    return location.title();
  }

  /** Reads a copy, for random access, and because SQLite replays the log into its file. */
  @Override
  public void read(IoConsumer<InstalledPackage> each, Consumer<String> leftOut) throws IOException {
    Path directory = Files.createTempDirectory(scratch, "rpmdb");
    Path copy = directory.resolve(location.format().fileName());
    Path wal = directory.resolve(location.format().fileName() + "-wal");
    try {
      copy(tree.file(location.path()).orElseThrow(), copy);
      Optional<Inode> log = tree.file(location.walPath());
      if (log.isPresent()) {
        copy(log.get(), wal);
      }
      RpmDatabase.read(copy, location, each, leftOut);
    } finally {
      Files.deleteIfExists(wal);
      Files.deleteIfExists(copy);
      Files.delete(directory);
    }
  }

  private static void copy(Inode from, Path to) throws IOException {
    try (InputStream in = from.content().orElseThrow().open()) {
      Files.copy(in, to);
    }
  }
}
