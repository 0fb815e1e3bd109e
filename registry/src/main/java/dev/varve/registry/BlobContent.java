package dev.varve.registry;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A blob's bytes, which can be had more than once, and from any place in them. */
interface BlobContent {
  /** Opens the bytes from {@code offset} on. To be closed. */
  InputStream open(long offset) throws IOException;

  /** The bytes in a file. */
  static BlobContent of(Path file) {
    return offset -> {
      var channel = Files.newByteChannel(file, StandardOpenOption.READ);
      return Channels.newInputStream(channel.position(offset));
    };
  }

  /** A blob of another place, verified as it is read. */
  static BlobContent of(BlobSource source, Descriptor blob) {
    return offset -> {
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
    };
  }
}
