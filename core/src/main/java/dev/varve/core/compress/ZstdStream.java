package dev.varve.core.compress;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes zstd streams that are no layers: with the level and the window that their format needs.
 */
public final class ZstdStream {
  /** The highest level of zstd. */
  public static final int MAX_LEVEL = 22;

  /** The smallest window of zstd is 1 KiB. */
  public static final int MIN_WINDOW_LOG = 10;

  /** A window of 128 MiB, the largest that decoders accept without an option. */
  public static final int MAX_WINDOW_LOG = 27;

  private ZstdStream() {}

  /**
   * Returns a stream that compresses its bytes into {@code out}, as one zstd frame with a checksum.
   * The result depends only on the content, level, window and the version of zstd. The sizes of
   * writes don't matter, and flushes do nothing.
   *
   * @param out not closed
   * @param level 1 to {@link #MAX_LEVEL}
   * @param windowLog the binary logarithm of the window's size in bytes, {@link #MIN_WINDOW_LOG} to
   *     {@link #MAX_WINDOW_LOG}
   * @return a stream that must be closed, because zstd holds native memory; closing it completes
   *     the frame and flushes {@code out}, without closing {@code out}
   * @throws IOException if writing fails
   * @throws IllegalArgumentException if zstd has no such level or window
   */
  public static OutputStream compress(OutputStream out, int level, int windowLog)
      throws IOException {
    if (level < 1 || level > MAX_LEVEL) {
      throw new IllegalArgumentException("zstd level " + level + ": expected 1 to " + MAX_LEVEL);
    }
    if (windowLog < MIN_WINDOW_LOG || windowLog > MAX_WINDOW_LOG) {
      throw new IllegalArgumentException(
          "zstd window of 2^%d bytes: expected 2^%d to 2^%d"
              .formatted(windowLog, MIN_WINDOW_LOG, MAX_WINDOW_LOG));
    }
    return new ChunkedOutputStream(new ZstdEncoder(out, level, windowLog), out);
  }
}
