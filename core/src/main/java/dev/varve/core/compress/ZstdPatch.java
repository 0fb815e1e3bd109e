package dev.varve.core.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * Patches in the form of {@code zstd --patch-from}: a zstd frame of a target, whose matches may
 * refer to a source, which the decoder needs in whole. The frame names no dictionary.
 *
 * <p>The source is passed to zstd as raw content, also when it begins like one of zstd's
 * dictionaries: zstd's own detection would parse such a source.
 */
public final class ZstdPatch {
  /** The largest source and the largest target, 512 MiB, in bytes. */
  public static final int MAX_SIZE = 1 << ZstdPatch.MAX_WINDOW_LOG;

  /** A frame's header is at most 18 bytes long. */
  public static final int HEADER = 18;

  static final int MAX_WINDOW_LOG = 29;

  private static final int MIN_TABLE_LOG = 10;

  /** The largest table that zstd's fast levels accept, of 64 MiB. */
  private static final int MAX_TABLE_LOG = 24;

  private ZstdPatch() {}

  /**
   * Creates a patch that makes {@code target} from {@code source}. The frame has a checksum and the
   * size of the target. Needs native memory for a copy of both, and up to 256 MiB for tables.
   *
   * <p>Levels 6 to 12 are worth their time: for two builds of a library of 24 MB, level 3 makes 3.8
   * MB, level 9 2.4 MB in twice the time, and level 17 2.3 MB in 25 times the time. Parts of a
   * source beyond 16 MiB may not be found.
   *
   * @param level 1 to {@link ZstdStream#MAX_LEVEL}
   * @return one zstd frame
   * @throws IOException if zstd's native code can't be loaded
   * @throws IllegalArgumentException if source or target is larger than {@link #MAX_SIZE}
   */
  public static byte[] create(byte[] source, byte[] target, int level) throws IOException {
    if (source.length > MAX_SIZE || target.length > MAX_SIZE) {
      throw new IllegalArgumentException(
          "zstd patch from %d to %d bytes: expected at most %d"
              .formatted(source.length, target.length, MAX_SIZE));
    }
    ZstdLibrary.load();
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(level).setChecksum(true).setDictID(false);
      int log = log((long) source.length + target.length);
      context.setWindowLog(Math.max(ZstdStream.MIN_WINDOW_LOG, Math.min(log, MAX_WINDOW_LOG)));
      // The levels' own tables have room for the source's last few MiB.
      int tableLog = Math.max(MIN_TABLE_LOG, Math.min(log, MAX_TABLE_LOG));
      context.setHashLog(tableLog).setChainLog(tableLog);
      if (source.length > 0) {
        context.loadDict(source, ZstdDictContentType.RAW_CONTENT);
      }
      return context.compress(target);
    }
  }

  /**
   * Returns the target of a patch, as a stream that decodes while it is read. Reading fails if the
   * frame is corrupt, truncated, made for another source (as far as the frame's checksum shows it),
   * or needs a window of more than {@link #MAX_SIZE}: with a {@link CorruptPatchException}.
   * Exceptions of {@code frame} are passed on.
   *
   * @param source the whole source; copied
   * @param frame ends behind the frame; not closed. More bytes behind the frame are an error
   * @return a stream that must be closed, because zstd holds native memory
   * @throws IOException if zstd's native code can't be loaded
   * @throws IllegalArgumentException if the source is larger than {@link #MAX_SIZE}
   */
  public static InputStream decode(byte[] source, InputStream frame) throws IOException {
    if (source.length > MAX_SIZE) {
      throw new IllegalArgumentException(
          "zstd patch from %d bytes: expected at most %d".formatted(source.length, MAX_SIZE));
    }
    ZstdLibrary.load();
    return new PatchInput(source, frame);
  }

  /**
   * Returns the size of the target in bytes, as a frame's header claims it.
   *
   * @param start the first {@link #HEADER} bytes of the frame, or all of a shorter frame
   * @return empty if the header does not say the size, or is none
   * @throws IOException if zstd's native code can't be loaded
   */
  public static OptionalLong targetSize(byte[] start) throws IOException {
    ZstdLibrary.load();
    if (start.length == 0) {
      return OptionalLong.empty();
    }
    long size = Zstd.getFrameContentSize(start, 0, start.length);
    return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /** Returns the binary logarithm of {@code size}, rounded up. */
  private static int log(long size) {
    return Long.SIZE - Long.numberOfLeadingZeros(Math.max(size - 1, 0));
  }
}
