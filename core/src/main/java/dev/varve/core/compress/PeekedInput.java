package dev.varve.core.compress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decoder's input, whose first bytes can be inspected before. Records facts for error messages
 * that the decoder does not report: the number of bytes read, whether the decoder read past the
 * end, and whether reading the blob failed. Closing does nothing.
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

  /** The number of bytes read. */
  long count() {
    return count;
  }

  /** Whether the decoder read past the end. */
  boolean atEnd() {
    return atEnd;
  }

  /** The exception of reading the blob itself, if any. */
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

  /** Reads the rest of the blob; then {@link #failure} also has failures of the rest. */
  void drain() {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      failure = e;
    }
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
