package dev.varve.cli.terminal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What was typed on a command line where it does not belong, and that no message repeats: logins
 * inside of references and addresses, and keys in place of their names.
 */
public final class Secrets {
  /** None that are known by their text. */
  public static final Secrets NONE = new Secrets(List.of());

  private static final String CUT = "***";

  /** The address of any server, such as a proxy. */
  private static final Pattern LOGIN_IN_URL =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^\\s/@\"'<>]+@");

  /** What lets whoever knows it read or write in a bucket. */
  private static final Pattern SIGNED_QUERY =
      Pattern.compile(
          "(?i)(https?://[^\\s?\"'<>]+\\?)[^\\s\"'<>]*(?:signature|token|credential|sig)=[^\\s\"'<>]*");

  private static final Pattern DIGEST = Pattern.compile("@[a-z0-9]+:[0-9a-fA-F]{32,}$");
  private static final Pattern OPTION = Pattern.compile("^--?[A-Za-z][\\w-]*=");
  private static final Pattern LOCAL =
      Pattern.compile("^(oci|oci-archive|docker-archive|containers-storage|rootfs):");
  private static final Pattern USER = Pattern.compile("[^/:=\\s]+:.+", Pattern.DOTALL);

  /** In base64, the shortest key on P-256 has 64 characters. */
  private static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9+/_=\\s-]{64,}");

  /** Shorter lines of keys say nothing, and may be anywhere. */
  private static final int SHORTEST = 8;

  private final List<String> texts;

  private Secrets(List<String> texts) {
    this.texts = texts;
  }

  /** Finds those in a command line. */
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

  /** Whether a text is a key in PEM, or has been one. */
  public static boolean isPem(String text) {
    return text.contains("-----BEGIN") || text.contains("PRIVATE KEY");
  }

  /** Whether a text is rather a key than the name of one: it is shown nowhere. */
  public static boolean isKey(String text) {
    String name = text.startsWith("env://") ? text.substring("env://".length()) : text;
    return isPem(name)
        || name.lines().count() > 1
        || name.startsWith("{")
        || (ENCODED.matcher(name).matches() && Files.notExists(Path.of(text)));
  }

  /** The login inside of a reference or an address, with the sign behind it; empty if none is. */
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
   * Checks that a reference has no login in it.
   *
   * @return the same
   * @throws IllegalArgumentException if it has one
   */
  public static String requireNone(String reference, String expected) {
    Optional<String> login = login(reference);
    if (login.isPresent()) {
      throw new IllegalArgumentException(
          "expected "
              + expected
              + ", got a login in it: \""
              + reference.replace(login.get(), CUT + "@")
              + "\"; varve login HOST keeps a login, and --creds USER:PASSWORD gives one");
    }
    return reference;
  }

  /** A message without secrets. */
  public String cut(String message) {
    String rest = message;
    for (String text : texts) {
      rest = rest.replace(text, text.endsWith("@") ? CUT + "@" : CUT);
    }
    rest = LOGIN_IN_URL.matcher(rest).replaceAll("$1" + CUT + "@");
    return SIGNED_QUERY.matcher(rest).replaceAll("$1" + CUT);
  }
}
