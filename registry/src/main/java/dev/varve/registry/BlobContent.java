package dev.varve.registry;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
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

  /** Bytes in memory. */
  static BlobContent of(byte[] bytes) {
    return offset ->
        new ByteArrayInputStream(bytes, Math.toIntExact(offset), bytes.length - (int) offset);
  }

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
   * A blob of another place. A registry verifies what it gets, so what comes from a file or from
   * another registry is not hashed on its way; anything else is verified as it is read.
   */
  static BlobContent of(BlobSource source, Descriptor blob) {
    return new BlobContent() {
      @Override
      public InputStream open(long offset) throws IOException {
        if (source.place() instanceof RegistryImage image) {
          return counted(image.openUnverified(blob, offset), source);
        }
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

  private static InputStream counted(InputStream in, BlobSource source) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int b = in.read();
        source.taken(b < 0 ? 0 : 1);
        return b;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = in.read(bytes, offset, length);
        source.taken(Math.max(0, n));
        return n;
      }
    };
  }
}
