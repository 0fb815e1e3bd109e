package dev.varve.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.json.JsonObject;
import dev.varve.registry.credentials.Login;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.http.Authorizer;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.Redirects;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
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
 * What is shown to a registry about one repository, or none: a password, or tokens that are fetched
 * for it, kept while they are good, and fetched anew when they are refused.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Distribution: token
 *     authentication</a>
 */
final class Tokens {
  private static final String CLIENT = "varve";
  private static final int MOST_BYTES = 1 << 20;

  /** A token is fetched anew when a tenth of its life is left, or this. */
  private static final long MARGIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Http http;
  private final Logins logins;
  private final String host;
  private final String path;
  private final Map<Set<String>, Token> tokens = new HashMap<>();
  private boolean searched;
  private @Nullable Login login;
  private @Nullable Challenge challenge;

  /** A token, and when to stop using it, as {@link System#nanoTime} tells; 0 for never. */
  private record Token(String value, long until) {
    boolean isGood() {
      return until == 0 || System.nanoTime() < until;
    }

    @Override
    public String toString() {
      return "a token";
    }
  }

  /**
   * Fetches nothing yet.
   *
   * @param path the repository's; empty for the registry as a whole
   */
  Tokens(Http http, Logins logins, String host, String path) {
    this.http = http;
    this.logins = logins;
    this.host = host;
    this.path = path;
  }

  /** Fetches nothing yet; for a login that is not asked of anybody. */
  Tokens(Http http, Login login, String host) {
    this(http, Logins.NONE, host, "");
    this.login = login;
    this.searched = true;
  }

  private String subject() {
    return path.isEmpty() ? host : host + "/" + path;
  }

  /** Speaks for requests that need these scopes. */
  Authorizer authorizer(List<String> scopes) {
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

  /** Which login was used or looked for, for messages. */
  synchronized String tried() {
    if (login != null) {
      String given = "the login was " + login;
      return path.isEmpty() ? given : given + "; varve login " + host + " replaces it";
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
  synchronized boolean challenged() {
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
    }
    return Optional.of("Bearer " + token.value());
  }

  private synchronized boolean renew(
      Set<String> scopes, Optional<String> used, List<String> challenges) throws IOException {
    Optional<Challenge> wanted = Challenge.best(challenges);
    if (wanted.isEmpty()) {
      return false;
    }
    challenge = wanted.get();
    if (wanted.get().isBasic()) {
      return used.isEmpty() && login().isPresent();
    }
    Token kept = tokens.get(scopes);
    if (kept != null && used.equals(Optional.of("Bearer " + kept.value()))) {
      tokens.remove(scopes);
    }
    return true;
  }

  private Optional<Login> login() throws IOException {
    if (!searched) {
      login = logins.find(host, path).orElse(null);
      searched = true;
    }
    return Optional.ofNullable(login);
  }

  private static String basic(Login login) {
    String pair = login.username() + ":" + login.secret();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
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
              JsonObject.parse(answer.bytes(MOST_BYTES), "the token from " + realm.getHost()));
        });
  }

  private URI realm(Challenge met) throws RegistryException {
    String realm = met.parameters().getOrDefault("realm", "");
    try {
      URI uri = URI.create(realm);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
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
    long life = TimeUnit.SECONDS.toNanos(json.number("expires_in", 0));
    // Without a lifetime it is good until it is refused.
    return new Token(
        value, life <= 0 ? 0 : System.nanoTime() + life - Math.min(MARGIN_NANOS, life / 10));
  }
}
