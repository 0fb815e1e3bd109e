package dev.varve.core.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;

/**
 * Compresses blocks as fast as can be, by zstd: for scratch data, which is written and read once by
 * one process, so that half the bytes are worth more than the last tenth. Not for several threads.
 */
public final class BlockCompressor implements Closeable {
  private static final int LEVEL = -1;

  private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);

  /** Creates a compressor, which holds native memory until it is closed. */
  public BlockCompressor() {}

  /** How many bytes a block of {@code length} may take when it does not get smaller. */
  public static int bound(int length) {
    return Math.toIntExact(Zstd.compressBound(length));
  }

  /**
   * Compresses the first {@code length} bytes of {@code block}.
   *
   * @param target has room for {@link #bound}
   * @return how many bytes of {@code target} the compressed block takes
   */
  public int compress(byte[] block, int length, byte[] target) {
    return context.compressByteArray(target, 0, target.length, block, 0, length);
  }

  /**
   * Decompresses a block, from any thread.
   *
   * @param compressed holds it at {@code offset}, {@code length} bytes long
   * @param block takes it, from its start
   * @return the block's length in bytes
   * @throws IOException if it is not what {@link #compress} made, or too long for {@code block}
   */
  public static int decompress(byte[] compressed, int offset, int length, byte[] block)
      throws IOException {
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
