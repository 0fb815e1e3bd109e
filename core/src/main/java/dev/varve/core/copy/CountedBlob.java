package dev.varve.core.copy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A source that reports the bytes that a sink reads of one blob to a {@link Progress}. A byte that
 * is read several times counts once.
 */
final class CountedBlob implements BlobSource {
  private final BlobSource from;
  private final Descriptor blob;
  private final Progress progress;
  private final AtomicLong left;
  private volatile boolean read;

  CountedBlob(BlobSource from, Descriptor blob, Progress progress) {
    this.from = from;
    this.blob = blob;
    this.progress = progress;
    this.left = new AtomicLong(blob.size());
  }

  Descriptor blob() {
    return blob;
  }

  /** Whether the sink read the blob, instead of linking or already having it. */
  boolean wasRead() {
    return read;
  }

  /** Counts all remaining bytes, once the blob is at its destination. */
  void done() {
    advance(blob.size());
  }

  private void advance(long bytes) {
    long counted = Math.min(bytes, left.getAndUpdate(before -> Math.max(0, before - bytes)));
    if (counted > 0) {
      progress.advance(counted);
    }
  }

  @Override
  public String reference() {
    return from.reference();
  }

  @Override
  public BlobSource place() {
    return from.place();
  }

  @Override
  public Optional<Path> file(Descriptor wanted) {
    return from.file(wanted);
  }

  @Override
  public InputStream open(Descriptor wanted) throws IOException {
    return counted(from.open(wanted));
  }

  @Override
  public InputStream openUnverified(Descriptor wanted, long offset) throws IOException {
    return counted(from.openUnverified(wanted, offset));
  }

  private InputStream counted(InputStream in) {
    read = true;
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int b = in.read();
        advance(b < 0 ? 0 : 1);
        return b;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = in.read(bytes, offset, length);
        advance(Math.max(0, n));
        return n;
      }
    };
  }

  /** Does nothing: the source stays open, because its owner closes it. */
  @Override
  public void close() {}
}
