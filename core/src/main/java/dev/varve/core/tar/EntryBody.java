package dev.varve.core.tar;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An entry's content: the stored bytes, with zeros in the holes of a sparse file. */
final class EntryBody extends InputStream {
  private final BlockInput input;
  private final ErrorLocation location;
  private final @Nullable SparseMap map;
  private final long size;

  /** The offset in the file of the next byte to read. */
  private long position;

  /** The index of the map's current or next run. */
  private int run;

  private long storedLeft;
  private int padding;

  private EntryBody(
      BlockInput input, ErrorLocation location, @Nullable SparseMap map, long size, long stored) {
    this.input = input;
    this.location = location;
    this.map = map;
    this.size = size;
    this.storedLeft = stored;
    this.padding = (int) TarReader.padding(stored);
  }

  static EntryBody none(BlockInput input, ErrorLocation location) {
    return new EntryBody(input, location, null, 0, 0);
  }

  /** A body without readable content; its stored bytes are skipped. */
  static EntryBody hidden(BlockInput input, ErrorLocation location, long stored) {
    return new EntryBody(input, location, null, 0, stored);
  }

  static EntryBody plain(BlockInput input, ErrorLocation location, long size) {
    return new EntryBody(input, location, null, size, size);
  }

  static EntryBody sparse(
      BlockInput input, ErrorLocation location, long size, long stored, SparseMap map)
      throws MalformedTarException {
    map.check(size, stored);
    return new EntryBody(input, location, map, size, stored);
  }

  long size() {
    return size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position == size) {
      return -1;
    }
    int most = (int) Math.min(length, size - position);
    int n = map == null ? readStored(bytes, offset, most) : readSparse(map, bytes, offset, most);
    position += n;
    return n;
  }

  private int readSparse(SparseMap runs, byte[] bytes, int offset, int most) throws IOException {
    while (run < runs.count() && runs.end(run) <= position) {
      run++;
    }
    long data = run < runs.count() ? runs.offset(run) : size;
    if (position < data) {
      int zeros = (int) Math.min(most, data - position);
      Arrays.fill(bytes, offset, offset + zeros, (byte) 0);
      return zeros;
    }
    return readStored(bytes, offset, (int) Math.min(most, runs.end(run) - position));
  }

  private int readStored(byte[] bytes, int offset, int most) throws IOException {
    int n = input.read(bytes, offset, most);
    if (n < 0) {
      throw cutOff();
    }
    storedLeft -= n;
    return n;
  }

  /** Skips to the next header; this body is at its end afterwards. */
  void skipRest() throws IOException {
    position = size;
    if (!input.skip(storedLeft + padding)) {
      throw cutOff();
    }
    storedLeft = 0;
    padding = 0;
  }

  private MalformedTarException cutOff() {
    return location.malformed("the archive ends within its content");
  }
}
