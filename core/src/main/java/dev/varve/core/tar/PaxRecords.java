package dev.varve.core.tar;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of PAX extended headers: what an entry's own say, over what global ones said before.
 */
final class PaxRecords {
  /** An extended header of more bytes than this is refused. */
  static final int MAX_BYTES = 1 << 20;

  static final String SCHILY_XATTR = "SCHILY.xattr.";
  private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
  private static final int MAX_NAME = 1 << 16;

  private final Where where;
  private final Map<String, byte[]> records;

  PaxRecords(Where where) {
    this(where, Map.of());
  }

  private PaxRecords(Where where, Map<String, byte[]> inherited) {
    this.where = where;
    this.records = new HashMap<>(inherited);
  }

  /** A copy to add an entry's own records to. */
  PaxRecords copy() {
    return new PaxRecords(where, records);
  }

  /** Adds records as they lie in an extended header: "LENGTH KEY=VALUE\n", LENGTH being of all. */
  void parse(byte[] bytes, int count) throws MalformedTarException {
    ByteArrayOutputStream sparseRuns = new ByteArrayOutputStream();
    int at = 0;
    while (at < count) {
      int length = 0;
      int i = at;
      while (i < count && i - at < 8 && bytes[i] >= '0' && bytes[i] <= '9') {
        length = 10 * length + (bytes[i++] - '0');
      }
      int end = at + length;
      if (i == at || i == count || bytes[i] != ' ' || end > count || end < i + 3) {
        throw malformed(at, "its length is wrong");
      }
      if (bytes[end - 1] != '\n') {
        throw malformed(at, "it doesn't end with a newline");
      }
      int key = i + 1;
      int equals = key;
      while (equals < end && bytes[equals] != '=' && bytes[equals] != 0) {
        equals++;
      }
      if (equals == key || equals == end || bytes[equals] != '=') {
        throw malformed(at, "it has no key");
      }
      put(
          LosslessUtf8.decode(bytes, key, equals - key),
          Arrays.copyOfRange(bytes, equals + 1, end - 1),
          sparseRuns);
      at = end;
    }
    if (sparseRuns.size() > 0) {
      records.put("GNU.sparse.map", sparseRuns.toByteArray());
    }
  }

  private void put(String key, byte[] value, ByteArrayOutputStream sparseRuns) {
    if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      // Sparse format 0.0 repeats these two, against POSIX; 0.1 says the same in one record.
      if (sparseRuns.size() > 0) {
        sparseRuns.write(',');
      }
      sparseRuns.writeBytes(value);
    } else if (value.length == 0 && !key.startsWith(SCHILY_XATTR)) {
      // POSIX: an empty value takes back what was said before.
      records.remove(key);
    } else {
      records.put(key, value);
    }
  }

  /** A name, or nothing if there is no such record. */
  @Nullable String name(String key) throws MalformedTarException {
    byte[] value = records.get(key);
    if (value == null) {
      return null;
    }
    if (value.length > MAX_NAME) {
      throw where.malformed(key + " is too long: " + value.length + " bytes");
    }
    String name = LosslessUtf8.decode(value, 0, value.length);
    if (name.indexOf(0) >= 0) {
      throw where.malformed(key + " holds a NUL");
    }
    return name;
  }

  boolean has(String key) {
    return records.containsKey(key);
  }

  /** A decimal number from 0 to {@code max}, or {@code otherwise} if there is no such record. */
  long number(String key, long max, long otherwise) throws MalformedTarException {
    byte[] value = records.get(key);
    return value == null ? otherwise : parseNumber(key, text(value), max);
  }

  /** A time as {@link PaxTime}, or nothing if there is no such record. */
  @Nullable PaxTime time(String key) throws MalformedTarException {
    byte[] value = records.get(key);
    if (value == null) {
      return null;
    }
    PaxTime time = PaxTime.parse(text(value));
    if (time == null) {
      throw where.malformed(key + ": expected a time, got '" + Where.printable(text(value)) + "'");
    }
    return time;
  }

  /** The map of sparse formats 0.0 and 0.1: "offset,length,offset,length…". */
  SparseMap sparseMap() throws MalformedTarException {
    SparseMap map = new SparseMap(where);
    String runs = text(records.getOrDefault("GNU.sparse.map", new byte[0]));
    if (runs.isEmpty()) {
      return map;
    }
    int at = 0;
    while (at <= runs.length()) {
      int comma = runs.indexOf(',', at);
      if (comma < 0) {
        throw where.malformed("GNU.sparse.map has an offset without a length");
      }
      int end = runs.indexOf(',', comma + 1);
      end = end < 0 ? runs.length() : end;
      map.add(
          parseNumber("GNU.sparse.map", runs.substring(at, comma), Header.MAX_SIZE),
          parseNumber("GNU.sparse.map", runs.substring(comma + 1, end), Header.MAX_SIZE));
      at = end + 1;
    }
    return map;
  }

  Xattrs xattrs() throws MalformedTarException {
    SortedMap<String, byte[]> xattrs = null;
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      String key = record.getKey();
      boolean schily = key.startsWith(SCHILY_XATTR);
      if (!schily && !key.startsWith(LIBARCHIVE_XATTR)) {
        continue;
      }
      xattrs = xattrs == null ? new TreeMap<>() : xattrs;
      if (schily) {
        xattrs.put(xattrName(key, key.substring(SCHILY_XATTR.length())), record.getValue());
      } else {
        // libarchive writes both; of the two, the plain one is not to be misread.
        String name = percentDecoded(key.substring(LIBARCHIVE_XATTR.length()));
        xattrs.putIfAbsent(xattrName(key, name), base64(key, record.getValue()));
      }
    }
    return xattrs == null ? Xattrs.EMPTY : Xattrs.of(xattrs);
  }

  private String xattrName(String key, String name) throws MalformedTarException {
    if (name.isEmpty() || name.indexOf(0) >= 0) {
      throw where.malformed("an extended attribute has no name: " + Where.printable(key));
    }
    return name;
  }

  private byte[] base64(String key, byte[] value) throws MalformedTarException {
    try {
      return Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw where.malformed(Where.printable(key) + " is not base64");
    }
  }

  private static String percentDecoded(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    byte[] bytes = LosslessUtf8.encode(name);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (bytes[i] == '%' && high >= 0 && low >= 0) {
        decoded.write((high << 4) | low);
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return LosslessUtf8.decode(decoded.toByteArray(), 0, decoded.size());
  }

  private long parseNumber(String key, String digits, long max) throws MalformedTarException {
    long value = -1;
    if (!digits.isEmpty()
        && digits.length() <= 18
        && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      value = Long.parseLong(digits);
    }
    if (value < 0 || value > max) {
      throw where.malformed(
          key + ": expected a number up to " + max + ", got '" + Where.printable(digits) + "'");
    }
    return value;
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.ISO_8859_1);
  }

  private MalformedTarException malformed(int at, String problem) {
    return where.malformed("the PAX record at byte " + at + " is malformed: " + problem);
  }
}
