package dev.varve.core.filetree;

import dev.varve.core.image.Descriptor;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the spools of an image may store uncompressed, shared by all layers. Compression
 * takes a sixth of the time of rechunking an image in gzip, and saves half of the disk space: it
 * pays only where space is scarce, or where the system would have to write the files to the disk
 * and to read them from there again. Thread-safe.
 */
final class SpoolBudget {
  /** Compresses everything. */
  static final SpoolBudget NONE = new SpoolBudget(0);

  /** What the page cache of a usual machine holds. */
  private static final long MOST = 4L << 30;

  /** The disk space kept for a layer, as a multiple of its blob: its files and a new layer. */
  private static final int KEPT = 4;

  private final AtomicLong left;

  SpoolBudget(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /**
   * Returns the budget for an image: half of the free space that its layers surely don't need, up
   * to 4 GiB.
   *
   * @param scratch a directory on the file system of the spools; if the free space is unknown, all
   *     is compressed
   * @param blobs the image's layers
   */
  static SpoolBudget of(Path scratch, Collection<Descriptor> blobs) {
    return new SpoolBudget(bytes(scratch.toFile().getUsableSpace(), blobs));
  }

  /** Returns the budget in bytes for this much free space. */
  static long bytes(long usable, Collection<Descriptor> blobs) {
    long spare = usable;
    for (Descriptor blob : blobs) {
      spare = blob.size() > spare / KEPT ? 0 : spare - KEPT * blob.size();
    }
    return Math.min(spare / 2, MOST);
  }

  /** Returns whether this many more bytes may be stored uncompressed, and counts them. */
  boolean take(int bytes) {
    return left.addAndGet(-bytes) >= 0;
  }
}
