package dev.varve.core.compress;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A blob's bytes on their way to a decoder, the first of them looked at before. Remembers what the
 * decoder can't tell: how far it read, whether it wanted more than there was, and whether it was
 * reading that failed. Closing it does nothing.
 */
final class PeekedInput extends InputStream {
  private final InputStream in;
  private final byte[] peeked;
  private int taken;
  private long count;
  private boolean atEnd;
  private @Nullable IOException failure;

  PeekedInput(InputStream in) throws IOException {
    this.in = in;
    this.peeked = in.readNBytes(Magic.BYTES);
  }

  byte[] peeked() {
    return peeked.clone();
  }

  /** How many bytes have been read. */
  long count() {
    return count;
  }

  /** Whether more was asked for than there is. */
  boolean atEnd() {
    return atEnd;
  }

  /** What reading the blob itself failed with. */
  @Nullable IOException failure() {
    return failure;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int n;
    if (taken < peeked.length) {
      n = Math.min(length, peeked.length - taken);
      System.arraycopy(peeked, taken, bytes, offset, n);
      taken += n;
    } else {
      n = readOn(bytes, offset, length);
    }
    count += Math.max(n, 0);
    return n;
  }

  private int readOn(byte[] bytes, int offset, int length) throws IOException {
    try {
      int n = in.read(bytes, offset, length);
      atEnd |= n < 0;
      return n;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
