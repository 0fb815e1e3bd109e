package dev.varve.registry.http;

import java.net.URI;
import java.util.Locale;

/** Whom a request goes to. Credentials and limits belong to one of these. */
public record Origin(String scheme, String host, int port) {
  /**
   * Takes it from a URI. {@link URI#getHost} gives nothing for names with an underscore, which
   * container networks are full of.
   */
  public static Origin of(URI uri) {
    String scheme = uri.getScheme();
    String authority = uri.getRawAuthority();
    if (scheme == null || authority == null || authority.isEmpty()) {
      throw new IllegalArgumentException("expected a URI with a scheme and a host");
    }
    scheme = scheme.toLowerCase(Locale.ROOT);
    String place = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = place.lastIndexOf(':');
    boolean hasPort = colon > place.lastIndexOf(']');
    String host = (hasPort ? place.substring(0, colon) : place).toLowerCase(Locale.ROOT);
    String digits = hasPort ? place.substring(colon + 1) : "";
    int port = digits.isEmpty() ? standardPort(scheme) : Integer.parseInt(digits);
    return new Origin(scheme, host, port);
  }

  private static int standardPort(String scheme) {
    return scheme.equals("http") ? 80 : 443;
  }

  public boolean secure() {
    return scheme.equals("https");
  }

  /** The host, and the port where it is not the scheme's own. */
  @Override
  public String toString() {
    return port == standardPort(scheme) ? host : host + ":" + port;
  }
}
