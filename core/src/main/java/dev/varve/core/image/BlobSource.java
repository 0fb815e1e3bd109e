package dev.varve.core.image;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place that stores blobs and manifests by digest: a layout, an archive, a repository.
 * Thread-safe.
 */
public interface BlobSource extends Closeable {
  /** The largest accepted config, in bytes. */
  int MAX_CONFIG_BYTES = 32 << 20;

  /** The place as named by the user, with the transport, for messages. */
  String reference();

  /**
   * Returns the underlying place if this source is a view. Sinks use the place to take a blob
   * without reading it, from kinds of places they know.
   */
  default BlobSource place() {
    return this;
  }

  /**
   * Opens a blob or a manifest. The stream fails before its end if the bytes don't match the
   * descriptor's digest and size.
   *
   * @return a stream, which the caller closes
   * @throws MissingBlobException if the blob is missing
   */
  InputStream open(Descriptor blob) throws IOException;

  /**
   * Returns the file with the blob, if the blob is stored as a file. The file may be linked but
   * never modified.
   */
  default Optional<Path> file(Descriptor blob) {
    return Optional.empty();
  }

  /**
   * Opens a blob from an offset on, for a receiver that verifies the digest itself, as a registry
   * does. The place may verify the bytes anyway.
   *
   * @return a stream, which the caller closes
   * @throws MissingBlobException if the blob is missing
   */
  default InputStream openUnverified(Descriptor blob, long offset) throws IOException {
    Optional<Path> file = file(blob);
    InputStream in = file.isPresent() ? FileInput.open(file.get()) : open(blob);
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

  /** Returns an image's config; an empty one for an artifact that has another kind of config. */
  default ImageConfig config(Manifest manifest) throws IOException {
    return MediaTypes.isConfig(manifest.config().mediaType())
        ? config(manifest.config())
        : new ImageConfig(JsonObject.EMPTY);
  }

  /**
   * Reads a small blob.
   *
   * @param what the kind of blob, for messages
   * @param most the largest accepted size in bytes
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
