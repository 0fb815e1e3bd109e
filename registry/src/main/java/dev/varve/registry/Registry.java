package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.HttpSettings;
import java.io.Closeable;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A client for registries: it holds connections, tokens and what is known of each host. */
public final class Registry implements Closeable {
  private final Http http;
  private final Logins logins;
  private final Progress progress;
  private final Map<RepositoryName, Repository> repositories = new ConcurrentHashMap<>();
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * Opens nothing yet.
   *
   * @param settings how to talk to hosts
   * @param logins who is asking
   * @param progress is told of failures that are tried again, of warnings that registries send, and
   *     of uploads that are waited for
   */
  public Registry(HttpSettings settings, Logins logins, Progress progress) {
    this.http = new Http(settings, progress);
    this.logins = logins;
    this.progress = progress;
  }

  /** A repository, whether it is there or not; nothing is asked yet. */
  public Repository repository(RepositoryName name) {
    return repositories.computeIfAbsent(
        name,
        wanted -> {
          Tokens tokens = new Tokens(http, logins, wanted);
          return new Repository(new Endpoint(wanted, http, tokens, progress, warned), progress);
        });
  }

  /** Closes all connections. */
  @Override
  public void close() {
    http.close();
  }
}
