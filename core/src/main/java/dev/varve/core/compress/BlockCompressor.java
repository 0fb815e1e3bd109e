package dev.varve.core.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;

/**
 * Compresses blocks with zstd at its fastest level, for scratch data that one process writes and
 * reads once: for such data speed matters more than size. Not thread-safe.
 */
public final class BlockCompressor implements Closeable {
  private static final int LEVEL = -1;

  private final ZstdCompressCtx context;

  /**
   * Creates a compressor, which holds native memory until it is closed.
   *
   * @throws IOException if zstd's native code can't be loaded
   */
  public BlockCompressor() throws IOException {
    ZstdLibrary.load();
    context = new ZstdCompressCtx().setLevel(LEVEL);
  }

  /** Returns the largest size of a compressed block of {@code length} bytes. */
  public static int bound(int length) {
    return Math.toIntExact(Zstd.compressBound(length));
  }

  /**
   * Compresses the first {@code length} bytes of {@code block}.
   *
   * @param target at least {@link #bound} bytes long
   * @return the size of the compressed block in {@code target}
   */
  public int compress(byte[] block, int length, byte[] target) {
    return context.compressByteArray(target, 0, target.length, block, 0, length);
  }

  /**
   * Decompresses a block. Thread-safe.
   *
   * @param compressed contains the compressed block at {@code offset}, {@code length} bytes long
   * @param block receives the block, from its start
   * @return the size of the block in bytes
   * @throws IOException if the data is corrupt, or the block too long for {@code block}
   */
  public static int decompress(byte[] compressed, int offset, int length, byte[] block)
      throws IOException {
    ZstdLibrary.load();
    try {
      return Math.toIntExact(
          Zstd.decompressByteArray(block, 0, block.length, compressed, offset, length));
    } catch (ZstdException e) {
      throw new IOException("decompressing a block of " + length + " bytes: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
