package dev.varve.core.tar;

import dev.varve.core.bytes.LosslessUtf8;
import java.nio.charset.StandardCharsets;

/**
 * One header block, whatever its dialect: V7, ustar, star or GNU. A view of the reader's buffer,
 * valid until the next block is read.
 */
final class Header {
  /** No size is above this many bytes. */
  static final long MAX_SIZE = 1L << 50;

  /** Owners are 32 bits in Linux. */
  static final long MAX_OWNER = 0xFFFF_FFFFL;

  private static final int CHECKSUM = 148;
  private static final int SPARSE_IN_HEADER = 386;

  private final byte[] block;
  private final int at;
  private final Where where;

  /** Takes the block at {@code at} for a header, if its checksum is right. */
  Header(byte[] block, int at, Where where) throws MalformedTarException {
    this.block = block;
    this.at = at;
    this.where = where;
    long expected = number(CHECKSUM, 8, "checksum");
    // Some old archivers summed signed bytes.
    if (expected != sum(0xFF) && expected != sum(-1)) {
      throw where.malformed(
          "the header's checksum is wrong: it says " + expected + ", its bytes say " + sum(0xFF));
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

  /** The name as it stands, prefix and trailing slash included. */
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

  /** A GNU header's map of a sparse file; more of it may follow in blocks of its own. */
  void addOldSparse(SparseMap map) throws MalformedTarException {
    addSparseRuns(block, at + SPARSE_IN_HEADER, 4, where, map);
  }

  boolean oldSparseContinues() {
    return block[at + 482] != 0;
  }

  long oldSparseRealSize() throws MalformedTarException {
    return checkedSize(number(483, 12, "real size"));
  }

  /** Reads a block that continues a GNU header's map; says whether yet another follows. */
  static boolean addOldSparseBlock(byte[] block, int at, Where where, SparseMap map)
      throws MalformedTarException {
    addSparseRuns(block, at, 21, where, map);
    return block[at + 504] != 0;
  }

  private static void addSparseRuns(byte[] block, int from, int count, Where where, SparseMap map)
      throws MalformedTarException {
    for (int run = from; run < from + 24 * count; run += 24) {
      if (block[run] == 0 && block[run + 12] == 0) {
        return;
      }
      map.add(
          parseNumber(block, run, 12, "sparse offset", where),
          parseNumber(block, run + 12, 12, "sparse length", where));
    }
  }

  private int deviceNumber(int field, String what) throws MalformedTarException {
    long number = number(field, 8, what);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw where.malformed(what + " is out of range: " + number);
    }
    return (int) number;
  }

  private long checkedSize(long size) throws MalformedTarException {
    if (size < 0 || size > MAX_SIZE) {
      throw where.malformed("the size is out of range: " + size);
    }
    return size;
  }

  private long owner(int field, String what) throws MalformedTarException {
    long id = number(field, 8, what);
    if (id < 0 || id > MAX_OWNER) {
      throw where.malformed("the " + what + " is out of range: " + id);
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

  /** The sum of all bytes, the checksum's own taken as spaces. */
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
    return parseNumber(block, at + field, length, what, where);
  }

  private static long parseNumber(byte[] block, int from, int length, String what, Where where)
      throws MalformedTarException {
    if (block[from] < 0) {
      return base256(block, from, length, what, where);
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
      throw where.malformed(
          what + ": expected an octal number, got '" + Where.printable(field) + "'");
    }
    return value;
  }

  /** GNU's way with numbers too large for octal: big-endian two's complement after a set bit. */
  private static long base256(byte[] block, int from, int length, String what, Where where)
      throws MalformedTarException {
    // The field's first bit is the mark, its second the sign.
    long value = (byte) (block[from] << 1) >> 1;
    for (int i = from + 1; i < from + length; i++) {
      long next = (value << 8) | (block[i] & 0xFF);
      if (next >> 8 != value) {
        throw where.malformed(what + ": the number is too large");
      }
      value = next;
    }
    return value;
  }
}
