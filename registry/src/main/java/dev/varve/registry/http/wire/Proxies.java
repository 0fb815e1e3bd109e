package dev.varve.registry.http.wire;

import dev.varve.registry.http.Addresses;
import dev.varve.registry.http.Origin;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Selects the proxy for a host from the environment variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY
 * and NO_PROXY, or the same in lower case. The rules are those that curl and Go share: NO_PROXY
 * lists host names, which also match their subdomains and may have a port, addresses, networks such
 * as 10.0.0.0/8, or {@code *} for all hosts. Loopback is never proxied.
 */
final class Proxies {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private final Map<String, String> environment;
  private final List<String> exceptions;

  /**
   * A proxy.
   *
   * @param authorization the value of the Proxy-Authorization header, if the URL has a login
   */
  record Proxy(Origin origin, Optional<String> authorization) {
    /** Returns the host and port, without the password. */
    @Override
    public String toString() {
      return "proxy " + origin.host() + ":" + origin.port();
    }
  }

  Proxies(Map<String, String> environment) {
    this.environment = environment;
    this.exceptions =
        Stream.of(variable("NO_PROXY").split("[,\\s]+"))
            .map(entry -> entry.toLowerCase(Locale.ROOT))
            .filter(entry -> !entry.isEmpty())
            .toList();
  }

  /**
   * Returns the proxy for requests to a host; empty for a direct connection.
   *
   * @throws IllegalArgumentException if the variable is not the URL of a proxy; the message does
   *     not quote the value, which may hold a password
   */
  Optional<Proxy> of(Origin target) {
    String name = target.secure() ? "HTTPS_PROXY" : "HTTP_PROXY";
    if (variable(name).isEmpty()) {
      name = "ALL_PROXY";
    }
    String value = variable(name);
    if (value.isEmpty() || Addresses.isLoopback(target.host()) || isException(target)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(value));
    } catch (IllegalArgumentException e) {
      // Without the cause, which may quote the value.
      throw new IllegalArgumentException(name + ": expected a URL such as http://proxy:3128");
    }
  }

  private String variable(String name) {
    String value = environment.getOrDefault(name, "");
    String lower = environment.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    return (value.isBlank() ? lower : value).strip();
  }

  private static Proxy parse(String value) {
    URI uri = URI.create(value.contains("://") ? value : "http://" + value);
    Origin origin = Origin.of(uri);
    if (!origin.scheme().equals("http") && !origin.scheme().equals("https")) {
      throw new IllegalArgumentException("expected http or https");
    }
    String authority = uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    if (at < 0) {
      return new Proxy(origin, Optional.empty());
    }
    String login =
        URLDecoder.decode(authority.substring(0, at).replace("+", "%2B"), StandardCharsets.UTF_8);
    String encoded = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    return new Proxy(origin, Optional.of("Basic " + encoded));
  }

  private boolean isException(Origin target) {
    return exceptions.stream().anyMatch(entry -> covers(entry, target));
  }

  private static boolean covers(String entry, Origin target) {
    if (entry.equals("*")) {
      return true;
    }
    String host = unbracketed(target.host());
    int slash = entry.indexOf('/');
    if (slash >= 0) {
      return inNetwork(entry.substring(0, slash), entry.substring(slash + 1), host);
    }
    String name = entry;
    int colon = entry.lastIndexOf(':');
    boolean hasPort = colon >= 0 && (entry.indexOf(':') == colon || entry.contains("]:"));
    if (hasPort) {
      if (!entry.substring(colon + 1).equals(Integer.toString(target.port()))) {
        return false;
      }
      name = entry.substring(0, colon);
    }
    name = unbracketed(name);
    if (name.startsWith("*.")) {
      name = name.substring(1);
    }
    if (name.startsWith(".")) {
      return host.endsWith(name);
    }
    return host.equals(name) || host.endsWith("." + name);
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean inNetwork(String network, String length, String host) {
    if (!ADDRESS.matcher(host).matches() || !ADDRESS.matcher(network).matches()) {
      return false;
    }
    try {
      byte[] base = InetAddress.getByName(network).getAddress();
      byte[] address = InetAddress.getByName(host).getAddress();
      int bits = Integer.parseInt(length);
      if (base.length != address.length || bits < 0 || bits > base.length * 8) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if ((base[i / 8] & mask) != (address[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException | NumberFormatException e) {
      return false;
    }
  }
}
