package dev.varve.registry.http.wire;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.signing.TlsKey;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.Words;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Sets up TLS: the certificates to trust, and the client's own. */
final class Tls {
  private static final char[] NO_PASSWORD = {};

  private Tls() {}

  /** A failed handshake that another attempt would not change. */
  static final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1L;

    HandshakeException(SSLException cause) {
      super(cause);
    }
  }

  /** Returns the strategy that secures connections. */
  static TlsSocketStrategy strategy(HttpSettings settings) throws IOException {
    Strategy strategy = new Strategy(settings);
    if (settings.certificates().isPresent()) {
      strategy.get(); // reports broken certificates even if no connection uses TLS
    }
    return strategy;
  }

  /**
   * A strategy that is set up at the first connection, because reading the system's authorities
   * takes time.
   */
  private static final class Strategy implements TlsSocketStrategy {
    private final HttpSettings settings;
    private @Nullable TlsSocketStrategy read;

    Strategy(HttpSettings settings) {
      this.settings = settings;
    }

    synchronized TlsSocketStrategy get() throws IOException {
      TlsSocketStrategy known = read;
      if (known == null) {
        HostnameVerificationPolicy policy =
            settings.tlsVerify()
                ? HostnameVerificationPolicy.BUILTIN
                : HostnameVerificationPolicy.CLIENT;
        known =
            new DefaultClientTlsStrategy(context(settings), policy, NoopHostnameVerifier.INSTANCE);
        read = known;
      }
      return known;
    }

    @Override
    public SSLSocket upgrade(
        Socket socket, String host, int port, @Nullable Object attachment, HttpContext context)
        throws IOException {
      try {
        return get().upgrade(socket, host, port, attachment, context);
      } catch (SSLException e) {
        Optional<IOException> network = network(e);
        throw network.isPresent() ? network.get() : new HandshakeException(e);
      }
    }
  }

  /** Returns the failure of the connection that caused a TLS failure; empty if none did. */
  static Optional<IOException> network(SSLException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketException
          || cause instanceof SocketTimeoutException
          || cause instanceof EOFException) {
        return Optional.of((IOException) cause);
      }
    }
    return Optional.empty();
  }

  private static SSLContext context(HttpSettings settings) throws IOException {
    KeyManager @Nullable [] keys = null;
    try {
      TrustManager[] trusted;
      if (settings.certificates().isPresent()) {
        Path directory = settings.certificates().get();
        keys = clientKeys(directory);
        trusted = authorities(directory);
      } else {
        trusted = trustManagers(null);
      }
      if (!settings.tlsVerify()) {
        trusted = new TrustManager[] {new TrustAll()};
      }
      Optional<Provider> provider = NativeTls.provider();
      SSLContext context =
          provider.isPresent()
              ? SSLContext.getInstance("TLS", provider.get())
              : SSLContext.getInstance("TLS");
      context.init(keys, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("setting up TLS: " + Words.of(e), e);
    }
  }

  /** Returns trust managers for the system's authorities and those in the directory. */
  private static TrustManager[] authorities(Path directory)
      throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    int count = 0;
    for (TrustManager manager : trustManagers(null)) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate certificate : x509.getAcceptedIssuers()) {
          store.setCertificateEntry("authority " + count++, certificate);
        }
      }
    }
    for (Path file : list(directory, "*.crt")) {
      for (Certificate certificate : certificates(file)) {
        store.setCertificateEntry("authority " + count++, certificate);
      }
    }
    return trustManagers(store);
  }

  static TrustManager[] trustManagers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] clientKeys(Path directory)
      throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    for (Path file : list(directory, "*.cert")) {
      Path key = sibling(file, ".cert", ".key");
      if (!Lookup.exists(key)) {
        throw new IOException(
            "reading the client's certificate "
                + file
                + ": expected its key in "
                + key.getFileName()
                + "; authorities are named *.crt");
      }
      Certificate[] chain = certificates(file).toArray(Certificate[]::new);
      store.setKeyEntry(file.toString(), privateKey(key), NO_PASSWORD, chain);
    }
    for (Path key : list(directory, "*.key")) {
      Path certificate = sibling(key, ".key", ".cert");
      if (!Lookup.exists(certificate)) {
        throw new IOException(
            "reading the client's key "
                + key
                + ": expected its certificate in "
                + certificate.getFileName());
      }
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static PrivateKey privateKey(Path file) throws IOException {
    String pem = new String(FileInput.readAllBytes(file), StandardCharsets.ISO_8859_1);
    return TlsKey.parse(pem, "the client's key " + file);
  }

  private static Path sibling(Path file, String ending, String other) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(name.substring(0, name.length() - ending.length()) + other);
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<Path> list(Path directory, String pattern) throws IOException {
    String activity = "listing the certificates in " + directory + ": ";
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, pattern)) {
      stream.forEach(files::add);
    } catch (NoSuchFileException e) {
      throw new IOException(activity + "there is no " + directory, e);
    } catch (NotDirectoryException e) {
      throw new IOException(activity + "expected a directory", e);
    } catch (IOException e) {
      throw new IOException(activity + e.getMessage(), e);
    }
    files.sort(null);
    return files;
  }

  private static Collection<? extends Certificate> certificates(Path file) throws IOException {
    try (InputStream in = FileInput.open(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new CertificateException("expected a certificate in PEM or DER");
      }
      return found;
    } catch (CertificateException e) {
      throw new IOException("reading the certificate " + file + ": " + Words.of(e), e);
    }
  }

  /** Trusts every certificate, for {@code --tls-verify=false}. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
