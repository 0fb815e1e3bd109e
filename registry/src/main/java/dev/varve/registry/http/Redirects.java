package dev.varve.registry.http;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks the addresses that a host refers clients to: redirects, links, upload locations, token
 * realms.
 */
public final class Redirects {
  private static final String LEGAL = "-._~:/?#[]@!$&'()*+,;=%";

  private Redirects() {}

  /**
   * Resolves a reference that a host sent, relative or absolute, and checks it as {@link #check}
   * does. Escaped characters are left unchanged; characters that a URI may not have are escaped.
   *
   * @param from the address of the request
   * @param reference the reference in the response, such as the value of a Location header
   * @param activity as in {@link Request}
   * @throws RegistryException {@link RegistryException.Kind#REFUSED}
   */
  public static URI follow(URI from, String reference, String activity) throws IOException {
    return follow(from, reference, activity, Addresses.Resolver.SYSTEM);
  }

  static URI follow(URI from, String reference, String activity, Addresses.Resolver resolver)
      throws IOException {
    URI to;
    try {
      // A fragment is not sent, and parameters that are added later would be part of it.
      String escaped = escaped(reference.strip().replaceFirst("#.*", ""));
      // URI.resolve would drop the last segment of the path.
      to = from.resolve(new URI(escaped.startsWith("?") ? from.getRawPath() + escaped : escaped));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw refused(activity, Origin.of(from) + " points to an address that is not a URI", e);
    }
    to = secured(from, to);
    check(from, to, activity, resolver);
    return to;
  }

  /**
   * Replaces http by https in the host's own address: a host behind a TLS proxy may use http in its
   * addresses.
   */
  private static URI secured(URI from, URI to) {
    if (!"https".equalsIgnoreCase(from.getScheme()) || !"http".equalsIgnoreCase(to.getScheme())) {
      return to;
    }
    String authority = String.valueOf(to.getRawAuthority());
    Origin origin = Origin.of(from);
    boolean own =
        authority.equalsIgnoreCase(from.getRawAuthority())
            || authority.equalsIgnoreCase(origin.host())
            || authority.equalsIgnoreCase(origin.host() + ":80");
    return own
        ? URI.create(
            "https://" + from.getRawAuthority() + to.toString().substring(7 + authority.length()))
        : to;
  }

  /**
   * Refuses unsafe steps: to schemes other than http and https, from https to http, and from a
   * public host to this machine or a private network.
   *
   * @param from the address of the request
   * @param to the address that the host refers to
   * @param activity as in {@link Request}
   * @throws RegistryException {@link RegistryException.Kind#REFUSED}
   */
  public static void check(URI from, URI to, String activity) throws IOException {
    check(from, to, activity, Addresses.Resolver.SYSTEM);
  }

  static void check(URI from, URI to, String activity, Addresses.Resolver resolver)
      throws IOException {
    Origin target;
    try {
      target = Origin.of(to);
    } catch (IllegalArgumentException e) {
      throw refused(activity, Origin.of(from) + " points to an address without a host", e);
    }
    Origin source = Origin.of(from);
    String step = source + " points to " + target;
    if (!target.scheme().equals("https") && !target.scheme().equals("http")) {
      throw refused(activity, step + ", by " + target.scheme() + " instead of https", null);
    }
    if (to.getRawUserInfo() != null) {
      throw refused(activity, step + ", with a login in the URI", null);
    }
    if (source.secure() && !target.secure()) {
      throw refused(activity, "https://" + source + " points to http://" + target, null);
    }
    if (!source.host().equals(target.host())
        && Addresses.isPrivate(target.host(), resolver)
        && !Addresses.isPrivate(source.host(), resolver)) {
      throw refused(activity, step + ", which is a private address", null);
    }
    if (!source.host().equals(target.host())
        && Addresses.isLocal(target.host(), resolver)
        && !Addresses.isLocal(source.host(), resolver)) {
      throw refused(activity, step + ", which is an address of this machine or link", null);
    }
  }

  /**
   * Whether two addresses have the same host and port, however they are written, so that a login
   * for one is valid for the other.
   */
  public static boolean isSameHost(URI one, URI other) {
    return String.valueOf(one.getRawAuthority()).equalsIgnoreCase(other.getRawAuthority())
        || Origin.of(one).equals(Origin.of(other));
  }

  private static RegistryException refused(String activity, String why, @Nullable Throwable cause) {
    String message = activity + ": " + why + "; not followed";
    return cause == null
        ? new RegistryException(RegistryException.Kind.REFUSED, 0, message)
        : new RegistryException(RegistryException.Kind.REFUSED, 0, message, cause);
  }

  private static String escaped(String reference) {
    StringBuilder out = new StringBuilder(reference.length());
    for (byte b : reference.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (plain || LEGAL.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().toHexDigits(b).toUpperCase(Locale.ROOT));
      }
    }
    return out.toString();
  }
}
