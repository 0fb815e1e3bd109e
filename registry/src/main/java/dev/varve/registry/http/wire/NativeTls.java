package dev.varve.registry.http.wire;

import dev.varve.core.bytes.NativeCode;
import java.io.IOException;
import java.security.Provider;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.conscrypt.Conscrypt;

/**
 * TLS by Conscrypt, which is BoringSSL. Java's own encrypts slowly until the JIT compiler has
 * compiled its ciphers, which is most of the time of a small push. Certificates are verified by
 * Java either way.
 */
final class NativeTls {
  /** The system property that turns native TLS off, with the value {@code java}. */
  static final String PROPERTY = "varve.tls";

  /** What BoringSSL calls an error, between the name of its library and its source file. */
  private static final Pattern ERROR = Pattern.compile("OPENSSL_internal:([A-Z0-9_]+)");

  private NativeTls() {}

  /** Returns the provider of native TLS; empty if it is turned off, or can't be loaded here. */
  static Optional<Provider> provider() {
    return "java".equals(System.getProperty(PROPERTY)) ? Optional.empty() : Loaded.PROVIDER;
  }

  /** Returns the name of BoringSSL's error in a failure of TLS; empty if it has none. */
  static Optional<String> error(SSLException failure) {
    Matcher error = ERROR.matcher(String.valueOf(failure.getMessage()));
    return error.find() ? Optional.of(error.group(1)) : Optional.empty();
  }

  private static final class Loaded {
    static final Optional<Provider> PROVIDER = load();

    private static Optional<Provider> load() {
      try {
        NativeCode.load("BoringSSL", "org.conscrypt.native.workdir", Conscrypt::checkAvailability);
        return Optional.of(Conscrypt.newProviderBuilder().provideTrustManager(false).build());
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }
}
