package dev.varve.runner;

import java.io.IOException;

/** Rechunks images. */
public interface RechunkEngine {
  /**
   * Rechunks an image and publishes it to the request's sink: whole, or not at all. The request's
   * source, sink and previous image stay open; they are the caller's.
   *
   * @throws VerificationException if the result's files differ from the source's
   * @throws IllegalArgumentException if the options contradict each other
   */
  RechunkResult rechunk(RechunkRequest request) throws IOException;
}
