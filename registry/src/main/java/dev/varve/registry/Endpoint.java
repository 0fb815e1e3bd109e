package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.http.Attempts;
import dev.varve.registry.http.Authorizer;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.Redirects;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** Where requests about one repository go, who asks, and what an answer that is a refusal means. */
final class Endpoint {
  private final RepositoryName name;
  private final Http http;
  private final URI base;
  private final Tokens tokens;
  private final Progress progress;
  private final Set<String> warned;

  /**
   * Asks nothing yet.
   *
   * @param warned warnings that have been told already
   */
  Endpoint(RepositoryName name, Http http, Tokens tokens, Progress progress, Set<String> warned) {
    this.name = name;
    this.http = http;
    this.base = address(http, name.host());
    this.tokens = tokens;
    this.progress = progress;
    this.warned = warned;
  }

  /** The address of a registry. Docker Hub's is not under its own name. */
  static URI address(Http http, String host) {
    String name = host.equals("docker.io") ? "registry-1.docker.io" : host;
    return URI.create((http.isPlain(name) ? "http://" : "https://") + name + "/v2/");
  }

  RepositoryName name() {
    return name;
  }

  /** An address below the repository's, such as {@code tags/list}. */
  URI uri(String rest) {
    return URI.create(base + name.path() + "/" + rest);
  }

  /** Sends a request and reads the answer, in as many tries as that takes. */
  <T> T send(Request request, Access access, Http.Reading<T> reading) throws IOException {
    return send(request, List.of(access.scope(name.path())), reading);
  }

  /** Sends a request that needs these scopes, and reads the answer. */
  <T> T send(Request request, List<String> scopes, Http.Reading<T> reading) throws IOException {
    return http.send(
        request.with(authorizer(request.uri(), scopes)),
        answer -> {
          tellWarnings(answer);
          return reading.of(answer);
        });
  }

  /** Sends a request whose answer is long. To be closed. */
  Response open(Request request, Access access) throws IOException {
    Response answer =
        http.send(request.with(authorizer(request.uri(), List.of(access.scope(name.path())))));
    tellWarnings(answer);
    return answer;
  }

  private void tellWarnings(Response answer) {
    for (String warning : answer.headers("Warning")) {
      tellOnce(name.host() + " warns: " + warning);
    }
  }

  /** Tells the user of something, unless that was done before. */
  void tellOnce(String notice) {
    if (warned.add(notice)) {
      progress.notice(notice);
    }
  }

  /** Another host, where a Location led to, is told nothing. */
  private Authorizer authorizer(URI uri, List<String> scopes) {
    return Redirects.isSameHost(uri, base) ? tokens.authorizer(scopes) : Authorizer.ANONYMOUS;
  }

  Attempts attempts(String activity) {
    return http.attempts(activity);
  }

  /** The address that an answer's Location or Link leads to. */
  URI follow(Response response, String location, String activity) throws IOException {
    return Redirects.follow(response.uri(), location, activity);
  }

  /** The exception for an answer that is none of those that were hoped for. */
  RegistryException refusal(String activity, Response response) throws IOException {
    return refusal(activity, Refusal.read(response));
  }

  /** The exception for a refusal. */
  RegistryException refusal(String activity, Refusal refusal) {
    return refusal.exception(activity, tokens::tried);
  }
}
