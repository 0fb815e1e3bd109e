package dev.varve.core.image;

import java.io.IOException;
import java.util.List;

/**
 * A sink that can publish an index, with the images of several platforms, in place of one image.
 */
public interface IndexSink extends ImageSink {
  /**
   * Writes an image's manifest, for the index to name.
   *
   * @param manifest names only blobs that were written or reused
   */
  Descriptor add(Manifest manifest) throws IOException;

  /**
   * Writes an index, for another to name.
   *
   * @param index names only manifests and indexes that were added
   */
  Descriptor add(ImageIndex index) throws IOException;

  /**
   * Publishes the index; nothing more can be committed.
   *
   * @param index names only manifests and indexes that were added
   * @param artifacts manifests whose subject is the index or what it leads to, and whose blobs were
   *     written or reused
   * @return the index's descriptor
   */
  Descriptor commit(ImageIndex index, List<Manifest> artifacts) throws IOException;
}
