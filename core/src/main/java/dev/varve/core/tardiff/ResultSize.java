package dev.varve.core.tardiff;

import java.io.IOException;

/** Counts the bytes of a result, up to a limit. */
final class ResultSize {
  private final long most;
  private final ErrorLocation location;
  private long size;

  ResultSize(long most, ErrorLocation location) {
    this.most = most;
    this.location = location;
  }

  /** Fails if {@code length} more bytes are too many. */
  void expect(long length) throws IOException {
    if (length > most - size) {
      throw location.malformed(
          "expected a result of at most %d bytes, got %d and another %d", most, size, length);
    }
  }

  /** Adds bytes; fails if they are too many. */
  void add(long length) throws IOException {
    expect(length);
    size += length;
  }
}
