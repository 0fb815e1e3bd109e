package dev.varve.core.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place that holds blobs and manifests by their digests: a layout, an archive, a repository.
 * Methods may be called from several threads.
 */
public interface BlobSource extends Closeable {
  /** No config is longer than this, in bytes. */
  int MAX_CONFIG_BYTES = 32 << 20;

  /** The place as the user named it, transport included, for messages. */
  String reference();

  /**
   * The place itself, where this is only a view of it: for sinks that know some kinds of places,
   * and can take a blob from them without reading it.
   */
  default BlobSource place() {
    return this;
  }

  /**
   * Opens a blob or a manifest. The stream fails, before it ends, when the bytes are not those of
   * the descriptor's digest and size.
   *
   * @return to be closed
   * @throws MissingBlobException if it is not there
   */
  InputStream open(Descriptor blob) throws IOException;

  /**
   * The blob as a file of its own, which may be linked to but never written; empty where it isn't
   * one.
   */
  default Optional<Path> file(Descriptor blob) {
    return Optional.empty();
  }

  /**
   * Opens the bytes of a blob from an offset on, for a receiver that verifies their digest itself,
   * as a registry does. They may be verified here all the same, where the place has no cheaper way.
   *
   * @return to be closed
   * @throws MissingBlobException if the blob is not there
   */
  default InputStream openUnverified(Descriptor blob, long offset) throws IOException {
    Optional<Path> file = file(blob);
    InputStream in = file.isPresent() ? Files.newInputStream(file.get()) : open(blob);
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

  /** Reads a manifest. */
  default Manifest manifest(Descriptor blob) throws IOException {
    return Manifest.parse(
        read(blob, "manifest", Manifest.MAX_BYTES),
        title("manifest", blob),
        blob.digest().algorithm());
  }

  /** Reads an index. */
  default ImageIndex index(Descriptor blob) throws IOException {
    return ImageIndex.parse(
        read(blob, "index", Manifest.MAX_BYTES), title("index", blob), blob.digest().algorithm());
  }

  /** Reads an image's config. */
  default ImageConfig config(Descriptor blob) throws IOException {
    return ImageConfig.parse(read(blob, "config", MAX_CONFIG_BYTES), title("config", blob));
  }

  /**
   * Reads a blob that is small.
   *
   * @param what it is, for messages
   * @param most the most bytes that it may have
   */
  default byte[] read(Descriptor blob, String what, int most) throws IOException {
    if (blob.size() > most) {
      throw new IOException(
          "reading "
              + title(what, blob)
              + ": expected at most "
              + most
              + " bytes, got "
              + blob.size());
    }
    try (InputStream in = open(blob)) {
      return in.readAllBytes();
    }
  }

  private String title(String what, Descriptor blob) {
    return what + " " + blob.digest() + " of " + reference();
  }
}
