package dev.varve.runner.builtin;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * Hashes and counts a layer's tar on its way to the compressor, and reports its bytes as progress.
 */
final class HashedTar extends FilterOutputStream {
  private final MessageDigest sha256 = Digest.sha256();
  private final Progress progress;
  private long size;

  HashedTar(OutputStream out, Progress progress) {
    super(out);
    this.progress = progress;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    sha256.update(bytes, offset, length);
    size += length;
    progress.advance(length);
  }

  /** Returns the number of bytes written so far. */
  long size() {
    return size;
  }

  /** Returns the digest of all bytes. Nothing can be written afterwards. */
  Digest diffId() {
    return Digest.of(sha256);
  }
}
