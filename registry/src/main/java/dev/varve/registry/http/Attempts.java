package dev.varve.registry.http;

import java.io.IOException;

/**
 * The tries of one piece of work that takes several requests, such as uploading a blob. Each
 * failure is told in one line, with its class, the wait and the count; when there were too many,
 * the last one is thrown.
 */
public interface Attempts {
  /**
   * Takes note of a failure, and returns after the wait that it deserves.
   *
   * @throws RegistryException {@link RegistryException.Kind#UNAVAILABLE}, if that was the last try
   */
  void failed(TransferException failure) throws IOException;

  /** The number of the attempt under way, from 1. */
  int number();

  /** Takes note that some of the work was done: the count begins anew. */
  void progressed();
}
