package dev.varve.registry.http;

import dev.varve.core.bytes.Progress;
import java.io.Closeable;
import java.io.IOException;

/**
 * Sends requests, to any host and from any thread.
 *
 * <p>Requests with a body, and requests without, each have their own limit of how many run at once
 * for each host, so that a body that is read from the same host never waits for itself. A request
 * without a body counts until its response's headers are there.
 */
public final class Http implements Closeable {
  private final HttpSettings settings;
  private final Progress progress;

  /**
   * Opens nothing yet.
   *
   * @param progress is told of each failure that is tried again
   */
  public Http(HttpSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Sends a request: authorizes it, follows redirects, and sends it again after failures that are
   * worth it, if it is repeatable.
   *
   * @return the answer, whatever its status, but for those that count as failures of a try; to be
   *     closed
   * @throws TransferException if a request that is not repeatable failed in a way that another try
   *     may mend
   * @throws RegistryException if it failed for good
   */
  public Response send(Request request) throws IOException {
    throw new UnsupportedOperationException(settings.toString() + progress + request);
  }

  /** Counts the tries of work that begins now; {@code activity} as in {@link Request}. */
  public Attempts attempts(String activity) {
    throw new UnsupportedOperationException(activity);
  }

  /** Whether a host is spoken to without TLS. */
  public boolean isPlain(String host) {
    throw new UnsupportedOperationException(host);
  }

  /** Closes all connections; requests that are under way fail. */
  @Override
  public void close() {}
}
