package dev.varve.core.compress;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Passes bytes to an encoder in chunks of a fixed size, independent of the sizes of writes: a
 * compressor's output may depend on the sizes of its input pieces, and its calls are expensive.
 */
final class ChunkedOutputStream extends OutputStream {
  private final Encoder encoder;
  private final OutputStream out;
  private final byte[] chunk = new byte[1 << 16];
  private int used;
  private boolean closed;

  /** Creates a stream; {@code encoder} writes to {@code out}, which is flushed on close. */
  ChunkedOutputStream(Encoder encoder, OutputStream out) {
    this.encoder = encoder;
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new IOException("writing compressed data: the stream is closed");
    }
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (used == 0 && end - from >= chunk.length) {
        encoder.encode(bytes, from, chunk.length);
        from += chunk.length;
        continue;
      }
      int n = Math.min(end - from, chunk.length - used);
      System.arraycopy(bytes, from, chunk, used, n);
      from += n;
      used += n;
      if (used == chunk.length) {
        used = 0;
        encoder.encode(chunk, 0, chunk.length);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      encoder.encode(chunk, 0, used);
    } finally {
      encoder.finish();
    }
    out.flush();
  }
}
