package dev.varve.registry.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Distinguishes hosts of this machine and of private networks from public hosts. */
public final class Addresses {
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

  /** Resolves host names to addresses. */
  @FunctionalInterface
  public interface Resolver {
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    List<InetAddress> resolve(String host) throws UnknownHostException;
  }

  private Addresses() {}

  /** Whether the name of a host, as written in a URI, denotes this machine, without a lookup. */
  public static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.equals("::1")
        || LOOPBACK.matcher(host).matches();
  }

  /**
   * Whether one of the addresses of a host is private. False for a name that can't be resolved
   * here: nothing can be sent to it, except through a proxy that resolves it.
   */
  static boolean isPrivate(String host, Resolver resolver) {
    return has(host, resolver, Addresses::isPrivate);
  }

  /** Whether one of the addresses of a host is a loopback or link-local address. */
  static boolean isLocal(String host, Resolver resolver) {
    return has(
        host,
        resolver,
        address ->
            address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress());
  }

  private static boolean has(String host, Resolver resolver, Predicate<InetAddress> kind) {
    if (isLoopback(host)) {
      return true;
    }
    try {
      return resolver.resolve(host).stream().anyMatch(kind);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return true;
    }
    if (address instanceof Inet6Address) {
      return (first & 0xfe) == 0xfc; // fc00::/7, unique local addresses (RFC 4193)
    }
    // 0.0.0.0/8, and the shared address space 100.64.0.0/10 (RFC 6598).
    return first == 0 || (first == 100 && (second & 0xc0) == 64);
  }
}
