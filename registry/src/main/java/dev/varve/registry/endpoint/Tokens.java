package dev.varve.registry.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.registry.credentials.Login;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.http.Authorizer;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.Redirects;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.TransferException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Authorizes requests about one repository, or about a registry as a whole, by a password or by
 * tokens. Tokens are fetched, reused until they expire, and fetched again when the registry refuses
 * them.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Distribution: token
 *     authentication</a>
 */
public final class Tokens {
  private static final String BASIC = "Basic ";
  private static final String CLIENT = "varve";
  private static final int MOST_BYTES = 1 << 20;

  /**
   * A token is fetched again when a tenth of its lifetime is left, but at most this time before it
   * expires.
   */
  private static final long MARGIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Http http;
  private final Logins logins;
  private final String host;
  private final String path;
  private final Map<Set<String>, Token> tokens = new HashMap<>();
  private boolean loginSearched;
  private boolean rootAsked;
  private @Nullable Login login;
  private @Nullable Challenge challenge;

  /** The longest time that a token is used for. */
  private static final long LONGEST_SECONDS = TimeUnit.DAYS.toSeconds(1);

  /** A token with its lifetime in nanoseconds; 0 if the lifetime is unknown. */
  static final class Token {
    private final String value;
    private final long lifetime;
    private final long fetched = System.nanoTime();
    private boolean reused;

    Token(String value, long lifetime) {
      this.value = value;
      this.lifetime = lifetime;
    }

    boolean isValid() {
      return lifetime == 0
          || System.nanoTime() - fetched < lifetime - Math.min(MARGIN_NANOS, lifetime / 10);
    }

    String header() {
      return "Bearer " + value;
    }
  }

  /**
   * Creates an authorizer; fetches no token yet.
   *
   * @param logins searched when the registry asks for a login
   * @param path the path of the repository; empty for the registry as a whole
   */
  public Tokens(Http http, Logins logins, String host, String path) {
    this.http = http;
    this.logins = logins;
    this.host = host;
    this.path = path;
  }

  /**
   * Creates an authorizer for a registry as a whole that uses {@code login}; fetches no token yet.
   */
  public Tokens(Http http, Login login, String host) {
    this(http, Logins.NONE, host, "");
    this.login = login;
    this.loginSearched = true;
  }

  private String subject() {
    return path.isEmpty() ? host : host + "/" + path;
  }

  /** Returns the authorizer of requests that need these scopes. */
  public Authorizer authorizer(List<String> scopes) {
    Set<String> distinct = new LinkedHashSet<>(scopes);
    return new Authorizer() {
      @Override
      public Optional<String> authorization() throws IOException {
        return header(distinct);
      }

      @Override
      public boolean refused(Optional<String> used, List<String> challenges) throws IOException {
        return renew(distinct, used, challenges);
      }
    };
  }

  /**
   * Describes the login that was used, or where it was searched, for messages.
   *
   * @param status 401 if the login was refused; 403 if it does not permit the request
   */
  public synchronized String describeLogin(int status) {
    Optional<Login> used;
    try {
      used = login();
    } catch (IOException e) {
      return "no login could be read: " + e.getMessage();
    }
    if (used.isPresent()) {
      String description = "the login was " + used.get();
      if (path.isEmpty()) {
        return description;
      }
      if (challenge == null) {
        return "%s did not ask for a login, not even at /v2/, so %s was not used"
            .formatted(host, used.get());
      }
      return status == 403
          ? description + ", which may lack the right to do this"
          : description + "; varve login " + host + " replaces it";
    }
    String places = String.join(", ", logins.places());
    return "no login for "
        + subject()
        + (places.isEmpty() ? " was given" : " in " + places)
        + "; varve login "
        + host
        + " stores one";
  }

  /** Returns whether the host has asked for a login or a token. */
  public synchronized boolean challenged() {
    return challenge != null;
  }

  private synchronized Optional<String> header(Set<String> scopes) throws IOException {
    Challenge current = challenge;
    if (current == null) {
      return Optional.empty();
    }
    if (current.isBasic()) {
      return login().map(Tokens::basic);
    }
    Token token = tokens.get(scopes);
    if (token == null || !token.isValid()) {
      token = fetch(current, scopes);
      tokens.put(scopes, token);
    } else {
      token.reused = true;
    }
    return Optional.of(token.header());
  }

  private synchronized boolean renew(
      Set<String> scopes, Optional<String> used, List<String> challenges) throws IOException {
    Optional<Challenge> best = Challenge.best(challenges);
    Token token = tokens.get(scopes);
    boolean isCurrent = token != null && used.equals(Optional.of(token.header()));
    if (best.isEmpty()) {
      Challenge previous = challenge;
      if (used.isEmpty()) {
        return previous == null ? isChallengedAtRoot() : !previous.isBasic() || login().isPresent();
      }
      if (token != null && isCurrent) {
        // The token was accepted before: it has expired or was revoked.
        return token.reused && tokens.remove(scopes, token);
      }
      return previous != null && previous.isBearer(); // another thread has renewed it
    }
    challenge = best.get();
    if (best.get().isBasic()) {
      // Harbor asks robot accounts for the password even where it accepted a token for reading.
      return !used.orElse("").startsWith(BASIC) && login().isPresent();
    }
    if (isCurrent) {
      tokens.remove(scopes);
    }
    return true;
  }

  /**
   * Requests /v2/, once, from a host that has not asked for a login: clients are expected to look
   * there first. Does nothing without a login.
   */
  private boolean isChallengedAtRoot() throws IOException {
    if (rootAsked || login().isEmpty()) {
      return false;
    }
    rootAsked = true;
    String activity = "asking " + host + " whether it requires a login";
    try {
      Request request = new Request(activity, "GET", Endpoint.address(http, host)).once();
      Http.Reading<Optional<Challenge>> reading =
          answer ->
              answer.status() == 401
                  ? Challenge.best(answer.headers("WWW-Authenticate"))
                  : Optional.empty();
      challenge = http.send(request, reading).orElse(null);
    } catch (TransferException | RegistryException e) {
      // The response to the original request stands.
    }
    return challenge != null;
  }

  private Optional<Login> login() throws IOException {
    if (!loginSearched) {
      login = logins.find(host, path).orElse(null);
      loginSearched = true;
    }
    return Optional.ofNullable(login);
  }

  /** Returns the value of an Authorization header with a login's name and password. */
  public static String basic(Login login) {
    String pair = login.username() + ":" + login.secret();
    return BASIC + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private Token fetch(Challenge bearer, Set<String> scopes) throws IOException {
    URI realm = realm(bearer);
    String activity = "asking " + realm.getHost() + " for a token for " + subject();
    Redirects.check(Endpoint.address(http, host), realm, activity);
    List<String> form = new ArrayList<>();
    add(form, "service", bearer.parameters().getOrDefault("service", ""));
    for (String scope : scopes) {
      add(form, "scope", scope);
    }
    Request request;
    Optional<Login> found = login();
    if (found.isPresent() && found.get().isIdentityToken()) {
      add(form, "grant_type", "refresh_token");
      add(form, "client_id", CLIENT);
      add(form, "refresh_token", found.get().secret());
      request = new Request(activity, "POST", realm).with(Body.form(String.join("&", form)));
    } else {
      String query = (realm.getRawQuery() == null ? "?" : "&") + String.join("&", form);
      request = new Request(activity, "GET", URI.create(realm + query));
      request = found.isPresent() ? request.with("Authorization", basic(found.get())) : request;
    }
    return http.send(
        request,
        answer -> {
          if (answer.status() != 200) {
            throw Refusal.of(activity, answer, this::describeLogin);
          }
          return read(
              Answers.json(
                  answer, answer.bytes(MOST_BYTES), activity, "the token from " + realm.getHost()));
        });
  }

  private URI realm(Challenge bearer) throws RegistryException {
    String realm = bearer.parameters().getOrDefault("realm", "").replaceFirst("#.*", "");
    try {
      URI uri = URI.create(realm);
      // olareg sends a path if its own address is not configured.
      URI absolute = realm.startsWith("/") ? Endpoint.address(http, host).resolve(uri) : uri;
      if (absolute.getHost() != null) {
        return absolute;
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw new RegistryException(
        Kind.REFUSED,
        401,
        "asking for a token for " + subject() + ": expected the address of a realm, got " + realm);
  }

  private static void add(List<String> form, String name, String value) {
    if (!value.isEmpty()) {
      form.add(name + "=" + URLEncoder.encode(value, UTF_8));
    }
  }

  static Token read(JsonObject json) throws IOException {
    String value = json.optionalString("token").orElse("");
    if (value.isEmpty()) {
      value = json.string("access_token");
    }
    return new Token(value, TimeUnit.SECONDS.toNanos(lifetime(json)));
  }

  /**
   * Returns the lifetime in seconds; 0, which means until refused, if the field is missing or
   * malformed.
   */
  private static long lifetime(JsonObject json) {
    try {
      return Math.max(0, Math.min(json.number("expires_in", 0), LONGEST_SECONDS));
    } catch (MalformedJsonException e) {
      return 0;
    }
  }
}
