package dev.varve.registry.endpoint;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.http.Attempts;
import dev.varve.registry.http.Authorizer;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.Redirects;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Sends authorized requests about one repository to its registry, and creates exceptions for
 * refusals.
 */
public final class Endpoint {
  private final RepositoryName name;
  private final Http http;
  private final URI base;
  private final Tokens tokens;
  private final Progress progress;
  private final Set<String> warned;

  /**
   * Creates an endpoint; sends no request yet.
   *
   * @param warned the notices that were reported already
   */
  public Endpoint(
      RepositoryName name, Http http, Tokens tokens, Progress progress, Set<String> warned) {
    this.name = name;
    this.http = http;
    this.base = address(http, name.host());
    this.tokens = tokens;
    this.progress = progress;
    this.warned = warned;
  }

  /**
   * Returns the address of a registry's API. That of Docker Hub is on another host than docker.io.
   */
  public static URI address(Http http, String host) {
    String name = host.equals("docker.io") ? "registry-1.docker.io" : host;
    return URI.create((http.isPlain(name) ? "http://" : "https://") + name + "/v2/");
  }

  /** The name of the repository. */
  public RepositoryName name() {
    return name;
  }

  /** Returns the address of a path below the repository, such as {@code tags/list}. */
  public URI uri(String rest) {
    return URI.create(base + name.path() + "/" + rest);
  }

  /** Sends a request and reads the response, with retries as {@link Http} makes them. */
  public <T> T send(Request request, Access access, Http.Reading<T> reading) throws IOException {
    return send(request, List.of(access.scope(name.path())), reading);
  }

  /** Sends a request that needs these token scopes, and reads the response. */
  public <T> T send(Request request, List<String> scopes, Http.Reading<T> reading)
      throws IOException {
    return http.send(
        request.with(authorizer(request.uri(), scopes)),
        answer -> {
          reportWarnings(answer);
          return reading.of(answer);
        });
  }

  /** Sends a request whose response is long. The caller closes the response. */
  public Response open(Request request, Access access) throws IOException {
    Response answer =
        http.send(request.with(authorizer(request.uri(), List.of(access.scope(name.path())))));
    reportWarnings(answer);
    return answer;
  }

  private void reportWarnings(Response answer) {
    for (String warning : answer.headers("Warning")) {
      noticeOnce(name.host() + " warns: " + warning);
    }
  }

  /** Reports a notice, unless it was reported before. */
  public void noticeOnce(String notice) {
    if (warned.add(notice)) {
      progress.notice(notice);
    }
  }

  /**
   * Returns the authorizer for an address. Another host, to which a Location pointed, gets no
   * login.
   */
  private Authorizer authorizer(URI uri, List<String> scopes) {
    return Redirects.isSameHost(uri, base) ? tokens.authorizer(scopes) : Authorizer.ANONYMOUS;
  }

  /** Returns a new counter of attempts; {@code activity} as in {@link Request}. */
  public Attempts attempts(String activity) {
    return http.attempts(activity);
  }

  /** Returns the address in a Location or Link header of a response. */
  public URI follow(Response response, String location, String activity) throws IOException {
    return Redirects.follow(response.uri(), location, activity);
  }

  /** Returns the exception for an unexpected response. */
  public RegistryException refusal(String activity, Response response) throws IOException {
    return refusal(activity, Refusal.read(response));
  }

  /** Returns the exception for a refusal. */
  public RegistryException refusal(String activity, Refusal refusal) {
    return refusal.exception(activity, tokens::describeLogin);
  }
}
