package dev.varve.core.layout;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The blobs of a layout by digest, verified while they are read.
 *
 * @param files the layout's files
 * @param reference the layout as named by the user
 */
record Blobs(LayoutFiles files, String reference) implements BlobSource {
  static final String DIRECTORY = "blobs";

  /** Returns the name of a blob's file in the layout. */
  static String name(Digest digest) {
    return directory(digest.algorithm()) + "/" + digest.hex();
  }

  static String directory(Digest.Algorithm algorithm) {
    return DIRECTORY + "/" + algorithm.title();
  }

  boolean has(Descriptor blob) throws IOException {
    return files.size(name(blob.digest())).isPresent();
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    if (!has(blob)) {
      throw new MissingBlobException(reference, blob);
    }
    return new VerifyingInputStream(files.open(name(blob.digest())), blob, reference);
  }

  @Override
  public Optional<Path> file(Descriptor blob) {
    // A truncated file is not returned; reading it reports the error.
    return files.file(name(blob.digest())).filter(file -> file.toFile().length() == blob.size());
  }

  /** Reads an unverified file at the top of the layout. */
  static byte[] readTop(LayoutFiles files, String name, String reference) throws IOException {
    if (files.size(name).isEmpty()) {
      throw new IOException(
          "opening " + reference + ": expected a file " + name + ", there is only " + top(files));
    }
    requireAtMost(MAX_CONFIG_BYTES, files.size(name).getAsLong(), name, reference);
    try (InputStream in = files.open(name)) {
      return in.readAllBytes();
    }
  }

  private static String top(LayoutFiles files) throws IOException {
    String names = Messages.list(files.top());
    return names.isEmpty() ? "nothing" : names;
  }

  private static void requireAtMost(int most, long size, String what, String reference)
      throws IOException {
    if (size > most) {
      throw new IOException(
          "reading "
              + what
              + " of "
              + reference
              + ": expected at most "
              + most
              + " bytes, got "
              + size);
    }
  }

  @Override
  public void close() {
    // Every stream has its own channel.
  }
}
