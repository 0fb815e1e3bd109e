package dev.varve.core.compress;

import java.util.Locale;

/** Compressed formats, detected by their first bytes. */
public enum Magic {
  /** gzip. */
  GZIP,
  /** Zstandard, skippable frames included. */
  ZSTD,
  /** bzip2. */
  BZIP2,
  /** xz. */
  XZ,
  /** LZ4. */
  LZ4,
  /** None of these formats. */
  NONE;

  /** The number of bytes needed to detect a format. */
  public static final int BYTES = 10;

  /** Returns the format of data with this start of {@link #BYTES} bytes, fewer for shorter data. */
  public static Magic of(byte[] start) {
    if (starts(start, 0x1f, 0x8b)) {
      return GZIP;
    }
    if (starts(start, 0x28, 0xb5, 0x2f, 0xfd) || isSkippableFrame(start)) {
      return ZSTD;
    }
    // A tar may begin with a file named "BZh9"; the digits of pi exclude this.
    if (starts(start, 'B', 'Z', 'h', -1, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59)) {
      return BZIP2;
    }
    if (starts(start, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    return starts(start, 0x04, 0x22, 0x4d, 0x18) ? LZ4 : NONE;
  }

  /** The format's name, which is also the name of its program. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static boolean isSkippableFrame(byte[] start) {
    return starts(start, -1, 0x2a, 0x4d, 0x18) && (start[0] & 0xF0) == 0x50;
  }

  /** Returns whether the bytes have this prefix; -1 matches any byte. */
  private static boolean starts(byte[] bytes, int... expected) {
    if (bytes.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] >= 0 && (bytes[i] & 0xFF) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
