package dev.varve.runner;

import java.io.IOException;
import java.util.Set;

/**
 * Rechunks images. A request has what every engine can do; the options that one engine alone has
 * are given to this engine when it is created.
 */
public interface RechunkEngine {
  /**
   * Rechunks an image and publishes it to the request's sink: whole, or not at all. The request's
   * source, sink and previous image stay open; they are the caller's.
   *
   * @throws VerificationException if the result's files differ from the source's
   * @throws IllegalArgumentException if the engine can't take the source
   */
  RechunkResult rechunk(RechunkRequest request) throws IOException;

  /** Returns the paths that the engine leaves out of every source; no leading slash. */
  default Set<String> prune() {
    return Set.of();
  }
}
