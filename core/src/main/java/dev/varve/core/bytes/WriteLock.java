package dev.varve.core.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive lock for replacing a file. Writers in this and in other processes wait for each
 * other at a lock file beside the file. The last writer removes the lock file; a killed writer's
 * lock file is used by the next writer.
 */
public final class WriteLock implements Closeable {
  private static final String PREFIX = ".varve-";
  private static final String SUFFIX = ".write";
  private static final long PAUSE_MILLIS = 50;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  /**
   * The lock files held by this process. Nothing else in the process may open them, because a
   * process loses its lock on a file when it closes any channel to the file.
   */
  private static final Set<Path> OWN = new HashSet<>();

  private final Path file;
  private final FileChannel channel;
  private boolean closed;

  private WriteLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Waits for the lock and takes it.
   *
   * @param replaced the file to replace, which need not exist; its directory must exist
   * @param notices receives a line if the wait takes more than a few seconds
   * @throws IOException if the directory can't be written to, or its file system has no locks
   */
  public static WriteLock take(Path replaced, Consumer<String> notices) throws IOException {
    Path absolute = replaced.toAbsolutePath();
    Path directory = Objects.requireNonNull(absolute.getParent()).toRealPath();
    Path file = directory.resolve(name(Objects.requireNonNull(absolute.getFileName()).toString()));
    long since = System.nanoTime();
    boolean noticed = false;
    while (true) {
      WriteLock lock = tryTake(file);
      if (lock != null) {
        return lock;
      }
      if (!noticed && System.nanoTime() - since > PATIENCE_NANOS) {
        noticed = true;
        notices.accept("waiting for another run that is writing " + replaced);
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("waiting for another run that is writing " + replaced);
      }
    }
  }

  /**
   * Makes a change while holding the lock; otherwise like {@link #take}.
   *
   * @param <R> the change's result
   * @return what the change returns
   */
  public static <R> R holding(Path replaced, Consumer<String> notices, IoSupplier<R> change)
      throws IOException {
    WriteLock lock = take(replaced, notices);
    try (lock) {
      return change.get();
    }
  }

  /** Removes the lock files of killed writers in a directory. */
  public static void removeAbandoned(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
      for (Path file : files) {
        WriteLock left = tryTake(file.toAbsolutePath());
        if (left != null) {
          left.close();
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Lock files of other users stay, and do no harm.
    }
  }

  /** Returns a short name, because the file's own name may have the maximum length. */
  private static String name(String replaced) {
    return PREFIX + UUID.nameUUIDFromBytes(replaced.getBytes(StandardCharsets.UTF_8)) + SUFFIX;
  }

  private static @Nullable WriteLock tryTake(Path file) throws IOException {
    synchronized (OWN) {
      if (!OWN.add(file)) {
        return null;
      }
    }
    boolean taken = false;
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-")));
      try {
        // A lock file with content was removed after it was opened here.
        taken = lock(channel) && channel.size() == 0;
        return taken ? new WriteLock(file, channel) : null;
      } finally {
        if (!taken) {
          channel.close();
        }
      }
    } finally {
      if (!taken) {
        synchronized (OWN) {
          OWN.remove(file);
        }
      }
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this process in another class loader
    }
  }

  /** Marks the removed lock file as invalid for writers that have it open. */
  private void mark() {
    try {
      channel.write(ByteBuffer.wrap(new byte[] {1}));
    } catch (IOException e) {
      // The disk is full, but the file has been replaced, or its writer has failed.
    }
  }

  /** Releases the lock; closing again does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Files.deleteIfExists(file);
      mark();
    } finally {
      closeChannel();
      synchronized (OWN) {
        OWN.remove(file);
      }
    }
  }

  private void closeChannel() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock is free, and nothing that was written matters: the file has been replaced.
    }
  }
}
