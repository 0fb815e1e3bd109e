package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.HttpSettings;
import java.io.Closeable;

/** A client for registries: it holds connections, tokens and what is known of each host. */
public final class Registry implements Closeable {
  private final Http http;
  private final Logins logins;

  /**
   * Opens nothing yet.
   *
   * @param settings how to talk to hosts
   * @param logins who is asking
   * @param progress is told of failures that are tried again, and of warnings that registries send
   */
  public Registry(HttpSettings settings, Logins logins, Progress progress) {
    this.http = new Http(settings, progress);
    this.logins = logins;
  }

  /** A repository, whether it is there or not; nothing is asked yet. */
  public Repository repository(RepositoryName name) {
    throw new UnsupportedOperationException(name.toString() + http + logins);
  }

  /** Closes all connections. */
  @Override
  public void close() {
    http.close();
  }
}
