package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.credentials.Login;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Refusal;
import dev.varve.registry.endpoint.Tokens;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.wire.ApacheTransport;
import dev.varve.registry.http.wire.Preparation;
import dev.varve.registry.name.ImageName;
import dev.varve.registry.name.RepositoryName;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A client for registries. Holds connections, tokens, and what is known about each host. */
public final class Registry implements Closeable {
  private final Http http;
  private final Logins logins;
  private final Progress progress;
  private final Map<RepositoryName, Repository> repositories = new ConcurrentHashMap<>();
  private final Map<String, BlobChecking> checking = new ConcurrentHashMap<>();
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * Creates a client; opens no connection yet.
   *
   * @param settings the HTTP settings
   * @param logins finds the logins
   * @param progress receives failures that are retried, warnings of registries, and the progress of
   *     uploads
   */
  public Registry(HttpSettings settings, Logins logins, Progress progress) {
    this.http = new Http(settings, new ApacheTransport(settings), progress);
    this.logins = logins;
    this.progress = progress;
  }

  /**
   * Begins to load, in a daemon thread, what the first connection over TLS needs, for programs that
   * end soon after it. Sends nothing, and fails never: the connection reports what can't be loaded.
   */
  public static void prepare() {
    Preparation.begin();
  }

  /** Returns a repository, which need not exist; sends no request yet. */
  public Repository repository(RepositoryName name) {
    return repositories.computeIfAbsent(
        name,
        key -> {
          Tokens tokens = new Tokens(http, logins, key.host(), key.path());
          return new Repository(
              new Endpoint(key, http, tokens, progress, warned),
              checking.computeIfAbsent(key.host(), host -> new BlobChecking()),
              progress);
        });
  }

  /**
   * Asks a registry whether it accepts a login.
   *
   * @param host the host, with its port if it has one; {@code docker.io} for Docker Hub
   * @return whether the registry asked for a login; if not, it did not check the login
   * @throws RegistryException of kind {@code NOT_AUTHORIZED} if the registry refuses the login
   * @see <a
   *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#determining-support">OCI
   *     distribution: determining support</a>
   */
  public boolean check(String host, Login login) throws IOException {
    String name = ImageName.host(host);
    String activity = "checking the login to " + name;
    Tokens tokens = new Tokens(http, login, name);
    Request request =
        new Request(activity, "GET", Endpoint.address(http, name))
            .with(tokens.authorizer(List.of()));
    Http.Reading<Boolean> requireSuccess =
        answer -> {
          if (!answer.isSuccess()) {
            throw Refusal.of(activity, answer, tokens::describeLogin);
          }
          return tokens.challenged();
        };
    boolean challenged = http.send(request, requireSuccess);
    if (!challenged && !login.isIdentityToken()) {
      // A registry that allows anonymous requests may still refuse a wrong login.
      Request withLogin =
          new Request(activity, "GET", Endpoint.address(http, name))
              .with("Authorization", Tokens.basic(login));
      http.send(withLogin, requireSuccess);
    }
    return challenged;
  }

  /** Closes all connections. */
  @Override
  public void close() {
    http.close();
  }
}
