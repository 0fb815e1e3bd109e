package dev.varve.core.layout;

import dev.varve.core.bytes.DirectoryRemoval;
import dev.varve.core.bytes.IoFunction;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.WriteLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A hidden directory for output until it is moved to its destination. A lock file beside it is
 * created before and deleted after the directory: a directory whose lock is free belongs to a
 * killed run.
 */
final class Staging implements Closeable {
  /** The unique prefix of the names of staging directories. */
  static final String PREFIX = ".varve-";

  private static final String LOCK = ".lock";
  private static final int TRIES = 10;

  /**
   * The lock files of this process. They must not be opened again, because a process loses its lock
   * on a file when it closes any channel to the file.
   */
  private static final Set<String> OWN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final Path lockFile;
  private final FileChannel lock;

  private Staging(Path directory, Path lockFile, FileChannel lock) {
    this.directory = directory;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Creates a staging directory in {@code parent}, and moves those of killed runs into it, below
   * {@link #leftovers}.
   */
  static Staging begin(Path parent) throws IOException {
    Staging begun = make(parent);
    try {
      begun.takeStale(parent);
    } catch (IOException e) {
      begun.close();
      throw e;
    }
    return begun;
  }

  private static Staging make(Path parent) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      String name = PREFIX + UUID.randomUUID();
      Path lockFile = parent.resolve(name + LOCK);
      FileChannel lock = openOwn(lockFile);
      // Another run may have removed the file as stale before it was locked.
      boolean made = false;
      try {
        if (lock.tryLock() != null && Lookup.exists(lockFile)) {
          Staging staging =
              new Staging(Files.createDirectory(parent.resolve(name)), lockFile, lock);
          made = true;
          return staging;
        }
      } finally {
        if (!made) {
          release(lockFile, lock);
        }
      }
    }
    throw new IOException("locking a staging directory in " + parent + ": others keep taking it");
  }

  private static FileChannel openOwn(Path lockFile) throws IOException {
    String name = lockFile.getFileName().toString();
    OWN.add(name);
    try {
      return FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      OWN.remove(name);
      throw e;
    }
  }

  private static void release(Path lockFile, FileChannel lock) throws IOException {
    try (lock) {
      Files.deleteIfExists(lockFile);
    } finally {
      OWN.remove(lockFile.getFileName().toString());
    }
  }

  private void takeStale(Path parent) throws IOException {
    WriteLock.removeAbandoned(parent);
    forEachStale(
        parent,
        left -> {
          if (Lookup.exists(left)) {
            Path taken = Files.createDirectories(leftovers()).resolve(left.getFileName());
            Files.move(left, taken);
          }
          return true;
        });
  }

  /**
   * Removes the staging directories of runs that were killed after they had moved a part away, the
   * published one. A directory that can't be removed is ignored.
   *
   * @param part the name of the part
   */
  static void removeWithout(String part, Path parent) {
    try {
      forEachStale(
          parent,
          left -> {
            boolean isDone = !Lookup.exists(left.resolve(part));
            if (isDone && Lookup.exists(left)) {
              DirectoryRemoval.remove(left);
            }
            return isDone;
          });
    } catch (IOException e) {
      // They do no harm, and the next run that stages there takes them.
    }
  }

  /** Passes on the staging directories of killed runs, and deletes the locks of those done with. */
  private static void forEachStale(Path parent, IoFunction<Path, Boolean> action)
      throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
      for (Path lockFile : locks) {
        String name = lockFile.getFileName().toString();
        if (!OWN.contains(name)) {
          String staging = name.substring(0, name.length() - LOCK.length());
          unlessLocked(lockFile, lockFile.resolveSibling(staging), action);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void unlessLocked(Path lockFile, Path left, IoFunction<Path, Boolean> action)
      throws IOException {
    try (FileChannel stale = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      if (stale.tryLock() != null && action.apply(left)) {
        Files.deleteIfExists(lockFile);
      }
    } catch (NoSuchFileException e) {
      // Its owner has finished.
    } catch (OverlappingFileLockException e) {
      // In use by this process in another class loader.
    }
  }

  /** The directory with the leftovers of killed runs; may not exist. */
  Path leftovers() {
    return directory.resolve("leftovers");
  }

  Path directory() {
    return directory;
  }

  /** Deletes the directory with its content. */
  @Override
  public void close() throws IOException {
    try (lock) {
      DirectoryRemoval.remove(directory);
      Files.deleteIfExists(lockFile);
    } finally {
      OWN.remove(lockFile.getFileName().toString());
    }
  }
}
