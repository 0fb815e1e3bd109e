package dev.varve.core.tardiff;

import dev.varve.core.compress.ZstdPatch;
import dev.varve.core.compress.ZstdStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tar-diff. Successive pieces of one kind become one operation, and files are opened and
 * positions set only where bytes are taken from: the tar-diff depends on what the calls describe,
 * and not on the sizes of pieces. Not thread-safe.
 */
public final class TarDiffWriter implements Closeable {
  /** The most bytes of data or differences in one operation. Readers may keep these in memory. */
  private static final int MAX_PIECE = 1 << 20;

  /** A number, and a size below 2^63 in pieces of 7 bits. */
  private static final int MAX_HEADER = 1 + 9;

  private static final int UNKNOWN = -1;

  private final TarDiffVersion version;
  private final OutputStream operations;
  private final byte[] buffer = new byte[MAX_PIECE];
  private final byte[] header = new byte[MAX_HEADER];

  /** What has been collected: DATA or ADD_DATA in the buffer, or a COPY. */
  private Operation pending = Operation.DATA;

  private long pendingSize;

  /** The file that was opened, and the position in it behind what has been collected. */
  private @Nullable String path;

  private long position;

  /** The file that a reader has open behind what has been written, and its position. */
  private @Nullable String writtenPath;

  private long writtenPosition;

  private long result;
  private boolean closed;

  /**
   * Creates a writer, which holds native memory until it is closed.
   *
   * @param out not closed
   * @param level the zstd level, 1 to {@link ZstdStream#MAX_LEVEL}
   * @param windowLog the binary logarithm of the zstd window's size in bytes, {@link
   *     ZstdStream#MIN_WINDOW_LOG} to {@link ZstdStream#MAX_WINDOW_LOG}; readers need that memory
   * @throws IllegalArgumentException if zstd has no such level or window
   */
  public TarDiffWriter(OutputStream out, TarDiffVersion version, int level, int windowLog)
      throws IOException {
    this.version = version;
    out.write(version.magic());
    this.operations = ZstdStream.compress(out, level, windowLog);
  }

  /** The version of the tar-diff. */
  public TarDiffVersion version() {
    return version;
  }

  /** Emits bytes as they are. */
  public void data(byte[] bytes, int offset, int length) throws IOException {
    collect(Operation.DATA, bytes, offset, length);
  }

  /**
   * Opens a source file, at position 0.
   *
   * @throws IllegalArgumentException if a tar-diff can't open this path, by {@link SourcePath}
   */
  public void open(String newPath) throws IOException {
    if (!SourcePath.isValid(newPath)) {
      throw new IllegalArgumentException(
          "opening '%s' in a tar-diff: expected a relative, normal path in UTF-8 of at most %d bytes"
              .formatted(ErrorLocation.printable(newPath), SourcePath.MAX_LENGTH));
    }
    flushSourced();
    path = newPath;
    position = 0;
  }

  /** Sets the position in the source file, in bytes from its start. */
  public void seek(long newPosition) throws IOException {
    checkOpened();
    checkNotNegative(newPosition);
    if (newPosition != position) {
      flushSourced();
      position = newPosition;
    }
  }

  /** Emits {@code size} bytes of the source file, and moves the position behind them. */
  public void copy(long size) throws IOException {
    checkOpened();
    checkNotNegative(size);
    collect(Operation.COPY);
    position = Math.addExact(position, size);
    pendingSize += size;
    result += size;
  }

  /**
   * Emits as many bytes of the source file, each plus the byte of {@code differences}, modulo 256,
   * and moves the position behind them.
   */
  public void add(byte[] differences, int offset, int length) throws IOException {
    checkOpened();
    collect(Operation.ADD_DATA, differences, offset, length);
  }

  /**
   * Emits what a {@linkplain ZstdPatch patch} makes from the whole source file. The position does
   * not change.
   *
   * @param frame contains the patch at {@code offset}, {@code length} bytes long, at most 100 MiB
   * @param target the size of what the patch makes, in bytes
   * @throws IllegalStateException with version one, which has no patches
   */
  public void patch(byte[] frame, int offset, int length, long target) throws IOException {
    if (version == TarDiffVersion.ONE) {
      throw new IllegalStateException("a tar-diff of version 1 has no zstd patches");
    }
    checkOpened();
    checkNotNegative(target);
    Objects.checkFromIndexSize(offset, length, frame.length);
    if (length > Operation.MAX_IN_MEMORY) {
      throw new IllegalArgumentException(
          "a patch of %d bytes: expected at most %d".formatted(length, Operation.MAX_IN_MEMORY));
    }
    flush();
    writeOpen();
    writeOperation(Operation.ZSTD_DICT, length);
    operations.write(frame, offset, length);
    // Readers differ: some move the position to the file's end.
    writtenPosition = UNKNOWN;
    result += target;
  }

  /** Returns the size of the result of all operations up to now, in bytes. */
  public long resultSize() {
    return result;
  }

  /** Completes the tar-diff, without closing the stream that it was written to. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      flush();
    } finally {
      operations.close();
    }
  }

  private void collect(Operation operation, byte[] bytes, int offset, int length)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    collect(operation);
    for (int done = 0; done < length; ) {
      if (pendingSize == MAX_PIECE) {
        flush();
      }
      int n = Math.min(length - done, MAX_PIECE - (int) pendingSize);
      System.arraycopy(bytes, offset + done, buffer, (int) pendingSize, n);
      pendingSize += n;
      done += n;
      position += operation == Operation.ADD_DATA ? n : 0;
    }
    result += length;
  }

  private void collect(Operation operation) throws IOException {
    if (closed) {
      throw new IllegalStateException("writing a tar-diff: it is closed");
    }
    if (pending != operation) {
      flush();
      pending = operation;
    }
  }

  /** Writes what has been collected of the source at the current position. */
  private void flushSourced() throws IOException {
    if (pending != Operation.DATA) {
      flush();
    }
  }

  /** Writes what has been collected. */
  private void flush() throws IOException {
    long size = pendingSize;
    pendingSize = 0;
    if (size == 0) {
      return;
    }
    if (pending == Operation.DATA) {
      writeOperation(pending, size);
    } else {
      writeOpen();
      writeSeek(position - size);
      writeOperation(pending, size);
      writtenPosition += size;
    }
    if (pending != Operation.COPY) {
      operations.write(buffer, 0, (int) size);
    }
  }

  private void writeOpen() throws IOException {
    String opened = Objects.requireNonNull(path);
    if (opened.equals(writtenPath)) {
      return;
    }
    byte[] bytes = SourcePath.encode(opened);
    writeOperation(Operation.OPEN, bytes.length);
    operations.write(bytes);
    writtenPath = opened;
    writtenPosition = 0;
  }

  private void writeSeek(long target) throws IOException {
    if (target != writtenPosition) {
      writeOperation(Operation.SEEK, target);
      writtenPosition = target;
    }
  }

  private void writeOperation(Operation operation, long size) throws IOException {
    int length = 0;
    header[length++] = (byte) operation.number();
    long rest = size;
    while (rest >= 0x80) {
      header[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    header[length++] = (byte) rest;
    operations.write(header, 0, length);
  }

  private void checkOpened() {
    if (path == null) {
      throw new IllegalStateException("a tar-diff takes from a source: expected an open file");
    }
  }

  private static void checkNotNegative(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("expected a number of bytes, got " + number);
    }
  }
}
