package dev.varve.core.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
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
   * Is told of bytes that were taken from a {@link #file}, by another way than reading them here:
   * for who counts them.
   */
  default void taken(long bytes) {}

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
