package dev.varve.core.tar;

import java.util.Arrays;

/** The data runs (offset, length) of a sparse file, in order; everything else reads as zeros. */
final class SparseMap {
  private static final int MAX_RUNS = 1 << 20;

  private final ErrorLocation location;
  private long[] runs = new long[8];
  private int used;
  private long end;
  private long dataSize;

  SparseMap(ErrorLocation location) {
    this.location = location;
  }

  void add(long offset, long length) throws MalformedTarException {
    if (offset < end || length < 0 || offset > Header.MAX_SIZE || length > Header.MAX_SIZE) {
      throw location.malformed(
          "the sparse map is out of order: offset "
              + offset
              + ", length "
              + length
              + " after "
              + end);
    }
    if (used == 2 * MAX_RUNS) {
      throw location.malformed("the sparse map has over " + MAX_RUNS + " runs");
    }
    if (used == runs.length) {
      runs = Arrays.copyOf(runs, 2 * used);
    }
    runs[used++] = offset;
    runs[used++] = length;
    end = offset + length;
    dataSize += length;
  }

  /** Checks the map against the file's size and the number of stored bytes. */
  void check(long size, long stored) throws MalformedTarException {
    if (end > size) {
      throw location.malformed(
          "the sparse map reaches " + end + ", past the file's end at " + size);
    }
    if (dataSize != stored) {
      throw location.malformed(
          "the sparse map has " + dataSize + " bytes of data, the archive stores " + stored);
    }
  }

  int count() {
    return used / 2;
  }

  long offset(int run) {
    return runs[2 * run];
  }

  long end(int run) {
    return runs[2 * run] + runs[2 * run + 1];
  }
}
