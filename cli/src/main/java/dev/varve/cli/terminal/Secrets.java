package dev.varve.cli.terminal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Secrets that were typed on a command line in the wrong place, and are hidden in messages: logins
 * inside references and URLs, and keys instead of their names.
 */
public final class Secrets {
  /** No secrets known by their text. */
  public static final Secrets NONE = new Secrets(List.of());

  private static final String CUT = "***";

  /** A login in the URL of any server, such as a proxy. */
  private static final Pattern LOGIN_IN_URL =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^\\s/@\"'<>]+@");

  /** A signed query, which grants access to a bucket. */
  private static final Pattern SIGNED_QUERY =
      Pattern.compile(
          "(?i)(https?://[^\\s?\"'<>]+\\?)[^\\s\"'<>]*(?:signature|token|credential|sig)=[^\\s\"'<>]*");

  private static final Pattern DIGEST = Pattern.compile("@[a-z0-9]+:[0-9a-fA-F]{32,}$");
  private static final Pattern OPTION = Pattern.compile("^--?[A-Za-z][\\w-]*=");
  private static final Pattern LOCAL =
      Pattern.compile("^(oci|oci-archive|docker-archive|containers-storage|rootfs):");
  private static final Pattern USER = Pattern.compile("[^/:=\\s]+:.+", Pattern.DOTALL);

  /** A key in base64; the shortest key on P-256 has 64 characters. */
  private static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9+/_=\\s-]{64,}");

  /** The shortest line to hide; shorter lines of keys reveal nothing, and may occur anywhere. */
  private static final int SHORTEST = 8;

  private final List<String> texts;

  private Secrets(List<String> texts) {
    this.texts = texts;
  }

  /** Finds the secrets in a command line. */
  public static Secrets in(String... arguments) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String value = OPTION.matcher(arguments[i]).replaceFirst("");
      boolean key =
          arguments[i].startsWith("--key=") || (i > 0 && arguments[i - 1].equals("--key"));
      if (key ? isKey(value) : isPem(value)) {
        Stream.concat(Stream.of(value), value.lines())
            .map(String::strip)
            .filter(line -> line.length() >= SHORTEST && !line.matches("-----[A-Z ]+-----"))
            .forEach(found::add);
      } else {
        login(value).ifPresent(found::add);
      }
    }
    return found.isEmpty() ? NONE : new Secrets(List.copyOf(found));
  }

  /** Returns whether a text is a key in PEM, possibly damaged. */
  public static boolean isPem(String text) {
    return text.contains("-----BEGIN") || text.contains("PRIVATE KEY");
  }

  /** Returns whether a text is probably a key instead of a key's name. */
  public static boolean isKey(String text) {
    String name = text.startsWith("env://") ? text.substring("env://".length()) : text;
    return isPem(name)
        || name.lines().count() > 1
        || name.startsWith("{")
        || (ENCODED.matcher(name).matches() && Files.notExists(Path.of(text)));
  }

  /** Returns the login in a reference or URL, with the following @; empty without one. */
  static Optional<String> login(String text) {
    int scheme = text.indexOf("://");
    String named = scheme < 0 ? LOCAL.matcher(text).replaceFirst("") : text.substring(scheme + 3);
    int at = DIGEST.matcher(named).replaceFirst("").lastIndexOf('@');
    String login = named.substring(0, Math.max(0, at));
    boolean path = login.contains("/") && !named.substring(at).contains("/");
    return login.isEmpty() || path || (scheme < 0 && !USER.matcher(login).matches())
        ? Optional.empty()
        : Optional.of(login + "@");
  }

  /**
   * Checks that a reference contains no login.
   *
   * @return the reference
   * @throws IllegalArgumentException if the reference contains a login
   */
  public static String requireNone(String reference, String expected) {
    Optional<String> login = login(reference);
    if (login.isPresent()) {
      throw new IllegalArgumentException(
          "expected "
              + expected
              + ", got a login in it: \""
              + reference.replace(login.get(), CUT + "@")
              + "\"; use varve login HOST, or --creds USER:PASSWORD");
    }
    return reference;
  }

  /** Returns a message without secrets. */
  public String cut(String message) {
    String rest = message;
    for (String text : texts) {
      rest = rest.replace(text, text.endsWith("@") ? CUT + "@" : CUT);
    }
    rest = LOGIN_IN_URL.matcher(rest).replaceAll("$1" + CUT + "@");
    return SIGNED_QUERY.matcher(rest).replaceAll("$1" + CUT);
  }
}
