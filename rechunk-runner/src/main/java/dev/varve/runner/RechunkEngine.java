package dev.varve.runner;

import java.io.IOException;
import java.util.Set;

/**
 * Rechunks images. A request has the options that every engine supports; an engine gets its own
 * options at its creation.
 */
public interface RechunkEngine {
  /**
   * Rechunks an image and publishes the result to the request's sink, completely or not at all. The
   * request's source, sink and previous image stay open; the caller closes them.
   *
   * @throws VerificationException if the result's files differ from the source's
   * @throws IllegalArgumentException if the engine does not support the source
   */
  RechunkResult rechunk(RechunkRequest request) throws IOException;

  /** Returns the paths that the engine leaves out of every source, without a leading slash. */
  default Set<String> prune() {
    return Set.of();
  }
}
