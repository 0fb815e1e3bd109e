package dev.varve.core.compress;

import com.jcraft.jzlib.Deflater;
import com.jcraft.jzlib.GZIPException;
import com.jcraft.jzlib.JZlib;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Writes one gzip member with a fixed header, without name, time, level or operating system. */
final class GzipEncoder implements Encoder {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
  private static final int WINDOW_BITS = 15;

  private final OutputStream out;
  private final Deflater deflater;
  private final CRC32 crc = new CRC32();
  private final byte[] compressed = new byte[1 << 16];
  private long count;

  GzipEncoder(OutputStream out, int level) throws IOException {
    this.out = out;
    try {
      deflater = new Deflater(level, WINDOW_BITS, true);
    } catch (GZIPException e) {
      throw new IllegalStateException("gzip level " + level, e);
    }
    out.write(HEADER);
  }

  @Override
  public void encode(byte[] bytes, int offset, int length) throws IOException {
    crc.update(bytes, offset, length);
    count += length;
    deflater.setInput(bytes, offset, length, false);
    deflate(JZlib.Z_NO_FLUSH);
  }

  @Override
  public void finish() throws IOException {
    deflate(JZlib.Z_FINISH);
    out.write(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) crc.getValue())
            .putInt((int) count)
            .array());
  }

  /** Deflates until the deflater needs more input, or to the end. */
  private void deflate(int flush) throws IOException {
    int result;
    do {
      deflater.setOutput(compressed);
      result = deflater.deflate(flush);
      if (result != JZlib.Z_OK && result != JZlib.Z_STREAM_END && result != JZlib.Z_BUF_ERROR) {
        throw new IOException("compressing with gzip: " + deflater.getMessage());
      }
      out.write(compressed, 0, compressed.length - deflater.getAvailOut());
    } while (deflater.getAvailOut() == 0
        || (flush == JZlib.Z_FINISH && result != JZlib.Z_STREAM_END));
  }
}
