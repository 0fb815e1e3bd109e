package dev.varve.registry.http;

import java.io.Closeable;
import java.io.IOException;

/**
 * Sends requests over connections. {@link Http} decides which requests are sent, to which host and
 * how often; a transport handles connections, TLS, proxies and time limits.
 */
public interface Transport extends Closeable {
  /**
   * Sends a request to the host of its address, from any thread. Returns when the headers of the
   * response are received, whatever its status. Reports the exchange to the observer of the
   * settings.
   *
   * @return the response; the caller closes it
   * @throws NoAnswerException if there was no response
   * @throws IOException if the settings prevent connections, such as a missing certificate, or if
   *     the transport is closed
   */
  Response exchange(Call call) throws IOException;

  /** Closes all connections; running exchanges fail. */
  @Override
  void close();
}
