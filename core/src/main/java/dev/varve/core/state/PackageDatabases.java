package dev.varve.core.state;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.Drift;
import dev.varve.core.packages.DriftFinder;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageDatabase;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.Repair;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import dev.varve.core.packages.apk.ApkPackages;
import dev.varve.core.packages.dpkg.DpkgPackages;
import dev.varve.core.packages.pacman.PacmanPackages;
import dev.varve.core.packages.rpm.RpmPackages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The package databases of an image: all that it has, each read by its package manager's class. */
public final class PackageDatabases {
  private static final String WITHOUT =
      "components come from extended attributes, groups, big files and directories";

  private static final List<Finder> KNOWN =
      List.of(RpmPackages::find, DpkgPackages::find, PacmanPackages::find, ApkPackages::find);

  private final FileTree tree;
  private final List<PackageDatabase> found;

  /** Finds the database of a package manager in a tree, with a directory for copies. */
  private interface Finder {
    Optional<PackageDatabase> find(FileTree tree, Path scratch) throws IOException;
  }

  private PackageDatabases(FileTree tree, List<PackageDatabase> found) {
    this.tree = tree;
    this.found = found;
  }

  /**
   * Finds the databases of an image.
   *
   * @param scratch a directory for temporary copies
   * @throws IOException if a package manager's configuration can't be read
   */
  public static PackageDatabases find(FileTree tree, Path scratch) throws IOException {
    List<PackageDatabase> found = new ArrayList<>();
    for (Finder known : KNOWN) {
      known.find(tree, scratch).ifPresent(found::add);
    }
    return new PackageDatabases(tree, List.copyOf(found));
  }

  /** The files. */
  FileTree tree() {
    return tree;
  }

  /**
   * Returns an index without packages, and reports the databases that are present but not read.
   *
   * @param notices receives a line that names the database, if the image has one
   */
  PackageIndex ignored(Consumer<String> notices) {
    found.forEach(
        database -> notices.accept(database.title() + " is not read, as asked: " + WITHOUT));
    return PackageIndex.none(tree);
  }

  /**
   * Reads the databases into an index. Packages that can't be read are left out.
   *
   * @param notices receives warnings, for example that the image has no database
   * @throws UnreadablePackageDatabaseException if a whole database is damaged, or has a format that
   *     Varve can't read
   */
  PackageIndex read(Consumer<String> notices) throws IOException {
    if (found.isEmpty()) {
      notices.accept(
          "no package database (looked for those of RPM, dpkg, pacman and apk): " + WITHOUT);
    }
    PackageIndex.Builder index = new PackageIndex.Builder(tree);
    forEach(index::add, notices);
    index.notices().forEach(notices);
    return index.build();
  }

  /**
   * Returns the same databases, of files with what packages say of them restored.
   *
   * @param notices receives a line about what was restored
   */
  PackageDatabases repaired(Set<Repair> repairs, Consumer<String> notices) throws IOException {
    if (repairs.isEmpty()) {
      return this;
    }
    DriftFinder drift = new DriftFinder(tree);
    forEach(drift::add, notice -> {});
    List<Drift> repaired = new ArrayList<>();
    FileTree restored = drift.repaired(repairs, repaired::add);
    if (!repaired.isEmpty()) {
      notices.accept(
          Quantity.of(repaired.size(), "attribute", "is", "are")
              + " restored as packages ship them, first /"
              + repaired.get(0).path()
              + ": "
              + repaired.get(0).found()
              + " → "
              + repaired.get(0).shipped());
    }
    return new PackageDatabases(restored, found);
  }

  /**
   * Passes every installed package to {@code each}, as {@link PackageDatabase#read} does.
   *
   * @param notices receives warnings about packages that can't be read
   */
  public void forEach(IoConsumer<InstalledPackage> each, Consumer<String> notices)
      throws IOException {
    for (PackageDatabase database : found) {
      LeftOut leftOut = new LeftOut(database.title(), notices);
      database.read(each, leftOut::add);
      leftOut.reportRest();
    }
  }

  /** Reports packages that can't be read: the first five one by one, the rest as a number. */
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
                + " has a package that can't be read, is left out and owns no files: "
                + problem);
      }
    }

    void reportRest() {
      if (count > MOST_NAMED) {
        long more = count - MOST_NAMED;
        notices.accept(
            database
                + " has "
                + Quantity.of(more, "more package")
                + " that can't be read and "
                + (more == 1 ? "is" : "are")
                + " left out as well");
      }
    }
  }
}
