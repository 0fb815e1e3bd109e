package dev.varve.core.tar;

import java.nio.charset.StandardCharsets;

/**
 * Builds a ustar header block. Setters return whether the value fits; if it doesn't, the field gets
 * the best approximation for readers that ignore PAX records.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06">POSIX
 *     ustar interchange format</a>
 */
final class UstarHeader {
  private static final int NAME = 100;
  private static final int PREFIX = 155;

  private final byte[] block = new byte[BlockInput.BLOCK];

  UstarHeader(char type) {
    block[156] = (byte) type;
    ascii(257, "ustar\00000");
  }

  /** The header block of PAX records; independent of the entry that they belong to. */
  static byte[] ofPaxRecords(int size) {
    UstarHeader header = new UstarHeader('x');
    header.name("PaxHeaders.0/entry".getBytes(StandardCharsets.US_ASCII));
    header.mode(0644);
    header.uid(0);
    header.gid(0);
    header.size(size);
    header.mtime(0);
    header.device(0, 0);
    return header.toByteArray();
  }

  boolean name(byte[] path) {
    if (path.length > NAME) {
      int slash = splittingSlash(path);
      if (slash > 0 && isAscii(path)) {
        System.arraycopy(path, 0, block, 345, slash);
        System.arraycopy(path, slash + 1, block, 0, path.length - slash - 1);
        return true;
      }
    }
    return text(0, path);
  }

  boolean linkName(byte[] target) {
    return text(157, target);
  }

  void mode(int mode) {
    octal(100, 7, mode);
  }

  boolean uid(long uid) {
    return octal(108, 7, uid);
  }

  boolean gid(long gid) {
    return octal(116, 7, gid);
  }

  boolean size(long size) {
    return octal(124, 11, size);
  }

  boolean mtime(long seconds) {
    return octal(136, 11, seconds);
  }

  boolean device(int major, int minor) {
    boolean majorFits = octal(329, 7, major);
    return octal(337, 7, minor) && majorFits;
  }

  byte[] toByteArray() {
    ascii(148, "        ");
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xFF;
    }
    // The checksum's traditional form: six digits, NUL, space.
    octal(148, 6, sum);
    block[154] = 0;
    return block;
  }

  /** The index of the slash that divides a path into prefix and name, both not empty; else -1. */
  private static int splittingSlash(byte[] path) {
    // A directory's trailing slash stays with its name.
    int from = Math.min(PREFIX, path.length - 2);
    for (int i = from; i > 0 && path.length - i - 1 <= NAME; i--) {
      if (path[i] == '/') {
        return i;
      }
    }
    return -1;
  }

  private boolean text(int field, byte[] bytes) {
    boolean fits = bytes.length <= NAME && isAscii(bytes);
    for (int i = 0; i < Math.min(bytes.length, NAME); i++) {
      // Some readers refuse non-ASCII bytes here; the true name is in the PAX records.
      block[field + i] = bytes[i] < 0 ? (byte) '_' : bytes[i];
    }
    return fits;
  }

  private boolean octal(int field, int digits, long value) {
    boolean fits = value >= 0 && value < (1L << (3 * digits));
    long shown = fits ? value : 0;
    for (int i = field + digits - 1; i >= field; i--) {
      block[i] = (byte) ('0' + (shown & 7));
      shown >>= 3;
    }
    return fits;
  }

  private void ascii(int field, String text) {
    for (int i = 0; i < text.length(); i++) {
      block[field + i] = (byte) text.charAt(i);
    }
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }
}
