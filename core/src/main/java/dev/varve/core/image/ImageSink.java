package dev.varve.core.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A place that an image is written to: blobs first, in any order and from several threads, then
 * {@link #commit}, which makes the image appear whole. Closing without a commit leaves nothing that
 * looks finished.
 */
public interface ImageSink extends Closeable {
  /** The destination as the user named it, transport included, for messages. */
  String reference();

  /**
   * Whether the image keeps its manifest, and with it its digest and what has that as its subject.
   */
  default boolean keepsManifest() {
    return true;
  }

  /** Begins a blob whose digest is not known yet. The writer must be closed. */
  BlobWriter newBlob() throws IOException;

  /**
   * Takes over a blob of another image, without reading more of it than the place needs. The bytes
   * are verified unless they are where they belong already.
   */
  void reuse(BlobSource from, Descriptor blob) throws IOException;

  /**
   * Waits until all that was written or reused is there, for who wants to tell of the commit apart
   * from what goes before it; a commit waits by itself.
   */
  default void settle() throws IOException {}

  /**
   * Opens a blob that was written or reused, before the image is published. The stream verifies it,
   * as {@link ImageSource#open} does.
   */
  InputStream open(Descriptor blob) throws IOException;

  /**
   * Publishes the image.
   *
   * @param manifest names only blobs that were written or reused
   * @param platform what the image is for
   * @param artifacts manifests whose subject is this image and whose blobs were written, too
   * @return the image manifest's descriptor, as it is at the destination
   * @throws LostBlobsException if blobs that were reused are not at the destination any more; they
   *     may be written, and the image committed again
   */
  Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException;

  /** Writes a small blob at once. */
  default Descriptor write(String mediaType, byte[] blob) throws IOException {
    try (BlobWriter writer = newBlob()) {
      writer.write(blob);
      return writer.finish(mediaType);
    }
  }

  /** A blob being written. Closing it before it is finished discards it. */
  abstract class BlobWriter extends OutputStream {
    /** For implementations. */
    protected BlobWriter() {}

    /** Keeps the blob and returns its descriptor. Nothing can be written afterwards. */
    public abstract Descriptor finish(String mediaType) throws IOException;
  }
}
