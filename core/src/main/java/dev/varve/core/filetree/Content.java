package dev.varve.core.filetree;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.io.InputStream;

/** A regular file's bytes. Can be opened any number of times, by any thread. */
public interface Content {
  /** Returns the length in bytes. */
  long size();

  /** Returns the digest of the bytes. */
  Digest digest();

  /** Opens the bytes, exactly {@link #size} of them; the caller closes the stream. */
  InputStream open() throws IOException;
}
