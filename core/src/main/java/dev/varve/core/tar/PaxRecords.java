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
 * The records of PAX extended headers. An entry's own records override those of earlier global
 * headers.
 */
final class PaxRecords {
  /**
   * The most bytes that the records of an entry, and those of all global headers, may have. No
   * archiver needs a tenth of it.
   */
  static final int MAX_BYTES = 1 << 20;

  /** The most records of global headers, which are copied and searched for each entry. */
  static final int MAX_GLOBAL = 256;

  static final String SCHILY_XATTR = "SCHILY.xattr.";
  private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
  private static final int MAX_NAME = 1 << 16;

  private final ErrorLocation location;
  private final Map<String, byte[]> records;

  /** The bytes of the headers that were parsed, without those of a copied set. */
  private long parsed;

  PaxRecords(ErrorLocation location) {
    this(location, Map.of());
  }

  private PaxRecords(ErrorLocation location, Map<String, byte[]> inherited) {
    this.location = location;
    this.records = new HashMap<>(inherited);
  }

  /** Returns a copy, to add an entry's own records to. */
  PaxRecords copy() {
    return new PaxRecords(location, records);
  }

  /** Parses records in the form "LENGTH KEY=VALUE\n", where LENGTH counts the whole record. */
  void parse(byte[] bytes, int count) throws MalformedTarException {
    parsed += count;
    if (parsed > MAX_BYTES) {
      throw location.malformed(
          "the PAX headers are too long: expected at most " + MAX_BYTES + " bytes, got " + parsed);
    }
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

  /** Checks the number of records of global headers. */
  void requireFew() throws MalformedTarException {
    if (records.size() > MAX_GLOBAL) {
      throw location.malformed(
          "the global PAX headers have too many records: expected at most "
              + MAX_GLOBAL
              + ", got "
              + records.size());
    }
  }

  private void put(String key, byte[] value, ByteArrayOutputStream sparseRuns) {
    if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      // Sparse format 0.0 repeats these keys, against POSIX; 0.1 has one record with all runs.
      if (sparseRuns.size() > 0) {
        sparseRuns.write(',');
      }
      sparseRuns.writeBytes(value);
    } else if (value.length == 0 && !key.startsWith(SCHILY_XATTR)) {
      // POSIX: an empty value deletes an earlier record.
      records.remove(key);
    } else {
      records.put(key, value);
    }
  }

  /** The value of a record as a name; null if the record is missing. */
  @Nullable String name(String key) throws MalformedTarException {
    byte[] value = records.get(key);
    if (value == null) {
      return null;
    }
    if (value.length > MAX_NAME) {
      throw location.malformed(key + " is too long: " + value.length + " bytes");
    }
    String name = LosslessUtf8.decode(value, 0, value.length);
    if (name.indexOf(0) >= 0) {
      throw location.malformed(key + " holds a NUL");
    }
    return name;
  }

  boolean has(String key) {
    return records.containsKey(key);
  }

  /** The value of a record as a number from 0 to {@code max}; {@code otherwise} if missing. */
  long number(String key, long max, long otherwise) throws MalformedTarException {
    byte[] value = records.get(key);
    return value == null ? otherwise : parseNumber(key, text(value), max);
  }

  /** The value of a record as a time; null if the record is missing. */
  @Nullable PaxTime time(String key) throws MalformedTarException {
    byte[] value = records.get(key);
    if (value == null) {
      return null;
    }
    PaxTime time = PaxTime.parse(text(value));
    if (time == null) {
      throw location.malformed(
          key + ": expected a time, got '" + ErrorLocation.printable(text(value)) + "'");
    }
    return time;
  }

  /** The map of sparse formats 0.0 and 0.1: "offset,length,offset,length…". */
  SparseMap sparseMap() throws MalformedTarException {
    SparseMap map = new SparseMap(location);
    String runs = text(records.getOrDefault("GNU.sparse.map", new byte[0]));
    if (runs.isEmpty()) {
      return map;
    }
    int at = 0;
    while (at <= runs.length()) {
      int comma = runs.indexOf(',', at);
      if (comma < 0) {
        throw location.malformed("GNU.sparse.map has an offset without a length");
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
        // libarchive writes both; the SCHILY record wins because its value needs no decoding.
        String name = percentDecoded(key.substring(LIBARCHIVE_XATTR.length()));
        xattrs.putIfAbsent(xattrName(key, name), base64(key, record.getValue()));
      }
    }
    return xattrs == null ? Xattrs.EMPTY : Xattrs.of(xattrs);
  }

  private String xattrName(String key, String name) throws MalformedTarException {
    if (name.isEmpty() || name.indexOf(0) >= 0) {
      throw location.malformed(
          "an extended attribute has an empty name or a NUL in it: "
              + ErrorLocation.printable(key));
    }
    return name;
  }

  private byte[] base64(String key, byte[] value) throws MalformedTarException {
    try {
      return Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw location.malformed(ErrorLocation.printable(key) + " is not base64");
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
      throw location.malformed(
          key
              + ": expected a number up to "
              + max
              + ", got '"
              + ErrorLocation.printable(digits)
              + "'");
    }
    return value;
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.ISO_8859_1);
  }

  private MalformedTarException malformed(int at, String problem) {
    return location.malformed("the PAX record at byte " + at + " is malformed: " + problem);
  }
}
