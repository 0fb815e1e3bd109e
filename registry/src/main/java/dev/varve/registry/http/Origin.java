package dev.varve.registry.http;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The scheme, host and port of a request. Credentials and limits apply to one origin. */
public record Origin(String scheme, String host, int port) {
  private static final int LAST_PORT = 65_535;

  /**
   * Returns the origin of a URI. Does not use {@link URI#getHost}, which returns null for names
   * with an underscore; these are common in container networks.
   */
  public static Origin of(URI uri) {
    String scheme = uri.getScheme();
    String authority = uri.getRawAuthority();
    if (scheme == null || authority == null || authority.isEmpty()) {
      throw new IllegalArgumentException("expected a URI with a scheme and a host");
    }
    scheme = scheme.toLowerCase(Locale.ROOT);
    String hostPort = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = hostPort.lastIndexOf(':');
    boolean hasPort = colon > hostPort.lastIndexOf(']');
    String host = (hasPort ? hostPort.substring(0, colon) : hostPort).toLowerCase(Locale.ROOT);
    String digits = hasPort ? hostPort.substring(colon + 1) : "";
    return new Origin(scheme, host, digits.isEmpty() ? standardPort(scheme) : port(digits));
  }

  private static int port(String digits) {
    int port = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > LAST_PORT) {
      throw new IllegalArgumentException(
          "expected a port from 1 to " + LAST_PORT + ", got \"" + digits + "\"");
    }
    return port;
  }

  private static int standardPort(String scheme) {
    return scheme.equals("http") ? 80 : 443;
  }

  // Explicit for a short start, as in Digest.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Origin origin
        && scheme.equals(origin.scheme)
        && host.equals(origin.host)
        && port == origin.port;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * scheme.hashCode() + host.hashCode()) + port;
  }

  /** Whether the scheme is https. */
  public boolean secure() {
    return scheme.equals("https");
  }

  /** Returns the host, and the port unless it is the scheme's default. */
  @Override
  public String toString() {
    return port == standardPort(scheme) ? host : host + ":" + port;
  }
}
