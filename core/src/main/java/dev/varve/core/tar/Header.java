package dev.varve.core.tar;

import dev.varve.core.bytes.LosslessUtf8;
import java.nio.charset.StandardCharsets;

/**
 * One header block in the V7, ustar, star or GNU format. A view of the reader's buffer, valid until
 * the next block is read.
 */
final class Header {
  /** The largest accepted size, in bytes. */
  static final long MAX_SIZE = 1L << 50;

  /** Linux stores owners in 32 bits. */
  static final long MAX_OWNER = 0xFFFF_FFFFL;

  private static final int CHECKSUM = 148;
  private static final int SPARSE_IN_HEADER = 386;

  private final byte[] block;
  private final int at;
  private final ErrorLocation location;

  /** Reads the block at {@code at} as a header and verifies its checksum. */
  Header(byte[] block, int at, ErrorLocation location) throws MalformedTarException {
    this.block = block;
    this.at = at;
    this.location = location;
    long expected = number(CHECKSUM, 8, "checksum");
    // Some old archivers summed signed bytes.
    if (expected != sum(0xFF) && expected != sum(-1)) {
      throw location.malformed(
          "wrong header checksum: expected " + expected + ", got " + sum(0xFF));
    }
  }

  static boolean isZero(byte[] block, int at) {
    for (int i = 0; i < BlockInput.BLOCK; i++) {
      if (block[at + i] != 0) {
        return false;
      }
    }
    return true;
  }

  char typeFlag() {
    return (char) (block[at + 156] & 0xFF);
  }

  /** The name as stored, with its prefix and trailing slash. */
  String name() {
    String name = text(0, 100);
    if (!hasPrefix()) {
      return name;
    }
    String prefix = text(345, isStar() ? 131 : 155);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  int mode() throws MalformedTarException {
    return (int) number(100, 8, "mode") & 07777;
  }

  long uid() throws MalformedTarException {
    return owner(108, "uid");
  }

  long gid() throws MalformedTarException {
    return owner(116, "gid");
  }

  long size() throws MalformedTarException {
    return checkedSize(number(124, 12, "size"));
  }

  long mtime() throws MalformedTarException {
    return number(136, 12, "mtime");
  }

  String linkName() {
    return text(157, 100);
  }

  int devMajor() throws MalformedTarException {
    return deviceNumber(329, "devmajor");
  }

  int devMinor() throws MalformedTarException {
    return deviceNumber(337, "devminor");
  }

  /** Adds the runs in a GNU header to a sparse map; extension blocks may hold more. */
  void addOldSparse(SparseMap map) throws MalformedTarException {
    addSparseRuns(block, at + SPARSE_IN_HEADER, 4, location, map);
  }

  boolean oldSparseContinues() {
    return block[at + 482] != 0;
  }

  long oldSparseRealSize() throws MalformedTarException {
    return checkedSize(number(483, 12, "real size"));
  }

  /** Adds an extension block's runs to a sparse map, and returns whether another block follows. */
  static boolean addOldSparseBlock(byte[] block, int at, ErrorLocation location, SparseMap map)
      throws MalformedTarException {
    addSparseRuns(block, at, 21, location, map);
    return block[at + 504] != 0;
  }

  private static void addSparseRuns(
      byte[] block, int from, int count, ErrorLocation location, SparseMap map)
      throws MalformedTarException {
    for (int run = from; run < from + 24 * count; run += 24) {
      if (block[run] == 0 && block[run + 12] == 0) {
        return;
      }
      map.add(
          parseNumber(block, run, 12, "sparse offset", location),
          parseNumber(block, run + 12, 12, "sparse length", location));
    }
  }

  private int deviceNumber(int field, String what) throws MalformedTarException {
    long number = number(field, 8, what);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw location.malformed(what + " is out of range: " + number);
    }
    return (int) number;
  }

  private long checkedSize(long size) throws MalformedTarException {
    if (size < 0 || size > MAX_SIZE) {
      throw location.malformed("the size is out of range: " + size);
    }
    return size;
  }

  private long owner(int field, String what) throws MalformedTarException {
    long id = number(field, 8, what);
    if (id < 0 || id > MAX_OWNER) {
      throw location.malformed("the " + what + " is out of range: " + id);
    }
    return id;
  }

  private boolean hasPrefix() {
    return block[at + 257] == 'u'
        && block[at + 258] == 's'
        && block[at + 259] == 't'
        && block[at + 260] == 'a'
        && block[at + 261] == 'r'
        && block[at + 262] == 0;
  }

  private boolean isStar() {
    return block[at + 508] == 't'
        && block[at + 509] == 'a'
        && block[at + 510] == 'r'
        && block[at + 511] == 0;
  }

  private String text(int field, int length) {
    int end = 0;
    while (end < length && block[at + field + end] != 0) {
      end++;
    }
    return LosslessUtf8.decode(block, at + field, end);
  }

  /** The sum of all bytes, with the checksum field counted as spaces. */
  private long sum(int mask) {
    long sum = 8 * ' ';
    for (int i = 0; i < BlockInput.BLOCK; i++) {
      sum += block[at + i] & mask;
    }
    for (int i = CHECKSUM; i < CHECKSUM + 8; i++) {
      sum -= block[at + i] & mask;
    }
    return sum;
  }

  private long number(int field, int length, String what) throws MalformedTarException {
    return parseNumber(block, at + field, length, what, location);
  }

  private static long parseNumber(
      byte[] block, int from, int length, String what, ErrorLocation location)
      throws MalformedTarException {
    if (block[from] < 0) {
      return base256(block, from, length, what, location);
    }
    int i = from;
    int end = from + length;
    while (i < end && (block[i] == ' ' || block[i] == 0)) {
      i++;
    }
    long value = 0;
    for (; i < end && block[i] >= '0' && block[i] <= '7'; i++) {
      value = (value << 3) | (block[i] - '0');
    }
    if (i < end && block[i] != ' ' && block[i] != 0) {
      String field = new String(block, from, length, StandardCharsets.ISO_8859_1);
      throw location.malformed(
          what + ": expected an octal number, got '" + ErrorLocation.printable(field) + "'");
    }
    return value;
  }

  /** GNU's encoding of numbers too large for octal: big-endian two's complement after a set bit. */
  private static long base256(
      byte[] block, int from, int length, String what, ErrorLocation location)
      throws MalformedTarException {
    // The first bit marks the encoding, the second is the sign.
    long value = (byte) (block[from] << 1) >> 1;
    for (int i = from + 1; i < from + length; i++) {
      long next = (value << 8) | (block[i] & 0xFF);
      if (next >> 8 != value) {
        throw location.malformed(what + ": the number is too large");
      }
      value = next;
    }
    return value;
  }
}
