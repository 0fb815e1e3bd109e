package dev.varve.registry.http;

import java.io.Closeable;
import java.io.IOException;

/**
 * Sends requests over connections. {@link Http} decides what is sent where and how often; a
 * transport knows connections, TLS, proxies and the time that an exchange may take.
 */
public interface Transport extends Closeable {
  /**
   * Sends a request to the one host of its address, from any thread. Returns when the headers of
   * the answer are there, whatever its status. The observer of the settings receives the exchange.
   *
   * @return the answer, to be closed
   * @throws NoAnswerException if no answer came
   * @throws IOException if the settings don't allow connections, such as a missing certificate, or
   *     if the transport is closed
   */
  Response exchange(Call call) throws IOException;

  /** Closes all connections; exchanges that are under way fail. */
  @Override
  void close();
}
