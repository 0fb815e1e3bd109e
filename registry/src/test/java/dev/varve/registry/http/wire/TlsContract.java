package dev.varve.registry.http.wire;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.varve.core.bytes.Remedy;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.Fixture;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.RawServer;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.Zeros;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of certificates, handshakes and requests, for each implementation of TLS. */
@Timeout(30)
abstract class TlsContract {
  private static final String PASSWORD = "secret";

  @TempDir static Path directory;
  @TempDir Path certificates;
  private static KeyStore server;
  private static KeyStore client;
  private static WireMockServer host;
  private static WireMockServer hostWithClientCertificates;
  private final String implementation;
  private final String noTls;
  private final String failedHandshake;

  /**
   * Tests an implementation.
   *
   * @param implementation the value of the system property that chooses it
   * @param noTls the reason that it gives for a host without TLS
   * @param failedHandshake the end of the reason that it gives for a failed handshake
   */
  TlsContract(String implementation, String noTls, String failedHandshake) {
    this.implementation = implementation;
    this.noTls = noTls;
    this.failedHandshake = failedHandshake;
  }

  @BeforeEach
  void choose() {
    System.setProperty(NativeTls.PROPERTY, implementation);
  }

  @AfterEach
  void chooseNone() {
    System.clearProperty(NativeTls.PROPERTY);
  }

  @BeforeAll
  static void start() throws Exception {
    server = generate("server");
    client = generate("client");
    host =
        new WireMockServer(
            options()
                .httpDisabled(true)
                .dynamicHttpsPort()
                .keystorePath(directory.resolve("server").toString())
                .keystoreType("PKCS12")
                .keystorePassword(PASSWORD)
                .keyManagerPassword(PASSWORD));
    hostWithClientCertificates =
        new WireMockServer(
            options()
                .httpDisabled(true)
                .dynamicHttpsPort()
                .keystorePath(directory.resolve("server").toString())
                .keystoreType("PKCS12")
                .keystorePassword(PASSWORD)
                .keyManagerPassword(PASSWORD)
                .needClientAuth(true)
                .trustStorePath(directory.resolve("client").toString())
                .trustStoreType("PKCS12")
                .trustStorePassword(PASSWORD));
    host.start();
    hostWithClientCertificates.start();
    host.stubFor(get(anyUrl()).willReturn(ok("hello")));
    hostWithClientCertificates.stubFor(get(anyUrl()).willReturn(ok("hello, you")));
  }

  @AfterAll
  static void stop() {
    host.stop();
    hostWithClientCertificates.stop();
  }

  /** Generates a key with a self-signed certificate, in a file of this name. */
  private static KeyStore generate(String name) throws Exception {
    Path file = directory.resolve(name);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:registry.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(der));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(certificates.resolve(name), text);
  }

  private static String certificate(KeyStore store) throws Exception {
    return pem("CERTIFICATE", store.getCertificate("it").getEncoded());
  }

  private static HttpSettings settings() {
    return HttpSettings.defaults("x").withLimits(2, 2);
  }

  private static String ask(HttpSettings settings, String name, int port) throws IOException {
    try (Fixture fixture = new Fixture(settings, Fixture.allHere());
        Response response =
            fixture.http.send(
                new Request("asking", "GET", URI.create("https://" + name + ":" + port + "/")))) {
      return Fixture.text(response);
    }
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsRefused() {
    assertThatThrownBy(() -> ask(settings(), "registry.example", host.httpsPort()))
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "asking: the certificate of registry.example:%d is not trusted (unable to find valid"
                + " certification path to requested target)",
            host.httpsPort())
        .asInstanceOf(type(RegistryException.class))
        .returns(Optional.of(Remedy.TRUST_CERTIFICATE), RegistryException::remedy);
  }

  @Test
  void anAuthorityInTheDirectoryIsTrusted() throws Exception {
    write("ca.crt", certificate(client) + certificate(server));

    assertThat(ask(settings().withCertificates(certificates), "registry.example", host.httpsPort()))
        .isEqualTo("hello");
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    write("ca.crt", certificate(server));

    assertThatThrownBy(
            () -> ask(settings().withCertificates(certificates), "other.example", host.httpsPort()))
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "asking: the certificate of other.example:%d is for another host (No subject alternative DNS"
                + " name matching other.example found.)",
            host.httpsPort());
  }

  @Test
  void verificationCanBeTurnedOff() throws IOException {
    assertThat(ask(settings().withTlsVerify(false), "other.example", host.httpsPort()))
        .isEqualTo("hello");
  }

  @Test
  void aHostWithoutTlsIsRefusedUnlessVerificationIsOff() throws IOException {
    WireMockServer plain = new WireMockServer(options().dynamicPort());
    plain.start();
    plain.stubFor(get(anyUrl()).willReturn(ok("plainly")));
    plain.stubFor(put(anyUrl()).willReturn(status(201)));
    assertThat(ask(settings().withTlsVerify(false), "localhost", plain.port()))
        .isEqualTo("plainly");
    String name = "registry.example:" + plain.port();
    URI uri = URI.create("https://" + name + "/");
    try (Fixture fixture = new Fixture(settings().withTlsVerify(false), Fixture.allHere())) {
      assertThatThrownBy(() -> ask(settings(), "registry.example", plain.port()))
          .isInstanceOf(RegistryException.class)
          .hasMessage("asking: %s does not speak TLS (%s)", name, noTls);
      assertThat(fixture.http.isPlain(name)).isFalse();
      Body body = Body.of("a/b", new byte[100_000]);
      try (Response response =
          fixture.http.send(new Request("pushing", "PUT", uri).with(body).once())) {
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.uri()).hasToString("http://" + name + "/");
      }
      assertThat(fixture.http.isPlain(name)).isTrue();
      assertThat(fixture.notices).isEmpty();
    } finally {
      plain.stop();
    }
  }

  @Test
  void thisMachineUsesPlainHttpUnlessTlsIsConfigured() throws Exception {
    assertThat(new Fixture(settings()).http.isPlain("localhost:5000")).isTrue();
    write("ca.crt", certificate(server));
    for (HttpSettings configured :
        List.of(settings().withTlsVerify(false), settings().withCertificates(certificates))) {
      assertThat(new Fixture(configured).http.isPlain("localhost:5000")).isFalse();
      assertThat(new Fixture(configured.withAllPlain(true)).http.isPlain("localhost:5000"))
          .isTrue();
    }
    assertThat(ask(settings().withTlsVerify(false), "localhost", host.httpsPort()))
        .isEqualTo("hello");
  }

  @Test
  void aMissingCertificateDirectoryIsReported() throws Exception {
    Path none = certificates.resolve("none");
    assertThatThrownBy(
            () -> ask(settings().withCertificates(none), "registry.example", host.httpsPort()))
        .hasMessage("listing the certificates in " + none + ": there is no " + none);
    Files.writeString(none, "");
    assertThatThrownBy(
            () -> ask(settings().withCertificates(none), "registry.example", host.httpsPort()))
        .hasMessage("listing the certificates in " + none + ": expected a directory");
  }

  @Test
  void theClientCertificateIsSentOnRequest() throws Exception {
    PrivateKey key = (PrivateKey) client.getKey("it", PASSWORD.toCharArray());
    write("ca.crt", certificate(server));
    write("me.cert", certificate(client));
    write("me.key", pem("PRIVATE KEY", key.getEncoded()));

    assertThat(
            ask(
                settings().withCertificates(certificates),
                "registry.example",
                hostWithClientCertificates.httpsPort()))
        .isEqualTo("hello, you");
  }

  @Test
  void aFailedHandshakeIsReported() throws Exception {
    try (SSLServerSocket socket = listen()) {
      // The host has no RSA key for this cipher suite.
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
      Thread thread = serve(socket, SSLSocket::startHandshake);
      String name = "registry.example:" + socket.getLocalPort();
      assertThatThrownBy(
              () -> ask(settings().withTlsVerify(false), "registry.example", socket.getLocalPort()))
          .isInstanceOf(RegistryException.class)
          // Newer JDKs name the alert before this sentence as well.
          .hasMessageStartingWith("asking: the TLS handshake with " + name + " failed (")
          .hasMessageEndingWith(failedHandshake + ")");
      thread.join();
    }
  }

  /** Handles the only connection of a host. */
  private interface ConnectionHandler {
    void handle(SSLSocket connection) throws IOException;
  }

  private static SSLServerSocket listen() throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(server, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
  }

  private static Thread serve(SSLServerSocket socket, ConnectionHandler handler) {
    Thread thread =
        new Thread(
            () -> {
              try (SSLSocket connection = (SSLSocket) socket.accept()) {
                handler.handle(connection);
              } catch (IOException e) {
                // The test fails by its assertions.
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void aRedirectOutOfTlsIsRefused() throws Exception {
    write("ca.crt", certificate(server));
    host.stubFor(
        get("/away").willReturn(status(302).withHeader("Location", "http://other.example/x?s=1")));
    try (Fixture fixture =
        new Fixture(settings().withCertificates(certificates), Fixture.allHere())) {
      String name = "registry.example:" + host.httpsPort();
      assertThatThrownBy(
              () ->
                  fixture.http.send(
                      new Request("asking", "GET", URI.create("https://" + name + "/away"))))
          .isInstanceOf(RegistryException.class)
          .hasMessage("asking: https://%s points to http://other.example; not followed", name);
    }
  }

  private static final int UPLOAD = 16 << 20;

  private static Request upload(SSLServerSocket socket) {
    URI uri = URI.create("https://registry.example:" + socket.getLocalPort() + "/");
    return new Request("pushing", "PUT", uri).with(Body.of("a/b", new byte[UPLOAD])).once();
  }

  @Test
  void interimResponsesDoNotStopABodyThroughTls() throws Exception {
    try (SSLServerSocket socket = listen()) {
      Thread thread =
          serve(
              socket,
              connection -> {
                RawServer.head(connection);
                RawServer.send(connection, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                for (int piece = 0; piece < 4; piece++) {
                  connection.getInputStream().skipNBytes(UPLOAD / 4);
                  RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n".repeat(2));
                }
                RawServer.send(connection, "HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n");
              });
      try (Fixture fixture = new Fixture(settings().withTlsVerify(false), Fixture.allHere());
          Response response = fixture.http.send(upload(socket))) {
        assertThat(response.status()).isEqualTo(201);
      }
      thread.join();
    }
  }

  @Test
  void anEarlyResponseStopsABodyThroughTls() throws Exception {
    long length = 1L << 33;
    AtomicLong received = new AtomicLong();
    try (SSLServerSocket socket = listen()) {
      Thread thread =
          serve(
              socket,
              connection -> {
                RawServer.head(connection);
                RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                connection.getInputStream().skipNBytes(100_000);
                RawServer.send(connection, "HTTP/1.1 413 Big\r\nContent-Length: 0\r\n\r\n");
                byte[] piece = new byte[64 << 10];
                for (int n; (n = connection.getInputStream().read(piece)) > 0; ) {
                  received.addAndGet(n);
                }
              });
      try (Fixture fixture = new Fixture(settings().withTlsVerify(false), Fixture.allHere());
          Response response = fixture.http.send(upload(socket).with(zeros(length)))) {
        assertThat(response.status()).isEqualTo(413);
      }
      thread.join();
    }
    assertThat(received.get()).isLessThan(length - 100_000);
  }

  private static Body zeros(long length) {
    return new Body("a/b", length, () -> Zeros.of(length));
  }

  @Test
  void aBodyGoesThroughAProxysTunnel() throws Exception {
    AtomicLong received = new AtomicLong();
    try (SSLServerSocket socket = listen();
        RawServer proxy =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 200 Connected\r\n\r\n");
                  try (Socket there =
                      new Socket(InetAddress.getLoopbackAddress(), socket.getLocalPort())) {
                    Thread back = new Thread(() -> pass(there, connection));
                    back.start();
                    pass(connection, there);
                  }
                })) {
      Thread thread =
          serve(
              socket,
              connection -> {
                RawServer.head(connection);
                RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                connection.getInputStream().skipNBytes(UPLOAD);
                received.set(UPLOAD);
                RawServer.send(connection, "HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n");
              });
      HttpSettings settings =
          settings()
              .withTlsVerify(false)
              .withEnvironment(Map.of("https_proxy", "http://127.0.0.1:" + proxy.port()));
      try (Fixture fixture = new Fixture(settings, Fixture.allHere());
          Response response = fixture.http.send(upload(socket))) {
        assertThat(response.status()).isEqualTo(201);
      }
      thread.join();
    }
    assertThat(received).hasValue(UPLOAD);
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // The test fails by its assertions.
    }
  }

  @Test
  void anEarlyResponseIsReadThroughTls() throws Exception {
    try (SSLServerSocket socket = listen()) {
      Thread thread =
          serve(
              socket,
              connection -> {
                RawServer.head(connection);
                RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                connection.getInputStream().skipNBytes(100_000);
                RawServer.send(connection, "HTTP/1.1 413 Big\r\nContent-Length: 0\r\n\r\n");
              });
      try (Fixture fixture = new Fixture(settings().withTlsVerify(false), Fixture.allHere());
          Response response =
              fixture.http.send(
                  new Request(
                          "pushing",
                          "PUT",
                          URI.create("https://registry.example:" + socket.getLocalPort() + "/"))
                      .with(Body.of("a/b", new byte[50 << 20]))
                      .once())) {
        assertThat(response.status()).isEqualTo(413);
      }
      thread.join();
    }
  }

  @Test
  void malformedOrMissingCertificateFilesAreNamed() throws Exception {
    Path key = certificates.resolve("me.key");
    HttpSettings settings = settings().withCertificates(certificates);
    write("me.key", "nothing");
    write("me.cert", certificate(client));
    assertThatThrownBy(() -> ask(settings, "registry.example", 1))
        .hasMessage("reading the client's key " + key + ": expected a private key in PEM");
    Files.delete(certificates.resolve("me.cert"));
    assertThatThrownBy(() -> ask(settings, "registry.example", 1))
        .hasMessage("reading the client's key " + key + ": expected its certificate in me.cert");
    Files.delete(key);
    write("me.cert", certificate(client));
    assertThatThrownBy(() -> ask(settings, "registry.example", 1))
        .hasMessage(
            "reading the client's certificate %s: expected its key in me.key;"
                    .formatted(certificates.resolve("me.cert"))
                + " authorities are named *.crt");
    Files.delete(certificates.resolve("me.cert"));
    write("ca.crt", "-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n");
    assertThatThrownBy(() -> ask(settings, "registry.example", 1))
        .hasMessageStartingWith("reading the certificate " + certificates.resolve("ca.crt") + ": ");
  }
}
