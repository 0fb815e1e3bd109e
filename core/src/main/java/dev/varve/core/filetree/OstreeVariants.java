package dev.varve.core.filetree;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.tar.Xattrs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Parses the GVariants in an OSTree repository's objects. After the elements of an array or a tuple
 * follow the offsets of the ends of those whose size varies: of a tuple in reverse, and without
 * that of the last. The width of the offsets depends on the total size.
 *
 * @see <a href="https://docs.gtk.org/glib/gvariant-specification-1.0.html">GVariant
 *     specification</a>
 */
final class OstreeVariants {
  private static final int CHECKSUM = 32;

  /** The members of a commit before the last whose size varies. */
  private static final int COMMIT_OFFSETS = 6;

  /** The owner and the mode in a dirmeta object, before the extended attributes. */
  private static final int OWNER_AND_MODE = 12;

  /** Many times more extended attributes than a file has. */
  private static final int MAX_XATTRS = 1000;

  private OstreeVariants() {}

  /**
   * A directory: in the object of its parent, or the root of a commit.
   *
   * @param name the name; empty for the root
   * @param dirtree the checksum of the object with its entries
   * @param dirmeta the checksum of the object with its attributes
   */
  record Directory(String name, String dirtree, String dirmeta) {}

  /** The attributes of a directory. */
  record Meta(long uid, long gid, int mode, Xattrs xattrs) {}

  /**
   * Parses the root directory in a commit, {@code (a{sv}aya(say)sstayay)}: the last two members.
   *
   * @throws IllegalArgumentException if the bytes are malformed; the message says the offset
   */
  static Directory root(byte[] commit) {
    int end = commit.length - COMMIT_OFFSETS * offsetWidth(commit.length);
    require(end >= 2 * CHECKSUM, 0);
    return new Directory(
        "", checksum(commit, end - 2 * CHECKSUM), checksum(commit, end - CHECKSUM));
  }

  /**
   * Parses the directories in a directory's object, {@code (a(say)a(sayay))}: files and
   * directories.
   *
   * @throws IllegalArgumentException if the bytes are malformed; the message says the offset
   */
  static List<Directory> directories(byte[] dirtree) {
    int width = offsetWidth(dirtree.length);
    int end = dirtree.length - width;
    require(end >= 0, 0);
    int first = offset(dirtree, end, width);
    require(first <= end, end);
    if (first == end) {
      return List.of();
    }
    // Offsets in the array count from the start of the array.
    byte[] array = Arrays.copyOfRange(dirtree, first, end);
    List<Directory> directories = new ArrayList<>();
    int arrayWidth = offsetWidth(array.length);
    int ends = ends(array, arrayWidth);
    int start = 0;
    for (int at = ends; at < array.length; at += arrayWidth) {
      int elementEnd = offset(array, at, arrayWidth);
      require(elementEnd > start && elementEnd <= ends, at);
      directories.add(directory(array, start, elementEnd));
      start = elementEnd;
    }
    return directories;
  }

  private static Directory directory(byte[] array, int start, int end) {
    int elementWidth = offsetWidth(end - start);
    int dataEnd = end - 2 * elementWidth;
    int nameSize = dataEnd - start - 2 * CHECKSUM;
    require(nameSize > 1, start);
    require(offset(array, end - elementWidth, elementWidth) == nameSize, end - elementWidth);
    require(offset(array, dataEnd, elementWidth) == nameSize + CHECKSUM, dataEnd);
    require(array[start + nameSize - 1] == 0, start + nameSize - 1);
    return new Directory(
        LosslessUtf8.decode(array, start, nameSize - 1),
        checksum(array, start + nameSize),
        checksum(array, start + nameSize + CHECKSUM));
  }

  private static String checksum(byte[] bytes, int at) {
    return HexFormat.of().formatHex(bytes, at, at + CHECKSUM);
  }

  /**
   * Parses a directory's attributes, {@code (uuua(ayay))}, whose numbers are big-endian.
   *
   * @throws IllegalArgumentException if the bytes are malformed; the message says the offset
   */
  static Meta meta(byte[] dirmeta) {
    require(dirmeta.length >= OWNER_AND_MODE, 0);
    ByteBuffer numbers = ByteBuffer.wrap(dirmeta);
    return new Meta(
        Integer.toUnsignedLong(numbers.getInt()),
        Integer.toUnsignedLong(numbers.getInt()),
        numbers.getInt() & 07777,
        xattrs(Arrays.copyOfRange(dirmeta, OWNER_AND_MODE, dirmeta.length)));
  }

  /**
   * Parses extended attributes, {@code a(ayay)}: names, each ending with NUL, and values.
   *
   * @throws IllegalArgumentException if the bytes are malformed; the message says the offset
   */
  static Xattrs xattrs(byte[] array) {
    if (array.length == 0) {
      return Xattrs.EMPTY;
    }
    int width = offsetWidth(array.length);
    int ends = ends(array, width);
    require((array.length - ends) / width <= MAX_XATTRS, ends);
    Map<String, byte[]> xattrs = new HashMap<>();
    int start = 0;
    for (int at = ends; at < array.length; at += width) {
      int end = offset(array, at, width);
      require(end > start && end <= ends, at);
      int valueEnd = end - offsetWidth(end - start);
      require(valueEnd > start, at);
      int nameSize = offset(array, valueEnd, end - valueEnd);
      require(nameSize > 1 && nameSize <= valueEnd - start, valueEnd);
      int nameEnd = start + nameSize - 1;
      require(array[nameEnd] == 0, nameEnd);
      xattrs.put(
          LosslessUtf8.decode(array, start, nameEnd - start),
          Arrays.copyOfRange(array, nameEnd + 1, valueEnd));
      start = end;
    }
    return Xattrs.of(xattrs);
  }

  /** Returns where the offsets of an array begin, which is where its last element ends. */
  private static int ends(byte[] array, int width) {
    int ends = offset(array, array.length - width, width);
    require(ends < array.length && (array.length - ends) % width == 0, array.length - width);
    return ends;
  }

  private static void require(boolean sound, int offset) {
    if (!sound) {
      throw new IllegalArgumentException("malformed at offset " + offset);
    }
  }

  private static int offsetWidth(int length) {
    return length <= 0xFF ? 1 : length <= 0xFFFF ? 2 : 4;
  }

  /** Reads a little-endian number; {@link Integer#MAX_VALUE} if it does not fit in an int. */
  private static int offset(byte[] bytes, int at, int width) {
    int value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xFF);
    }
    return value < 0 ? Integer.MAX_VALUE : value;
  }
}
