package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.LosslessUtf8;
import java.nio.ByteBuffer;

/**
 * An RPM header as the database stores it, without its magic: big-endian, the number of entries and
 * the length of the data store (4 bytes each), the index (16 bytes an entry: tag, type, offset in
 * the store, count), and the data store. See <a
 * href="https://rpm.org/docs/latest/manual/format_header.html">RPM header format</a>.
 *
 * <p>If a tag occurs twice, the last entry counts: entries that were added at installation follow
 * those of the built package, and replace them.
 */
final class RpmHeader {
  static final int INT16 = 3;
  static final int INT32 = 4;
  private static final int STRING = 6;
  private static final int STRING_ARRAY = 8;
  private static final int I18NSTRING = 9;

  /**
   * The size of an element in bytes, by type; a string has at least its NUL. Type 0 has no data.
   */
  private static final int[] WIDTHS = {0, 1, 1, 2, 4, 8, 1, 1, 1, 1};

  private static final String[] TYPE_NAMES = {
    "NULL", "CHAR", "INT8", "INT16", "INT32", "INT64", "STRING", "BIN", "STRING_ARRAY", "I18NSTRING"
  };

  private static final int PREAMBLE = 8;
  private static final int ENTRY = 16;

  /** RPM's own limit. */
  private static final int MAX_ENTRIES = 0xFFFF;

  /** The most elements of a tag: more than any package has, and few enough to allocate. */
  private static final int MAX_ELEMENTS = 1_000_000;

  private final byte[] bytes;
  private final ByteBuffer blob;
  private final int entries;
  private final int store;

  private RpmHeader(byte[] bytes, int entries) {
    this.bytes = bytes;
    this.blob = ByteBuffer.wrap(bytes);
    this.entries = entries;
    this.store = PREAMBLE + entries * ENTRY;
  }

  /**
   * Parses a header and checks its index; {@code bytes} is not copied.
   *
   * @throws MalformedHeaderException if an entry has an unknown type, or data outside the store
   */
  static RpmHeader parse(byte[] bytes) throws MalformedHeaderException {
    if (bytes.length < PREAMBLE) {
      throw new MalformedHeaderException(
          "expected at least " + PREAMBLE + " bytes, got " + bytes.length);
    }
    ByteBuffer preamble = ByteBuffer.wrap(bytes);
    long entries = Integer.toUnsignedLong(preamble.getInt());
    long dataLength = Integer.toUnsignedLong(preamble.getInt());
    if (entries > MAX_ENTRIES) {
      throw new MalformedHeaderException(
          "expected at most " + MAX_ENTRIES + " entries, got " + entries);
    }
    long length = PREAMBLE + entries * ENTRY + dataLength;
    if (length != bytes.length) {
      throw new MalformedHeaderException(
          String.format(
              "expected %d bytes (%d entries, data store of %d bytes), got %d",
              length, entries, dataLength, bytes.length));
    }
    RpmHeader header = new RpmHeader(bytes, (int) entries);
    for (int i = 0; i < entries; i++) {
      header.check(i);
    }
    return header;
  }

  boolean has(int tag) {
    return find(tag) >= 0;
  }

  /** Returns the tag's text, of an array the first; empty if the tag is missing. */
  String string(int tag) throws MalformedHeaderException {
    Strings strings = strings(tag);
    return strings.count() == 0 ? "" : strings.next();
  }

  /** Returns the tag's strings; none if the tag is missing. */
  Strings strings(int tag) throws MalformedHeaderException {
    int entry = find(tag);
    if (entry < 0) {
      return new Strings(-1, 0, store);
    }
    int type = type(entry);
    if (type != STRING && type != STRING_ARRAY && type != I18NSTRING) {
      throw malformed(entry, "expected strings, got type " + TYPE_NAMES[type]);
    }
    return new Strings(entry, count(entry), store + offset(entry));
  }

  /**
   * Returns the tag's numbers, which are unsigned; none if the tag is missing.
   *
   * @param type the type that the tag must have, {@link #INT16} or {@link #INT32}
   */
  long[] numbers(int tag, int type) throws MalformedHeaderException {
    int entry = find(tag);
    if (entry < 0) {
      return new long[0];
    }
    if (type(entry) != type) {
      throw malformed(
          entry, "expected type " + TYPE_NAMES[type] + ", got " + TYPE_NAMES[type(entry)]);
    }
    long[] numbers = new long[count(entry)];
    int position = store + offset(entry);
    for (int i = 0; i < numbers.length; i++, position += WIDTHS[type]) {
      numbers[i] =
          switch (type) {
            case INT16 -> Short.toUnsignedLong(blob.getShort(position));
            case INT32 -> Integer.toUnsignedLong(blob.getInt(position));
            default -> throw new IllegalArgumentException("not a number: " + TYPE_NAMES[type]);
          };
    }
    return numbers;
  }

  /** Returns the tag's first number, or {@code missing} if the tag is missing. */
  long number(int tag, int type, long missing) throws MalformedHeaderException {
    long[] numbers = numbers(tag, type);
    return numbers.length == 0 ? missing : numbers[0];
  }

  /** Returns an exception for a problem with {@code tag}, which may be missing. */
  MalformedHeaderException malformedTag(int tag, String problem) {
    int entry = find(tag);
    return entry < 0
        ? new MalformedHeaderException("tag " + tag + ": " + problem)
        : malformed(entry, problem);
  }

  private void check(int entry) throws MalformedHeaderException {
    int type = type(entry);
    if (type < 0 || type >= WIDTHS.length) {
      throw malformed(entry, "unknown type " + Integer.toUnsignedString(type));
    }
    int dataLength = bytes.length - store;
    long offset = Integer.toUnsignedLong(offset(entry));
    if (offset > dataLength) {
      throw malformed(
          entry, "offset " + offset + " beyond the data store's " + dataLength + " bytes");
    }
    long count = Integer.toUnsignedLong(rawCount(entry));
    if (count * WIDTHS[type] > dataLength - offset) {
      throw malformed(
          entry,
          ("offset " + offset + ": " + count + " of " + TYPE_NAMES[type])
              + (" go beyond the data store's " + dataLength + " bytes"));
    }
  }

  /** Returns an entry's count, checked against the limit because the caller allocates by it. */
  private int count(int entry) throws MalformedHeaderException {
    int count = rawCount(entry);
    if (Integer.compareUnsigned(count, MAX_ELEMENTS) > 0) {
      throw malformed(
          entry,
          "expected a count of at most "
              + MAX_ELEMENTS
              + ", got "
              + Integer.toUnsignedString(count));
    }
    return count;
  }

  /** Returns the index of the last entry with this tag, or -1. */
  private int find(int tag) {
    for (int i = entries - 1; i >= 0; i--) {
      if (tag(i) == tag) {
        return i;
      }
    }
    return -1;
  }

  private int tag(int entry) {
    return blob.getInt(PREAMBLE + entry * ENTRY);
  }

  private int type(int entry) {
    return blob.getInt(PREAMBLE + entry * ENTRY + 4);
  }

  private int offset(int entry) {
    return blob.getInt(PREAMBLE + entry * ENTRY + 8);
  }

  private int rawCount(int entry) {
    return blob.getInt(PREAMBLE + entry * ENTRY + 12);
  }

  private MalformedHeaderException malformed(int entry, String problem) {
    return new MalformedHeaderException(
        "entry " + entry + " (tag " + Integer.toUnsignedString(tag(entry)) + "): " + problem);
  }

  /** Decodes the strings of one entry, one at a time. */
  final class Strings {
    private final int entry;
    private final int count;
    private int taken;
    private int position;

    private Strings(int entry, int count, int position) {
      this.entry = entry;
      this.count = count;
      this.position = position;
    }

    int count() {
      return count;
    }

    /**
     * Returns the next string.
     *
     * @throws MalformedHeaderException if the string has no end within the data store
     */
    String next() throws MalformedHeaderException {
      if (taken == count) {
        throw new IllegalStateException("all " + count + " strings have been read");
      }
      int end = position;
      while (end < bytes.length && bytes[end] != 0) {
        end++;
      }
      if (end == bytes.length) {
        throw malformed(
            entry,
            "string " + taken + " at offset " + (position - store) + " has no end in the store");
      }
      String string = end == position ? "" : LosslessUtf8.decode(bytes, position, end - position);
      taken++;
      position = end + 1;
      return string;
    }
  }
}
