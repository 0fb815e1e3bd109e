package dev.varve.core.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a blob while it is read. A read beyond the expected size fails at once; a wrong size or
 * digest fails at the end of the stream, instead of the end.
 */
public final class VerifyingInputStream extends FilterInputStream {
  private final Descriptor expected;
  private final String reference;
  private final MessageDigest hash;
  private long count;
  private @Nullable Digest got;

  /**
   * Wraps {@code in}, which is closed with this stream; {@code reference} is for error messages.
   */
  public VerifyingInputStream(InputStream in, Descriptor expected, String reference) {
    super(in);
    this.expected = expected;
    this.reference = reference;
    this.hash = expected.digest().algorithm().newHash();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n < 0) {
      verify();
      return -1;
    }
    count += n;
    if (count > expected.size()) {
      throw new CorruptBlobException(
          reading() + ": expected " + expected.size() + " bytes, got more than that");
    }
    hash.update(buffer, offset, n);
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    return n <= 0 ? 0 : readNBytes((int) Math.min(n, 1 << 16)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void verify() throws IOException {
    if (count < expected.size()) {
      throw new CorruptBlobException(
          reading() + ": expected " + expected.size() + " bytes, got only " + count);
    }
    got = got == null ? Digest.of(hash) : got;
    if (!got.equals(expected.digest())) {
      throw new CorruptBlobException(
          reading() + ": the bytes are corrupt; their digest is " + got + " (" + count + " bytes)");
    }
  }

  private String reading() {
    return "reading blob " + expected.digest() + " of " + reference;
  }
}
