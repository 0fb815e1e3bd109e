package dev.varve.registry.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A challenge of a WWW-Authenticate header: an authentication scheme and its parameters.
 *
 * @param scheme the scheme in lower case, such as {@code bearer}
 * @param parameters the parameters by their lower-case names
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110,
 *     WWW-Authenticate</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final String BEARER = "bearer";
  private static final String BASIC = "basic";

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  /** Returns the challenge to respond to, of several: a token is preferred to a password. */
  static Optional<Challenge> best(List<String> headers) {
    List<Challenge> challenges =
        headers.stream().flatMap(header -> parse(header).stream()).toList();
    return challenges.stream()
        .filter(Challenge::isBearer)
        .findFirst()
        .or(() -> challenges.stream().filter(Challenge::isBasic).findFirst());
  }

  boolean isBearer() {
    return scheme.equals(BEARER) && parameters.containsKey("realm");
  }

  boolean isBasic() {
    return scheme.equals(BASIC);
  }

  /** Parses a header, which may hold several challenges; skips what is malformed. */
  static List<Challenge> parse(String header) {
    List<Challenge> challenges = new ArrayList<>();
    Scanner in = new Scanner(header);
    String scheme = in.token();
    while (!scheme.isEmpty()) {
      Map<String, String> parameters = new LinkedHashMap<>();
      String next = in.token();
      while (!next.isEmpty() && in.take('=')) {
        parameters.putIfAbsent(next.toLowerCase(Locale.ROOT), in.value());
        in.take(',');
        next = in.token();
      }
      challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
      scheme = next;
    }
    return challenges;
  }

  /** Reads tokens and quoted strings, and skips blanks around them. */
  private static final class Scanner {
    private final String text;
    private int at;

    Scanner(String text) {
      this.text = text;
    }

    String token() {
      skip(" \t,");
      int start = at;
      while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      String token = text.substring(start, at);
      skip(" \t");
      return token;
    }

    boolean take(char expected) {
      skip(" \t");
      boolean matches = at < text.length() && text.charAt(at) == expected;
      at += matches ? 1 : 0;
      return matches;
    }

    String value() {
      skip(" \t");
      if (!take('"')) {
        int start = at;
        while (at < text.length() && " \t,".indexOf(text.charAt(at)) < 0) {
          at++;
        }
        return text.substring(start, at);
      }
      StringBuilder value = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at++));
      }
      take('"');
      return value.toString();
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}
