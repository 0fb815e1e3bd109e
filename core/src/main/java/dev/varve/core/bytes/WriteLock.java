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
 * The right to replace a file, which one writer has at a time. Writers of this and of other
 * processes wait for each other at a lock file beside the file. The last one removes the lock file;
 * the next writer uses one that a killed writer left.
 */
public final class WriteLock implements Closeable {
  private static final String PREFIX = ".varve-";
  private static final String SUFFIX = ".write";
  private static final long PAUSE_MILLIS = 50;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  /**
   * The lock files of this process. Nobody else in it may open them: a process loses its lock on a
   * file when it closes any channel to it.
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
   * Waits until no other writer has the lock, and takes it.
   *
   * @param replaced the file that is to be replaced, which need not exist; its directory must
   * @param notices receives a line where the wait takes more than a few seconds
   * @throws IOException if the directory can't be written to, or its file system has no locks
   */
  public static WriteLock take(Path replaced, Consumer<String> notices) throws IOException {
    Path absolute = replaced.toAbsolutePath();
    Path directory = Objects.requireNonNull(absolute.getParent()).toRealPath();
    Path file = directory.resolve(name(Objects.requireNonNull(absolute.getFileName()).toString()));
    long since = System.nanoTime();
    boolean told = false;
    while (true) {
      WriteLock lock = tryTake(file);
      if (lock != null) {
        return lock;
      }
      if (!told && System.nanoTime() - since > PATIENCE_NANOS) {
        told = true;
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
   * Makes a change under the lock; otherwise as {@link #take}.
   *
   * @param <R> the change's result
   * @return what the change returns
   */
  public static <R> R holding(Path replaced, Consumer<String> notices, IoSupplier<R> change)
      throws IOException {
    WriteLock lock = take(replaced, notices);
    try {
      return change.get();
    } finally {
      lock.close();
    }
  }

  /** Removes the lock files that killed writers have left in a directory. */
  public static void removeAbandoned(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
      for (Path file : files) {
        WriteLock left = tryTake(file.toAbsolutePath());
        if (left != null) {
          left.close();
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Those of another user stay, and fail no run.
    }
  }

  /** Short, whatever the file's name: that may be as long as names can be. */
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
        // One that isn't empty was removed after it was opened here.
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
      return false; // this process has it, under another class loader
    }
  }

  /** Tells those who have opened the removed lock file that it is none any more. */
  private void mark() {
    try {
      channel.write(ByteBuffer.wrap(new byte[] {1}));
    } catch (IOException e) {
      // The disk is full. What was to be written is written, or its writer has failed.
    }
  }

  /** Gives the right up; closing again does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (channel) {
      Files.deleteIfExists(file);
      mark();
    } finally {
      synchronized (OWN) {
        OWN.remove(file);
      }
    }
  }
}
