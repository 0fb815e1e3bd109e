package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Finds where the first zstd frame or gzip member of a stream ends, without the libraries that
 * write them.
 */
public final class Frames {
  private static final int ZSTD_MAGIC = 0xfd2fb528;
  private static final int RLE_BLOCK = 1;
  private static final int GZIP_HEADER = 10;
  private static final int GZIP_TRAILER = 8;

  private Frames() {}

  /**
   * Returns the length of a zstd frame in bytes, by the headers of the frame and its blocks (RFC
   * 8878, section 3.1.1).
   */
  public static int zstdFrame(byte[] bytes, int offset) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(offset);
    assertThat(in.getInt()).isEqualTo(ZSTD_MAGIC);
    int descriptor = in.get();
    boolean singleSegment = (descriptor & 0x20) != 0;
    int window = singleSegment ? 0 : 1;
    int dictionary = new int[] {0, 1, 2, 4}[descriptor & 3];
    int contentSize = new int[] {singleSegment ? 1 : 0, 2, 4, 8}[(descriptor >> 6) & 3];
    skip(in, window + dictionary + contentSize);
    boolean last;
    do {
      int header = (in.get() & 0xff) | (in.getShort() & 0xffff) << 8;
      last = (header & 1) != 0;
      int type = (header >> 1) & 3;
      skip(in, type == RLE_BLOCK ? 1 : header >>> 3);
    } while (!last);
    int checksum = (descriptor & 4) != 0 ? 4 : 0;
    skip(in, checksum);
    return in.position() - offset;
  }

  /**
   * Returns the length in bytes of a gzip member without optional fields in its header, and checks
   * the content by the CRC and size in the trailer (RFC 1952, section 2.3).
   */
  static int gzipMember(byte[] bytes) throws DataFormatException {
    assertThat(bytes).startsWith(0x1f, 0x8b, 8, 0);
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes, GZIP_HEADER, bytes.length - GZIP_HEADER);
      byte[] piece = new byte[1 << 16];
      CRC32 crc = new CRC32();
      while (!inflater.finished()) {
        int n = inflater.inflate(piece);
        assertThat(n > 0 || inflater.finished()).as("a complete member").isTrue();
        crc.update(piece, 0, n);
      }
      int trailer = bytes.length - inflater.getRemaining();
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(trailer);
      assertThat(in.getInt()).isEqualTo((int) crc.getValue());
      assertThat(in.getInt()).isEqualTo((int) inflater.getBytesWritten());
      return trailer + GZIP_TRAILER;
    } finally {
      inflater.end();
    }
  }

  private static void skip(ByteBuffer in, int length) {
    in.position(in.position() + length);
  }
}
