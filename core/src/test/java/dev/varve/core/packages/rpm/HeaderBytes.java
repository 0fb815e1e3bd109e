package dev.varve.core.packages.rpm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes RPM headers, valid and malformed. */
final class HeaderBytes {
  private final List<int[]> entries = new ArrayList<>();
  private final ByteArrayOutputStream store = new ByteArrayOutputStream();

  /** Begins the header of a package without files. */
  static HeaderBytes named(String name) {
    return new HeaderBytes()
        .string(RpmTag.NAME, name)
        .string(RpmTag.VERSION, "1")
        .string(RpmTag.RELEASE, "2");
  }

  /** Begins the header of a package with files in one directory and every array that files need. */
  static HeaderBytes withFiles(String directory, String... names) {
    int[] zeros = new int[names.length];
    return named("p")
        .strings(RpmTag.DIRNAMES, directory)
        .int32(RpmTag.DIRINDEXES, zeros)
        .strings(RpmTag.BASENAMES, names)
        .arrays(names.length);
  }

  HeaderBytes arrays(int files) {
    int[] zeros = new int[files];
    return int16(RpmTag.FILEMODES, zeros).int32(RpmTag.FILEMTIMES, zeros);
  }

  HeaderBytes entry(int tag, int type, int offset, int count) {
    entries.add(new int[] {tag, type, offset, count});
    return this;
  }

  HeaderBytes string(int tag, String value) {
    entry(tag, 6, store.size(), 1);
    return store(value);
  }

  HeaderBytes strings(int tag, String... values) {
    entry(tag, 8, store.size(), values.length);
    for (String value : values) {
      store(value);
    }
    return this;
  }

  HeaderBytes int16(int tag, int... values) {
    entry(tag, 3, store.size(), values.length);
    for (int value : values) {
      store.writeBytes(ByteBuffer.allocate(2).putShort((short) value).array());
    }
    return this;
  }

  HeaderBytes int32(int tag, int... values) {
    entry(tag, 4, store.size(), values.length);
    for (int value : values) {
      store.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
    }
    return this;
  }

  HeaderBytes int64(int tag, long... values) {
    entry(tag, 5, store.size(), values.length);
    for (long value : values) {
      store.writeBytes(ByteBuffer.allocate(8).putLong(value).array());
    }
    return this;
  }

  HeaderBytes bytes(int... bytes) {
    for (int b : bytes) {
      store.write(b);
    }
    return this;
  }

  int storeSize() {
    return store.size();
  }

  byte[] toBytes() {
    ByteBuffer header = ByteBuffer.allocate(8 + 16 * entries.size() + store.size());
    header.putInt(entries.size()).putInt(store.size());
    for (int[] entry : entries) {
      for (int field : entry) {
        header.putInt(field);
      }
    }
    return header.put(store.toByteArray()).array();
  }

  private HeaderBytes store(String value) {
    store.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    store.write(0);
    return this;
  }
}
