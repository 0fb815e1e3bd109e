package dev.varve.core.packages.rpm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Adler32;

/** Makes NDB databases: one page of slots, then a blob for each header. */
final class NdbBytes {
  static final int PAGE = 4096;

  private NdbBytes() {}

  /** Returns a database in which the last header is first on disk; the first has the number 1. */
  static byte[] of(List<byte[]> headers) {
    int size = PAGE + headers.stream().mapToInt(header -> blocks(header) * 16).sum();
    ByteBuffer database = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    put(database, 0, "RpmP").putInt(8, 1).putInt(12, 1).putInt(16, headers.size() + 1);
    for (int at = 32; at < PAGE; at += 16) {
      put(database, at, "Slot");
    }
    int offset = PAGE;
    for (int i = headers.size() - 1; i >= 0; i--) {
      byte[] header = headers.get(i);
      int slot = 32 + 16 * i;
      int blocks = blocks(header);
      database.putInt(slot + 4, i + 1).putInt(slot + 8, offset / 16).putInt(slot + 12, blocks);
      put(database, offset, "BlbS").putInt(offset + 4, i + 1).putInt(offset + 12, header.length);
      database.put(offset + 16, header);
      int tail = offset + blocks * 16 - 12;
      database.putInt(tail, adler(database.array(), offset, tail));
      put(database.putInt(tail + 4, header.length), tail + 8, "BlbE");
      offset += blocks * 16;
    }
    return database.array();
  }

  private static int blocks(byte[] header) {
    return (16 + header.length + 12 + 15) / 16;
  }

  private static int adler(byte[] bytes, int start, int end) {
    Adler32 adler = new Adler32();
    adler.update(bytes, start, end - start);
    return (int) adler.getValue();
  }

  private static ByteBuffer put(ByteBuffer bytes, int offset, String magic) {
    return bytes.put(offset, magic.getBytes(StandardCharsets.US_ASCII));
  }
}
