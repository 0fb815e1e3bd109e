package dev.varve.runner.builtin;

import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import java.io.IOException;
import java.util.Optional;

/** Opens images by their digests, at the place where the previous image is. */
public interface Predecessors {
  /** Opens none. */
  Predecessors NONE = image -> Optional.empty();

  /**
   * Opens an image.
   *
   * @return to be closed; empty if there is no such image, or none any more
   */
  Optional<ImageSource> open(Digest image) throws IOException;
}
