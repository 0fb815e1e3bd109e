package dev.varve.core.tardiff;

import java.nio.charset.StandardCharsets;

/** The versions of the format. */
public enum TarDiffVersion {
  /** Data, copies and differences: what every reader understands. */
  ONE(1),
  /** Additionally zstd patches. */
  TWO(2);

  /** The number of bytes that a tar-diff begins with, before the zstd stream. */
  static final int MAGIC_LENGTH = 8;

  private final int number;

  TarDiffVersion(int number) {
    this.number = number;
  }

  /** Returns the bytes that a tar-diff of this version begins with. */
  byte[] magic() {
    return ("tardf" + number + "\n\0").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "version " + number;
  }
}
