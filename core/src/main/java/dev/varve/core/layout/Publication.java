package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Moves a finished image from its staging directory to its destination. */
interface Publication {
  /** The destination. */
  Path place();

  /** Returns whether the destination has a blob. */
  boolean has(Descriptor blob) throws IOException;

  /** Opens a blob at the destination. */
  InputStream open(Descriptor blob) throws IOException;

  /**
   * Publishes the image, as the last step.
   *
   * @param blobs the staged blobs, which may be moved away
   * @param images the index's entries of the image, one for each tag
   * @param artifacts the index's entries of artifacts
   * @param named the blobs in all these manifests
   */
  void publish(
      StagedBlobs blobs, List<Descriptor> images, List<Descriptor> artifacts, Set<Descriptor> named)
      throws IOException;
}
