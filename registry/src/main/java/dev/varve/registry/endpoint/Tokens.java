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
  private boolean searched;
  private boolean asked;
  private @Nullable Login login;
  private @Nullable Challenge challenge;

  /** The longest time that a token is used for. */
  private static final long LONGEST_SECONDS = TimeUnit.DAYS.toSeconds(1);

  /** A token with its lifetime in nanoseconds; 0 if the lifetime is unknown. */
  private static final class Token {
    private final String value;
    private final long life;
    private final long since = System.nanoTime();
    private boolean used;

    Token(String value, long life) {
      this.value = value;
      this.life = life;
    }

    boolean isGood() {
      return life == 0 || System.nanoTime() - since < life - Math.min(MARGIN_NANOS, life / 10);
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
    this.searched = true;
  }

  private String subject() {
    return path.isEmpty() ? host : host + "/" + path;
  }

  /** Returns the authorizer of requests that need these scopes. */
  public Authorizer authorizer(List<String> scopes) {
    Set<String> wanted = new LinkedHashSet<>(scopes);
    return new Authorizer() {
      @Override
      public Optional<String> authorization() throws IOException {
        return header(wanted);
      }

      @Override
      public boolean refused(Optional<String> used, List<String> challenges) throws IOException {
        return renew(wanted, used, challenges);
      }
    };
  }

  /**
   * Describes the login that was used, or where it was searched, for messages.
   *
   * @param status 401 if the login was refused; 403 if it does not permit the request
   */
  public synchronized String tried(int status) {
    Optional<Login> found;
    try {
      found = login();
    } catch (IOException e) {
      return "no login could be read: " + e.getMessage();
    }
    if (found.isPresent()) {
      String given = "the login was " + found.get();
      if (path.isEmpty()) {
        return given;
      }
      if (challenge == null) {
        return "%s did not ask for a login, not even at /v2/, so %s was not used"
            .formatted(host, found.get());
      }
      return status == 403
          ? given + ", which may lack the right to do this"
          : given + "; varve login " + host + " replaces it";
    }
    String places = String.join(", ", logins.places());
    return "no login for "
        + subject()
        + (places.isEmpty() ? " was given" : " in " + places)
        + "; varve login "
        + host
        + " makes one";
  }

  /** Whether the host has asked for a login or a token. */
  public synchronized boolean challenged() {
    return challenge != null;
  }

  private synchronized Optional<String> header(Set<String> scopes) throws IOException {
    Challenge met = challenge;
    if (met == null) {
      return Optional.empty();
    }
    if (met.isBasic()) {
      return login().map(Tokens::basic);
    }
    Token token = tokens.get(scopes);
    if (token == null || !token.isGood()) {
      token = fetch(met, scopes);
      tokens.put(scopes, token);
    } else {
      token.used = true;
    }
    return Optional.of(token.header());
  }

  private synchronized boolean renew(
      Set<String> scopes, Optional<String> used, List<String> challenges) throws IOException {
    Optional<Challenge> wanted = Challenge.best(challenges);
    Token kept = tokens.get(scopes);
    boolean isKept = kept != null && used.equals(Optional.of(kept.header()));
    if (wanted.isEmpty()) {
      Challenge known = challenge;
      if (used.isEmpty()) {
        return known == null ? asksAtItsRoot() : !known.isBasic() || login().isPresent();
      }
      if (kept != null && isKept) {
        // The token was accepted before: it has expired or was revoked.
        return kept.used && tokens.remove(scopes, kept);
      }
      return known != null && known.isBearer(); // another thread has renewed it
    }
    challenge = wanted.get();
    if (wanted.get().isBasic()) {
      // Harbor asks robot accounts for the password even where it accepted a token for reading.
      return !used.orElse("").startsWith(BASIC) && login().isPresent();
    }
    if (isKept) {
      tokens.remove(scopes);
    }
    return true;
  }

  /**
   * Requests /v2/, once, from a host that has not asked for a login: clients are expected to look
   * there first. Does nothing without a login.
   */
  private boolean asksAtItsRoot() throws IOException {
    if (asked || login().isEmpty()) {
      return false;
    }
    asked = true;
    String activity = "asking " + host + " whether it wants a login";
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
    if (!searched) {
      login = logins.find(host, path).orElse(null);
      searched = true;
    }
    return Optional.ofNullable(login);
  }

  /** Returns the value of an Authorization header. */
  public static String basic(Login login) {
    String pair = login.username() + ":" + login.secret();
    return BASIC + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private Token fetch(Challenge met, Set<String> scopes) throws IOException {
    URI realm = realm(met);
    String activity = "asking " + realm.getHost() + " for a token for " + subject();
    Redirects.check(Endpoint.address(http, host), realm, activity);
    List<String> form = new ArrayList<>();
    add(form, "service", met.parameters().getOrDefault("service", ""));
    for (String scope : scopes) {
      add(form, "scope", scope);
    }
    Request request;
    Optional<Login> as = login();
    if (as.isPresent() && as.get().isIdentityToken()) {
      add(form, "grant_type", "refresh_token");
      add(form, "client_id", CLIENT);
      add(form, "refresh_token", as.get().secret());
      request = new Request(activity, "POST", realm).with(Body.form(String.join("&", form)));
    } else {
      String query = (realm.getRawQuery() == null ? "?" : "&") + String.join("&", form);
      request = new Request(activity, "GET", URI.create(realm + query));
      request = as.isPresent() ? request.with("Authorization", basic(as.get())) : request;
    }
    return http.send(
        request,
        answer -> {
          if (answer.status() != 200) {
            throw Refusal.of(activity, answer, this::tried);
          }
          return read(
              Answers.json(
                  answer, answer.bytes(MOST_BYTES), activity, "the token from " + realm.getHost()));
        });
  }

  private URI realm(Challenge met) throws RegistryException {
    String realm = met.parameters().getOrDefault("realm", "");
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

  private static Token read(JsonObject json) throws IOException {
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
