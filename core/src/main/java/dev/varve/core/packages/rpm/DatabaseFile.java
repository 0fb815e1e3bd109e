package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.FileInput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HexFormat;

/** A file that is read at offsets, which are checked. */
final class DatabaseFile implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final long size;

  DatabaseFile(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file);
    this.size = channel.size();
  }

  /** The file's size in bytes. */
  long size() {
    return size;
  }

  /**
   * Reads bytes, least significant byte first.
   *
   * @throws MalformedDatabaseException if the file ends before them
   */
  ByteBuffer read(long offset, int length) throws IOException {
    if (offset > size - length) {
      throw new MalformedDatabaseException(
          "expected %d bytes at offset %d, got a file of %d".formatted(length, offset, size));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (readInto(bytes, offset + bytes.position()) < 0) {
        throw new MalformedDatabaseException(
            "expected %d bytes at offset %d, got the file's end".formatted(length, offset));
      }
    }
    return bytes.flip();
  }

  private int readInto(ByteBuffer bytes, long at) throws IOException {
    try {
      return channel.read(bytes, at);
    } catch (IOException e) {
      throw FileInput.named(file, e);
    }
  }

  /** Returns the bytes at the file's start, for messages: at most 16, in hexadecimal digits. */
  String start() throws IOException {
    int length = (int) Math.min(16, size);
    return length == 0 ? "an empty file" : HexFormat.of().formatHex(read(0, length).array());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
