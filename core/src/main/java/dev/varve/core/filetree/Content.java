package dev.varve.core.filetree;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.io.InputStream;

/** A regular file's bytes. May be opened any number of times, by any thread. */
public interface Content {
  /** Returns the length in bytes. */
  long size();

  /** Returns the digest of the bytes. */
  Digest digest();

  /** Opens the bytes; the caller closes the stream. It yields exactly {@link #size} bytes. */
  InputStream open() throws IOException;
}
