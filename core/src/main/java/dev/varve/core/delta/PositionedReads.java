package dev.varve.core.delta;

import dev.varve.core.bytes.FileInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Reads files at any position, in small pieces: for each read, Java allocates native memory of the
 * size of the buffer, and keeps it for the thread.
 */
final class PositionedReads {
  private static final int MOST_AT_ONCE = 1 << 17;

  private PositionedReads() {}

  /**
   * Reads up to {@code length} bytes; returns their number, or -1 at the end of the file.
   *
   * @param file the channel's file, for messages
   */
  static int read(
      FileChannel channel, Path file, long position, byte[] buffer, int offset, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, Math.min(length, MOST_AT_ONCE));
    try {
      return channel.read(bytes, position);
    } catch (IOException e) {
      throw FileInput.named(file, e);
    }
  }
}
