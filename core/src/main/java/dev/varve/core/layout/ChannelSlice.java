package dev.varve.core.layout;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file as a stream, which does not change the channel's position. */
final class ChannelSlice extends InputStream {
  private final FileChannel channel;
  private final boolean owned;
  private final long end;
  private long at;

  /** Creates a stream; {@code owned}: whether closing the stream closes the channel. */
  ChannelSlice(FileChannel channel, long start, long size, boolean owned) {
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
    int n = channel.read(ByteBuffer.wrap(bytes, offset, most), at);
    if (n < 0) {
      throw new EOFException("the file ends at byte " + at + ", expected " + end + " bytes");
    }
    at += n;
    return n;
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
      channel.close();
    }
  }
}
