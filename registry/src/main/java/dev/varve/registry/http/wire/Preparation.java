package dev.varve.registry.http.wire;

import dev.varve.registry.http.Addresses;
import dev.varve.registry.http.Call;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.Request;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Loads in the background what the first connection over TLS needs: native TLS, the system's
 * certificate authorities, and the classes of the HTTP client. Loading them takes as long as a
 * small push.
 *
 * <p>Looks up no host and opens no connection. What fails here is tried again by the first
 * connection, which reports the failure.
 */
public final class Preparation {
  private static final URI NOWHERE = URI.create("https://host.invalid/");

  /** The system's authorities. Java keeps them in its cache only while they are in use. */
  @SuppressWarnings("unused")
  private static volatile TrustManager @Nullable [] authorities;

  private Preparation() {}

  /** Begins to load, in a daemon thread. */
  public static void begin() {
    Thread thread =
        new Thread(
            () ->
                load(
                    host -> {
                      throw new UnknownHostException(host);
                    }),
            "varve-preparation");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((failed, cause) -> {});
    thread.start();
  }

  /** Loads everything; {@code nowhere} finds no address of the host of a request. */
  static void load(Addresses.Resolver nowhere) {
    NativeTls.provider();
    try {
      authorities = Tls.trustManagers(null);
    } catch (GeneralSecurityException e) {
      // Reported by the first connection.
    }
    HttpSettings settings = HttpSettings.defaults("varve");
    Request request = new Request("preparing connections", "GET", NOWHERE);
    try (ApacheTransport transport = new ApacheTransport(settings, nowhere)) {
      transport.exchange(new Call(request, NOWHERE, Optional.empty(), true, 1)).close();
    } catch (IOException e) {
      // Expected: the request goes through the whole client, up to the lookup of the host.
    }
  }
}
