package dev.varve.registry.http;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The calls of one attempt of a request: a new login may repeat a call, and redirects lead to
 * further calls.
 */
final class Route {
  private static final int MOST_REDIRECTS = 5;
  private static final int MOST_REFUSALS = 2;

  private static final Pattern ABOUT_LOGIN =
      Pattern.compile("token|unauthorized|authori[sz]ation|authenticat", Pattern.CASE_INSENSITIVE);

  private final Request request;
  private final int attempt;
  private final UnaryOperator<URI> scheme;
  private final Addresses.Resolver resolver;
  private URI uri;
  private Origin home;
  private int redirects;
  private int refusals;
  private boolean atHome;
  private Optional<String> authorization = Optional.empty();

  /**
   * Creates a route that begins at the address of the request.
   *
   * @param scheme replaces the scheme of an address by that which its host speaks
   */
  Route(Request request, int attempt, UnaryOperator<URI> scheme, Addresses.Resolver resolver) {
    this.request = request;
    this.attempt = attempt;
    this.scheme = scheme;
    this.resolver = resolver;
    this.uri = scheme.apply(request.uri());
    this.home = Origin.of(uri);
  }

  /** Returns the next call, authorized. */
  Call next() throws IOException {
    atHome = Origin.of(uri).equals(home);
    authorization = atHome ? request.authorizer().authorization() : Optional.empty();
    return new Call(request, uri, authorization, atHome, attempt);
  }

  /** Returns whether the response to the last call requires another call. */
  boolean needsAnotherCall(Response answer) throws IOException {
    uri = answer.uri();
    if (redirects == 0) {
      home = Origin.of(uri); // the client may have found out the scheme in the meantime
    }
    return renewsLogin(answer) || follows(answer);
  }

  private boolean renewsLogin(Response answer) throws IOException {
    return atHome
        && mayWantLogin(answer)
        && refusals++ < MOST_REFUSALS
        && request.authorizer().refused(authorization, answer.headers("WWW-Authenticate"));
  }

  /** Returns whether a login, or another one, may change the response. */
  private boolean mayWantLogin(Response answer) throws IOException {
    boolean loggedIn = authorization.isPresent();
    return switch (answer.status()) {
      case 401 -> true;
      case 403, 404 -> !loggedIn;
      // ECR responds with 400 to an expired token. Any other 400 is about the request itself; the
      // response to a HEAD request has no body that says which.
      case 400 -> loggedIn && (request.method().equals("HEAD") || isAboutLogin(answer));
      default -> false;
    };
  }

  private static boolean isAboutLogin(Response answer) throws IOException {
    String text = new String(answer.peek(StatusFailures.TEXT), StandardCharsets.UTF_8);
    return ABOUT_LOGIN.matcher(text).find();
  }

  private boolean follows(Response answer) throws IOException {
    if (!isRedirect(answer)) {
      return false;
    }
    if (++redirects > MOST_REDIRECTS) {
      throw refused(
          answer,
          "%s: %s redirects in a loop: more than %d redirects"
              .formatted(request.activity(), Origin.of(answer.uri()), MOST_REDIRECTS));
    }
    String location = answer.header("Location").orElseThrow();
    uri = scheme.apply(Redirects.follow(answer.uri(), location, request.activity(), resolver));
    // The body of a POST request may be a secret, such as a login; blobs are sent by PUT.
    boolean posts = request.method().equals("POST") && request.body().isPresent();
    if (posts && !Redirects.isSameHost(answer.uri(), uri)) {
      throw refused(
          answer,
          "%s: %s redirects a POST request with a body to %s; not followed"
              .formatted(request.activity(), Origin.of(answer.uri()), Origin.of(uri)));
    }
    return true;
  }

  /**
   * Whether the response is a redirect. For requests that change something, only 307 and 308 keep
   * the method.
   */
  private boolean isRedirect(Response answer) {
    if (answer.header("Location").isEmpty()) {
      return false;
    }
    return switch (answer.status()) {
      case 307, 308 -> true;
      case 301, 302, 303 -> request.method().equals("GET") || request.method().equals("HEAD");
      default -> false;
    };
  }

  private static RegistryException refused(Response answer, String message) {
    return new RegistryException(RegistryException.Kind.REFUSED, answer.status(), message);
  }
}
