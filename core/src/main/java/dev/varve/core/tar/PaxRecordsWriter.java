package dev.varve.core.tar;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects one entry's PAX records and encodes them, sorted by key. */
final class PaxRecordsWriter {
  private final String path;
  private final SortedMap<String, byte[]> records = new TreeMap<>();

  PaxRecordsWriter(String path) {
    this.path = path;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  void add(String key, byte[] value) {
    records.put(key, value);
  }

  void add(String key, long value) {
    add(key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
  }

  void add(Xattrs xattrs) throws IOException {
    for (int i = 0; i < xattrs.names().size(); i++) {
      String name = xattrs.names().get(i);
      if (name.indexOf('=') >= 0) {
        // GNU tar escapes '=', Go refuses such a name, other readers get a wrong name and value.
        throw failure("a tar can't hold the extended attribute " + ErrorLocation.printable(name));
      }
      add(PaxRecords.SCHILY_XATTR + name, xattrs.value(i));
    }
  }

  byte[] toByteArray() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      byte[] key = LosslessUtf8.encode(record.getKey());
      int length = key.length + record.getValue().length + 3;
      bytes.writeBytes((withItsOwnDigits(length) + " ").getBytes(StandardCharsets.US_ASCII));
      bytes.writeBytes(key);
      bytes.write('=');
      bytes.writeBytes(record.getValue());
      bytes.write('\n');
    }
    if (bytes.size() > PaxRecords.MAX_BYTES) {
      throw failure(
          "expected names and extended attributes of at most %2$d bytes, got %1$d"
              .formatted(bytes.size(), PaxRecords.MAX_BYTES));
    }
    return bytes.toByteArray();
  }

  /** Adds to a record's length the number of digits that the total length takes. */
  private static int withItsOwnDigits(int length) {
    int whole = length + Integer.toString(length).length();
    return length + Integer.toString(whole).length();
  }

  private IOException failure(String problem) {
    return new IOException("writing " + ErrorLocation.printable(path) + ": " + problem);
  }
}
