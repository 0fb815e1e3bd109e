package dev.varve.core.image;

import java.io.IOException;
import java.util.List;

/** A sink that can also publish an index with the images of several platforms. */
public interface IndexSink extends ImageSink {
  /**
   * Writes the manifest of an image in the index.
   *
   * @param manifest the manifest, whose blobs were written or reused
   */
  Descriptor add(Manifest manifest) throws IOException;

  /**
   * Writes a nested index.
   *
   * @param index the index, whose manifests and indexes were added
   */
  Descriptor add(ImageIndex index) throws IOException;

  /**
   * Publishes the index; nothing more can be committed.
   *
   * @param index the index, whose manifests and indexes were added
   * @param artifacts manifests whose subject is the index or a manifest in it, and whose blobs were
   *     written or reused
   * @return the index's descriptor
   */
  Descriptor commit(ImageIndex index, List<Manifest> artifacts) throws IOException;

  /**
   * Publishes an artifact alone, without a tag; nothing more can be committed.
   *
   * @param artifact a manifest with a subject, which need not be at the destination, and whose
   *     blobs were written or reused
   * @return the artifact's descriptor
   */
  Descriptor attach(Manifest artifact) throws IOException;
}
