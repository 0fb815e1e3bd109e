package dev.varve.core.packages.pacman;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.MalformedLineException;
import dev.varve.core.packages.PackageDatabase;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The database of pacman in an image. A package's changelog is the date of its build, because
 * pacman knows no other dates.
 */
public final class PacmanPackages implements PackageDatabase {
  /** The most bytes in all files together, decompressed; several packages may share a file. */
  private static final long MAX_BYTES = 1L << 30;

  private final FileTree tree;
  private final String local;
  private final long maxBytes;

  PacmanPackages(FileTree tree, String local, long maxBytes) {
    this.tree = tree;
    this.local = local;
    this.maxBytes = maxBytes;
  }

  /**
   * Finds the database of an image.
   *
   * @param scratch not used
   * @throws IOException if pacman's configuration can't be read
   */
  public static Optional<PackageDatabase> find(FileTree tree, Path scratch) throws IOException {
    return PacmanLocation.find(tree).map(local -> new PacmanPackages(tree, local, MAX_BYTES));
  }

  @Override
  public String title() {
    return "the pacman database /" + local;
  }

  /** Reads the packages in the order of their directories' names. */
  @Override
  public void read(IoConsumer<InstalledPackage> each, Consumer<String> leftOut) throws IOException {
    String firstFailure = "";
    boolean any = false;
    long bytes = 0;
    for (String directory : PacmanLocation.packages(tree, local)) {
      PacmanPackage read = new PacmanPackage(tree, directory);
      Optional<InstalledPackage> installed = Optional.empty();
      try {
        installed = Optional.of(read.read());
      } catch (MalformedLineException e) {
        String problem = String.valueOf(e.getMessage());
        firstFailure = firstFailure.isEmpty() ? problem : firstFailure;
        leftOut.accept(problem);
      }
      bytes += read.bytes();
      if (bytes > maxBytes) {
        throw unreadable(
            String.format(
                Locale.ROOT, "expected files of at most %,d bytes in all, got more", maxBytes));
      }
      if (installed.isPresent()) {
        any = true;
        each.accept(installed.get());
      }
    }
    if (!any) {
      throw unreadable("none of its packages can be read; " + firstFailure);
    }
  }

  private UnreadablePackageDatabaseException unreadable(String problem) {
    return new UnreadablePackageDatabaseException(
        title(),
        problem
            + "; run `pacman -Dk` in the image's build to see whether pacman can read the database");
  }
}
