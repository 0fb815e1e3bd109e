package dev.varve.registry.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rights to repositories; by default anyone has all. Settings may change while the registry
 * runs.
 */
public final class Access {
  private static final String SERVICE = "fake-registry";
  private static final Pattern PATH =
      Pattern.compile(
          "/v2/(.+)/(?:tags/list|(?:manifests|referrers|(blobs/uploads)|blobs)(?:/.*)?)");

  private enum Scheme {
    NONE,
    BASIC,
    BEARER
  }

  private final String url;
  private Scheme scheme = Scheme.NONE;
  private String login = "";
  private Optional<String> identityToken = Optional.empty();
  private boolean anonymousPulls;
  private boolean saysExpiry = true;
  private Set<String> rights = Set.of();
  private Optional<String> expiry = Optional.empty();
  private int hidden;
  private int expired;
  private int tokenRequests = Integer.MAX_VALUE;
  private Duration tokenTime = Duration.ofMinutes(5);
  private final Map<String, Token> tokens = new HashMap<>();

  /** An issued token, with rights as {@code REPOSITORY:ACTION}. */
  private static final class Token {
    private final Set<String> asked;
    private final Set<String> granted;
    private final long expires;
    private int requests;

    Token(Set<String> asked, Set<String> granted, long expires, int requests) {
      this.asked = asked;
      this.granted = granted;
      this.expires = expires;
      this.requests = requests;
    }
  }

  Access(String url) {
    this.url = url;
  }

  /** Requires this login by Basic authentication with every request. */
  public synchronized Access basic(String user, String password) {
    scheme = Scheme.BASIC;
    login = user + ":" + password;
    return this;
  }

  /** Requires tokens, which {@code /token} issues for this login. */
  public synchronized Access bearer(String user, String password) {
    scheme = Scheme.BEARER;
    login = user + ":" + password;
    return this;
  }

  /** Makes {@code POST /token} accept this refresh token as well. */
  public synchronized Access identityToken(String token) {
    identityToken = Optional.of(token);
    return this;
  }

  /** Allows pulls without a login; after {@link #bearer}, they need a token nevertheless. */
  public synchronized Access anonymousPulls() {
    anonymousPulls = true;
    return this;
  }

  /**
   * Restricts the login to these rights.
   *
   * @param allowed rights as {@code REPOSITORY:ACTION}, with the actions pull, push and delete
   */
  public synchronized Access only(String... allowed) {
    rights = Set.of(allowed);
    return this;
  }

  /** Limits new tokens to this number of requests. */
  public synchronized Access tokensLast(int requests) {
    tokenRequests = requests;
    return this;
  }

  /**
   * Limits the lifetime of new tokens, which {@code expires_in} states in seconds, rounded down.
   */
  public synchronized Access tokensLast(Duration time) {
    tokenTime = time;
    return this;
  }

  /** Omits {@code expires_in} from the responses with tokens (GHCR). */
  public synchronized Access withoutExpiry() {
    saysExpiry = false;
    return this;
  }

  /** Sends this JSON value as {@code expires_in}, whatever the lifetime of the token is. */
  public synchronized Access saysExpiry(String json) {
    expiry = Optional.of(json);
    return this;
  }

  /**
   * Challenges requests without a login only if they push or go to {@code /v2/}; pulls without a
   * login get this status, without a challenge.
   */
  public synchronized Access hides(int status) {
    hidden = status;
    return this;
  }

  /** Refuses expired tokens with this status, without a challenge (ECR: 400). */
  public synchronized Access expiresAs(int status) {
    expired = status;
    return this;
  }

  /** Revokes all tokens that were issued. */
  public synchronized void revokeTokens() {
    tokens.clear();
  }

  /** Returns the refusal of a request without the rights that it needs; empty if it has them. */
  synchronized Optional<Reply> refuse(Request request) {
    if (scheme == Scheme.NONE) {
      return Optional.empty();
    }
    List<String> needed = needed(request);
    boolean anonymous = request.header("Authorization").isEmpty();
    if (hidden > 0 && anonymous && !needed.isEmpty() && onlyPulls(needed)) {
      return Optional.of(Reply.error(hidden, "NAME_UNKNOWN", "not found"));
    }
    return scheme == Scheme.BASIC ? refuseBasic(request, needed) : refuseBearer(request, needed);
  }

  private static List<String> needed(Request request) {
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      return List.of();
    }
    String repository = path.group(1);
    return switch (request.method()) {
      case "GET", "HEAD" -> List.of(repository + ":pull");
      case "DELETE" -> List.of(repository + (path.group(2) == null ? ":delete" : ":push"));
      default -> List.of(repository + ":pull", repository + ":push");
    };
  }

  private Optional<Reply> refuseBasic(Request request, List<String> needed) {
    String header = request.header("Authorization");
    boolean anonymous =
        header.isEmpty() && anonymousPulls && onlyPulls(needed) && needed.size() > 0;
    if (!anonymous && !isLogin(header)) {
      return Optional.of(unauthorized().header("Www-Authenticate", "Basic realm=\"fake\""));
    }
    return may(needed) ? Optional.empty() : Optional.of(denied());
  }

  private Optional<Reply> refuseBearer(Request request, List<String> needed) {
    String header = request.header("Authorization");
    Token token = tokens.get(header.replaceFirst("(?i)^bearer ", ""));
    if (token == null || token.expires < System.nanoTime() || token.requests == 0) {
      if (expired > 0 && !header.isEmpty()) {
        return Optional.of(Reply.error(expired, "DENIED", "Your authorization token has expired."));
      }
      return Optional.of(challenge(needed, header.isEmpty() ? "" : "invalid_token"));
    }
    token.requests--;
    if (token.granted.containsAll(needed)) {
      return Optional.empty();
    }
    // The login lacks a right that the token asked for in vain; other rights are to be asked for.
    return Optional.of(
        token.asked.containsAll(needed) ? denied() : challenge(needed, "insufficient_scope"));
  }

  private Reply challenge(List<String> needed, String error) {
    StringBuilder challenge =
        new StringBuilder("Bearer realm=\"" + url + "/token\",service=\"" + SERVICE + "\"");
    if (!needed.isEmpty()) {
      String repository = needed.get(0).replaceFirst(":[^:]*$", "");
      List<String> actions = needed.stream().map(right -> right.replaceFirst(".*:", "")).toList();
      challenge.append(
          ",scope=\"repository:" + repository + ":" + String.join(",", actions) + "\"");
    }
    if (!error.isEmpty()) {
      challenge.append(",error=\"" + error + "\"");
    }
    return unauthorized().header("Www-Authenticate", challenge.toString());
  }

  /** Returns whether a request may pull from the repository, to mount a blob from it. */
  synchronized boolean mayPull(Request request, String repository) {
    String right = repository + ":pull";
    return switch (scheme) {
      case NONE -> true;
      case BASIC -> may(List.of(right));
      case BEARER -> {
        Token token = tokens.get(request.header("Authorization").replaceFirst("(?i)^bearer ", ""));
        yield token != null && token.granted.contains(right);
      }
    };
  }

  /** Handles {@code GET /token} with a login, or {@code POST /token} with a form. */
  synchronized Reply token(Request request) throws IOException {
    boolean known;
    boolean anonymous = false;
    List<String> scopes;
    if (request.method().equals("POST")) {
      String form = new String(request.content().readAllBytes(), UTF_8);
      String type = Request.parameters(form, "grant_type").stream().findFirst().orElse("");
      known =
          type.equals("refresh_token")
              ? Request.parameters(form, "refresh_token").equals(identityToken.stream().toList())
              : login.equals(
                  String.join(":", Request.parameters(form, "username"))
                      + ":"
                      + String.join(":", Request.parameters(form, "password")));
      scopes = Request.parameters(form, "scope");
    } else {
      String header = request.header("Authorization");
      anonymous = header.isEmpty() && anonymousPulls;
      known = isLogin(header);
      scopes = request.parameters("scope");
    }
    if (!known && !anonymous) {
      return unauthorized();
    }
    return issue(asked(scopes), anonymous);
  }

  private static Set<String> asked(List<String> scopes) {
    Set<String> asked = new HashSet<>();
    for (String scope : String.join(" ", scopes).split(" ", -1)) {
      String[] parts = scope.split(":", -1);
      if (parts.length == 3 && parts[0].equals("repository")) {
        String actions = parts[2].replace("*", "pull,push,delete");
        for (String action : actions.split(",", -1)) {
          asked.add(parts[1] + ":" + action);
        }
      }
    }
    return asked;
  }

  private Reply issue(Set<String> asked, boolean anonymous) {
    Set<String> granted = new HashSet<>(asked);
    granted.removeIf(right -> anonymous ? !right.endsWith(":pull") : !may(List.of(right)));
    String token = "fake-" + UUID.randomUUID();
    tokens.put(
        token, new Token(asked, granted, System.nanoTime() + tokenTime.toNanos(), tokenRequests));
    JsonObject json = JsonObject.EMPTY.with("token", token).with("access_token", token);
    if (expiry.isPresent()) {
      return Reply.of(200)
          .content(
              "application/json",
              Reply.Content.of(
                  "{\"token\":\"%s\",\"expires_in\":%s}"
                      .formatted(token, expiry.get())
                      .getBytes(UTF_8)));
    }
    return Reply.of(200)
        .json(
            "application/json", saysExpiry ? json.with("expires_in", tokenTime.toSeconds()) : json);
  }

  private boolean isLogin(String header) {
    String encoded = Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
    return header.equals("Basic " + encoded);
  }

  private boolean may(List<String> needed) {
    return rights.isEmpty() || rights.containsAll(needed);
  }

  private static boolean onlyPulls(List<String> needed) {
    return needed.stream().allMatch(right -> right.endsWith(":pull"));
  }

  private static Reply unauthorized() {
    return Reply.error(401, "UNAUTHORIZED", "authentication required");
  }

  private static Reply denied() {
    return Reply.error(403, "DENIED", "requested access to the resource is denied");
  }
}
