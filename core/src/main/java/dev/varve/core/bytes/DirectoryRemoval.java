package dev.varve.core.bytes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Removes directories with their content. Symbolic links are removed, not followed. Other threads
 * may add and remove files at the same time.
 */
public final class DirectoryRemoval {
  private static final int TRIES = 10;

  private DirectoryRemoval() {}

  /**
   * Removes a directory, if it exists, with its content.
   *
   * @throws IOException for the first file that can't be removed, after removing the others; or if
   *     files keep appearing
   */
  public static void remove(Path directory) throws IOException {
    for (int tries = 1; Lookup.exists(directory, LinkOption.NOFOLLOW_LINKS); tries++) {
      Optional<IOException> failure = removeAllBut(directory, path -> false);
      if (failure.isEmpty()) {
        return;
      }
      if (!(failure.get() instanceof DirectoryNotEmptyException)) {
        throw failure.get();
      }
      if (tries == TRIES) {
        throw new IOException(
            "removing " + directory + ": files keep appearing in it", failure.get());
      }
    }
  }

  /**
   * Removes all removable files and directories of a tree, except those that match {@code kept}.
   *
   * @return the first failure, if any; the parents of a kept file count as failures unless they are
   *     kept too
   */
  static Optional<IOException> removeAllBut(Path top, Predicate<Path> kept) {
    Visitor visitor = new Visitor(kept);
    try {
      Files.walkFileTree(top, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException("the visitor throws none", e);
    }
    return Optional.ofNullable(visitor.failure);
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Predicate<Path> kept;
    private @Nullable IOException failure;

    Visitor(Predicate<Path> kept) {
      this.kept = kept;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      return delete(file, null);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return delete(file, e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
      return delete(directory, e);
    }

    /** Deletes a file; if it can't be, the failure to read it is the reason. */
    private FileVisitResult delete(Path path, @Nullable IOException unreadable) {
      try {
        if (!kept.test(path)) {
          Files.deleteIfExists(path);
        } else if (unreadable != null && !(unreadable instanceof NoSuchFileException)) {
          throw unreadable; // its files may be left
        }
      } catch (IOException e) {
        if (failure == null) {
          failure = unreadable == null ? e : unreadable;
        }
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
