package dev.varve.core.filetree;

import dev.varve.core.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A file's bytes in memory, for tests. */
@SuppressWarnings("ArrayRecordComponent")
public record BytesContent(byte[] bytes) implements Content {
  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public Digest digest() {
    return Digest.of(bytes);
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }
}
