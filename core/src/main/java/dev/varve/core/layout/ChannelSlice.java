package dev.varve.core.layout;

import dev.varve.core.bytes.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A part of a file as a stream, which does not change the channel's position. */
final class ChannelSlice extends InputStream {
  private final Path file;
  private final FileChannel channel;
  private final boolean owned;
  private final long end;
  private long at;

  /**
   * Creates a stream.
   *
   * @param file the channel's file, for messages
   * @param owned whether closing the stream closes the channel
   */
  ChannelSlice(Path file, FileChannel channel, long start, long size, boolean owned) {
    this.file = file;
    this.channel = channel;
    this.at = start;
    this.end = start + size;
    this.owned = owned;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at >= end) {
      return -1;
    }
    int most = (int) Math.min(length, end - at);
    int n = readAt(ByteBuffer.wrap(bytes, offset, most));
    if (n < 0) {
      throw new EOFException("the file ends at byte " + at + ", expected " + end + " bytes");
    }
    at += n;
    return n;
  }

  private int readAt(ByteBuffer bytes) throws IOException {
    try {
      return channel.read(bytes, at);
    } catch (IOException e) {
      throw FileInput.named(file, e);
    }
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, end - at));
    at += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, end - at);
  }

  @Override
  public void close() throws IOException {
    if (owned) {
      try {
        channel.close();
      } catch (IOException e) {
        throw FileInput.named(file, e);
      }
    }
  }
}
