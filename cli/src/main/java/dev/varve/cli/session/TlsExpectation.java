package dev.varve.cli.session;

import dev.varve.registry.http.Addresses;

/**
 * Whether a command will probably connect to a registry over TLS, known before its options are
 * parsed. Time is lost if that is wrong, and nothing else: the options alone decide about TLS.
 */
public final class TlsExpectation {
  private static final String REGISTRY = "docker://";

  private TlsExpectation() {}

  /** Returns whether the arguments name a registry, not without TLS, and not on this machine. */
  public static boolean of(String... args) {
    boolean named = false;
    boolean local = true;
    boolean configured = false;
    for (String arg : args) {
      if (arg.startsWith("--plain-http")) {
        return false;
      }
      configured |= arg.startsWith("--cert-dir") || arg.startsWith("--tls-verify");
      int at = arg.indexOf(REGISTRY);
      if (at >= 0) {
        named = true;
        local &= isLocal(arg.substring(at + REGISTRY.length()));
      }
    }
    // Registries on this machine are reached over TLS only with options that configure it.
    return named && (configured || !local);
  }

  private static boolean isLocal(String image) {
    String host = image.split("/", 2)[0];
    int port = host.indexOf(':', host.indexOf(']') + 1);
    return Addresses.isLoopback(port < 0 ? host : host.substring(0, port));
  }
}
