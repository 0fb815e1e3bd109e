package dev.varve.core.compress;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Writes one gzip member with a fixed header, without name, time, level or operating system. */
final class GzipEncoder implements Encoder {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  private final OutputStream out;
  private final DeflateEncoder deflate;
  private final CRC32 crc = new CRC32();
  private long count;

  GzipEncoder(OutputStream out, int level) throws IOException {
    this.out = out;
    deflate = new DeflateEncoder(out, level);
    out.write(HEADER);
  }

  @Override
  public void encode(byte[] bytes, int offset, int length) throws IOException {
    crc.update(bytes, offset, length);
    count += length;
    deflate.encode(bytes, offset, length);
  }

  @Override
  public void finish() throws IOException {
    deflate.finish();
    out.write(
        ByteBuffer.allocate(2 * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) crc.getValue())
            .putInt((int) count)
            .array());
  }
}
