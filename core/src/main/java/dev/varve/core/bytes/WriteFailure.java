package dev.varve.core.bytes;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Converts the failure of a write to an exception that names the activity, and says whether disk
 * space or permissions were missing.
 */
public final class WriteFailure {
  /**
   * With less free space than this, a failed write is reported as a lack of space; buffers are
   * smaller.
   */
  private static final long FULL_BYTES = 1 << 20;

  private WriteFailure() {}

  /**
   * Returns the exception to throw.
   *
   * @param doing the activity, starting with a gerund
   * @param where a path on the target file system
   */
  public static IOException explain(String doing, Path where, IOException failure) {
    if (failure instanceof NoSpaceException) {
      return failure;
    }
    if (failure instanceof AccessDeniedException denied) {
      return explained(doing, denied);
    }
    boolean hasOtherReason = saysReadOnly(failure) || isOfDevice(failure);
    if (saysFull(failure) || (!hasOtherReason && free(where) < FULL_BYTES)) {
      return new NoSpaceException(
          doing + ": no space left on device; free some space, or write to another place", failure);
    }
    String advice = saysReadOnly(failure) ? "; write to another place" : "";
    return new IOException(doing + ": " + reason(failure) + advice, failure);
  }

  /**
   * Returns the exception to throw, with the choice that avoids the failure instead of advice.
   *
   * @param doing the activity, starting with a gerund
   * @param where a path on the target file system
   */
  static IOException explain(String doing, Path where, IOException failure, Remedy remedy) {
    IOException explained = explain(doing, where, failure);
    return explained instanceof NoSpaceException
        ? new NoSpaceException(doing + ": no space left on device", remedy, failure)
        : new RemediableException(explained.getMessage(), remedy, explained);
  }

  /** Returns whether the system refused a write because the disk is full or read-only. */
  public static boolean isOfDisk(IOException failure) {
    return saysFull(failure) || saysReadOnly(failure);
  }

  /** Returns whether a disk failed to read or write (EIO). */
  public static boolean isOfDevice(IOException failure) {
    return says(failure, "input/output error");
  }

  private static boolean saysReadOnly(IOException failure) {
    return says(failure, "read-only file system");
  }

  /** Whether the system reported a full disk, even if space has been freed since. */
  private static boolean saysFull(IOException failure) {
    return says(failure, "no space left on device") || says(failure, "quota exceeded");
  }

  private static boolean says(IOException failure, String words) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains(words);
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

  /** Returns the file, or for a new file the directory, that lacks permission. */
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
