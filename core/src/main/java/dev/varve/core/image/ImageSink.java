package dev.varve.core.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A destination of an image. Blobs are written first, in any order and by several threads; then
 * {@link #commit} publishes the image atomically. Closing without a commit leaves no visible image.
 */
public interface ImageSink extends Closeable {
  /** The destination as named by the user, with the transport, for messages. */
  String reference();

  /** Whether the image keeps its manifest, and therefore its digest and its artifacts. */
  default boolean keepsManifest() {
    return true;
  }

  /** Starts a blob with a still unknown digest. The caller closes the writer. */
  BlobWriter newBlob() throws IOException;

  /**
   * Copies or links a blob of another image, reading only as much as necessary. The bytes are
   * verified unless the destination already has the blob.
   */
  void reuse(BlobSource from, Descriptor blob) throws IOException;

  /**
   * Leaves a blob of the image out of the destination, for readers that have the blob already.
   *
   * @throws IllegalArgumentException if the destination can't store incomplete images
   */
  default void omit(Descriptor blob) {
    throw new IllegalArgumentException(
        reference() + " can't store an image without all of its layers");
  }

  /**
   * Waits until all written and reused blobs have arrived, for callers that report the commit
   * separately; a commit waits by itself.
   */
  default void settle() throws IOException {}

  /**
   * Opens a written or reused blob before the image is published. The stream verifies the blob,
   * like {@link ImageSource#open}.
   */
  InputStream open(Descriptor blob) throws IOException;

  /**
   * Publishes the image.
   *
   * @param manifest the manifest, whose blobs were written or reused
   * @param platform the platform of the image
   * @param artifacts manifests whose subject is this image or an earlier one of them, and whose
   *     blobs were written
   * @return the descriptor of the image's manifest at the destination
   * @throws LostBlobsException if reused blobs are missing at the destination; the caller may write
   *     them and commit again
   */
  Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException;

  /** Writes a small blob. */
  default Descriptor write(String mediaType, byte[] blob) throws IOException {
    try (BlobWriter writer = newBlob()) {
      writer.write(blob);
      return writer.finish(mediaType);
    }
  }

  /** Writes a blob. Closing an unfinished writer discards the blob. */
  abstract class BlobWriter extends OutputStream {
    /** Creates a writer; for implementations. */
    protected BlobWriter() {}

    /** Finishes the blob and returns its descriptor. Nothing can be written afterwards. */
    public abstract Descriptor finish(String mediaType) throws IOException;
  }
}
