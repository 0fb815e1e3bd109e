package dev.varve.core.tardiff;

import dev.varve.core.compress.Decompression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Parses the operations of a tar-diff: checks numbers, sizes and paths, and that a source is open
 * where an operation needs one. What depends on the sources is the handler's part.
 */
final class Operations {
  private static final int VARINT_BITS = 7;

  private final InputStream diff;
  private final String name;
  private final long most;
  private final ErrorLocation location;
  private boolean opened;

  /**
   * Creates a parser.
   *
   * @param diff not closed
   */
  Operations(InputStream diff, String name, long most) {
    this.diff = diff;
    this.name = name;
    this.most = most;
    this.location = new ErrorLocation(name);
  }

  /** Returns the place of the current operation, for errors that the handler finds. */
  ErrorLocation location() {
    return location;
  }

  /**
   * Passes all operations to a handler, until the end of the tar-diff. The zstd stream is the last
   * of it: bytes behind the stream are an error, for other readers too.
   *
   * @return the version
   */
  TarDiffVersion read(OperationHandler handler) throws IOException {
    TarDiffVersion version = readVersion();
    try (InputStream content = Decompression.openZstd(diff, name)) {
      OperationInput in = new OperationInput(content);
      while (true) {
        location.operationAt(in.offset());
        int number = in.read();
        if (number < 0) {
          return version;
        }
        if (in.offset() > most) {
          throw location.malformed("expected operations of at most %d bytes, got more", most);
        }
        read(operation(number, version), in, handler);
      }
    }
  }

  private TarDiffVersion readVersion() throws IOException {
    byte[] magic = diff.readNBytes(TarDiffVersion.MAGIC_LENGTH);
    for (TarDiffVersion version : TarDiffVersion.values()) {
      if (Arrays.equals(magic, version.magic())) {
        return version;
      }
    }
    HexFormat hex = HexFormat.of();
    throw location.noTarDiff(
        "expected a tar-diff, which begins with %s or %s, got %s"
            .formatted(
                hex.formatHex(TarDiffVersion.ONE.magic()),
                hex.formatHex(TarDiffVersion.TWO.magic()),
                magic.length == 0 ? "nothing" : hex.formatHex(magic)));
  }

  private Operation operation(int number, TarDiffVersion version) throws IOException {
    Operation operation =
        Operation.of(number, version)
            .orElseThrow(
                () -> location.malformed("expected an operation of %s, got %d", version, number));
    location.operation(operation);
    return operation;
  }

  private void read(Operation operation, OperationInput in, OperationHandler handler)
      throws IOException {
    long size = readSize(in);
    switch (operation) {
      case DATA -> {
        OperationBytes bytes = new OperationBytes(in, location, size);
        handler.data(size, bytes);
        bytes.skipRest();
      }
      case OPEN -> {
        handler.open(readPath(in, size));
        opened = true;
      }
      case COPY -> {
        checkOpened();
        handler.copy(size);
      }
      case ADD_DATA -> {
        checkOpened();
        OperationBytes bytes = inMemory(in, size);
        handler.add(size, bytes);
        bytes.skipRest();
      }
      case SEEK -> {
        checkOpened();
        handler.seek(size);
      }
      case ZSTD_DICT -> {
        checkOpened();
        OperationBytes frame = inMemory(in, size);
        handler.patch(size, frame);
        frame.skipRest();
      }
    }
  }

  /** Reads a varint: 7 bits in each byte, the lowest first, the highest bit set in all but one. */
  private long readSize(OperationInput in) throws IOException {
    long size = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += VARINT_BITS) {
      int b = in.read();
      if (b < 0) {
        throw location.malformed("expected its size, got the end");
      }
      size |= (b & 0x7FL) << shift;
      if (b < 0x80) {
        return size;
      }
    }
    throw location.malformed("expected a size below 2^63, got a larger one");
  }

  private String readPath(OperationInput in, long size) throws IOException {
    if (size > SourcePath.MAX_LENGTH) {
      throw location.malformed(
          "expected a path of at most %d bytes, got %d", SourcePath.MAX_LENGTH, size);
    }
    // readAllBytes would allocate a buffer of 16 kB for each of many short paths.
    byte[] bytes = new OperationBytes(in, location, size).readNBytes((int) size);
    try {
      String path = SourcePath.decode(bytes);
      if (SourcePath.isValid(path)) {
        return path;
      }
      throw location.malformed(
          "expected a relative, normal path, got '%s'", ErrorLocation.printable(path));
    } catch (CharacterCodingException e) {
      throw location.malformed(
          "expected a path in UTF-8, got the bytes %s", HexFormat.of().formatHex(bytes));
    }
  }

  private OperationBytes inMemory(OperationInput in, long size) throws IOException {
    if (size > Operation.MAX_IN_MEMORY) {
      throw location.malformed("expected at most %d bytes, got %d", Operation.MAX_IN_MEMORY, size);
    }
    return new OperationBytes(in, location, size);
  }

  private void checkOpened() throws IOException {
    if (!opened) {
      throw location.malformed("expected an OPEN before it, got none");
    }
  }
}
