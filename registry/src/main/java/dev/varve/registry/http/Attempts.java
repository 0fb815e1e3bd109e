package dev.varve.registry.http;

import java.io.IOException;

/**
 * The attempts of one piece of work that takes several requests, such as uploading a blob. Each
 * failure is reported in one line, with its kind, the wait and the number of attempts; after too
 * many failures, the last one is thrown.
 */
public interface Attempts {
  /**
   * Records a failure, and returns after the wait before the next attempt.
   *
   * @throws RegistryException {@link RegistryException.Kind#UNAVAILABLE}, if that was the last
   *     attempt
   */
  void failed(TransferException failure) throws IOException;

  /** The number of the current attempt, from 1. */
  int number();

  /** Records progress, which resets the number of attempts. */
  void progressed();
}
