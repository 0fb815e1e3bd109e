package dev.varve.registry.blob;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The bytes of a blob, which can be read more than once and from any offset. */
@FunctionalInterface
public interface BlobContent {
  /** Opens the bytes from {@code offset} on. The caller closes the stream. */
  InputStream open(long offset) throws IOException;

  /** Returns where the bytes are from, for messages. */
  default String source() {
    return "the image";
  }

  /** Reads all bytes and returns their digest. */
  default Digest digest(Digest.Algorithm algorithm) throws IOException {
    byte[] buffer = new byte[1 << 17];
    var hash = algorithm.newHash();
    try (InputStream in = open(0)) {
      for (int n; (n = in.read(buffer)) > 0; ) {
        hash.update(buffer, 0, n);
      }
    }
    return Digest.of(hash);
  }

  /** Returns content in memory. */
  static BlobContent of(byte[] bytes) {
    return offset ->
        new ByteArrayInputStream(bytes, Math.toIntExact(offset), bytes.length - (int) offset);
  }

  /** Returns the content of a file. */
  static BlobContent of(Path path) {
    return offset -> FileInput.openAt(path, offset);
  }

  /**
   * Returns a blob of a source. The bytes are not verified here, but by the registry that receives
   * them.
   */
  static BlobContent of(BlobSource source, Descriptor blob) {
    return new BlobContent() {
      @Override
      public InputStream open(long offset) throws IOException {
        return source.openUnverified(blob, offset);
      }

      @Override
      public String source() {
        return source.reference();
      }
    };
  }
}
