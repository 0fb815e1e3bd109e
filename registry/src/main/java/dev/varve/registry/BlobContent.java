package dev.varve.registry;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A blob's bytes, which can be had more than once, and from any place in them. */
interface BlobContent {
  /** Opens the bytes from {@code offset} on. To be closed. */
  InputStream open(long offset) throws IOException;

  /** A file that is all of the bytes, and nothing else; empty if there is none. */
  default Optional<Path> file() {
    return Optional.empty();
  }

  /** Is told of bytes that were sent from the {@link #file}. */
  default void sent(long bytes) {}

  /** The bytes in a file. */
  static BlobContent of(Path path) {
    return new BlobContent() {
      @Override
      public InputStream open(long offset) throws IOException {
        var channel = Files.newByteChannel(path, StandardOpenOption.READ);
        return Channels.newInputStream(channel.position(offset));
      }

      @Override
      public Optional<Path> file() {
        return Optional.of(path);
      }
    };
  }

  /**
   * A blob of another place, verified as it is read; not so where it is sent from a file, since the
   * registry verifies what it gets.
   */
  static BlobContent of(BlobSource source, Descriptor blob) {
    return new BlobContent() {
      @Override
      public InputStream open(long offset) throws IOException {
        InputStream in = source.open(blob);
        boolean skipped = false;
        try {
          in.skipNBytes(offset);
          skipped = true;
          return in;
        } finally {
          if (!skipped) {
            in.close();
          }
        }
      }

      @Override
      public Optional<Path> file() {
        return source.file(blob);
      }

      @Override
      public void sent(long bytes) {
        source.taken(bytes);
      }
    };
  }
}
