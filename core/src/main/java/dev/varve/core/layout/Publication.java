package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** How a finished image gets from its staging directory to its place. */
interface Publication {
  /** Where it is to be. */
  Path place();

  /** Whether the place has the blob already. */
  boolean has(Descriptor blob) throws IOException;

  /** Opens a blob that the place has. */
  InputStream open(Descriptor blob) throws IOException;

  /**
   * Makes the image appear, as the last step.
   *
   * @param blobs may be moved away
   * @param images the index's entries for it, one for each tag
   * @param artifacts the index's entries for these
   * @param named the blobs that all these name
   */
  void publish(
      StagedBlobs blobs, List<Descriptor> images, List<Descriptor> artifacts, Set<Descriptor> named)
      throws IOException;
}
