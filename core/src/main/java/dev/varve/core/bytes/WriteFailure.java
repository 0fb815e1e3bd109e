package dev.varve.core.bytes;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Turns the failure of a write into an exception that says what was being done, and whether disk
 * space or rights were missing.
 */
public final class WriteFailure {
  /**
   * A write that fails with less than this free has failed for that: a blob's buffer is smaller.
   */
  private static final long FULL_BYTES = 1 << 20;

  private WriteFailure() {}

  /**
   * Returns the exception to throw.
   *
   * @param doing what was being done, a gerund first
   * @param where a path on the file system that was written to
   */
  public static IOException explain(String doing, Path where, IOException failure) {
    if (failure instanceof NoSpaceException) {
      return failure;
    }
    if (failure instanceof AccessDeniedException denied) {
      return explained(doing, denied);
    }
    if (saysFull(failure) || free(where) < FULL_BYTES) {
      return new NoSpaceException(
          doing + ": no space left on device; free some, or write to another place", failure);
    }
    return new IOException(doing + ": " + reason(failure), failure);
  }

  /** Whether the system's message says that the disk is full: free space may have grown since. */
  private static boolean saysFull(IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left on device") || message.contains("quota exceeded");
  }

  private static AccessDeniedException explained(String doing, AccessDeniedException denied) {
    if (denied.getReason() != null) {
      return denied;
    }
    var explained =
        new AccessDeniedException(doing, null, "permission denied for " + refusing(denied));
    explained.initCause(denied);
    return explained;
  }

  /** Returns the file or, where that does not exist yet, the directory that refuses to have it. */
  private static String refusing(AccessDeniedException denied) {
    Path file = Path.of(String.valueOf(denied.getFile())).toAbsolutePath();
    Path parent = file.getParent();
    return parent == null || Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !Files.exists(parent)
        ? String.valueOf(denied.getFile())
        : "the directory " + parent;
  }

  private static String reason(IOException failure) {
    String reason = failure.getMessage();
    if (failure instanceof FileSystemException e && e.getReason() != null) {
      reason = e.getFile() + ": " + e.getReason().toLowerCase(Locale.ROOT);
    }
    return reason == null ? failure.getClass().getSimpleName() : reason;
  }

  /** Returns the free bytes; {@link Long#MAX_VALUE} if unknown. */
  private static long free(Path where) {
    try {
      Path there = where.toAbsolutePath();
      while (Files.notExists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      return Files.getFileStore(there).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }
}
