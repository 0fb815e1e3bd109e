package dev.varve.registry.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.varve.core.bytes.Progress;
import dev.varve.registry.http.wire.ApacheTransport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the failures that are retried, and the waits before that. */
@Timeout(30)
final class RetriesTest {
  private static WireMockServer host;
  private Fixture fixture;

  @BeforeAll
  static void start() {
    host = new WireMockServer(options().dynamicPort());
    host.start();
  }

  @AfterAll
  static void stop() {
    host.stop();
  }

  @BeforeEach
  void open() {
    host.resetAll();
    fixture = new Fixture(HttpSettings.defaults("x").withLimits(4, 3));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Request request() {
    return new Request("pushing x", "GET", URI.create("http://localhost:" + host.port() + "/a"));
  }

  private static String name() {
    return "localhost:" + host.port();
  }

  private static void failsOnce(ResponseDefinitionBuilder failure) {
    host.stubFor(
        get("/a")
            .inScenario("s")
            .whenScenarioStateIs("Started")
            .willReturn(failure)
            .willSetStateTo("well"));
    host.stubFor(get("/a").inScenario("s").whenScenarioStateIs("well").willReturn(ok("well")));
  }

  private void succeedsOnRetry() throws IOException {
    try (Response response = fixture.http.send(request())) {
      assertThat(Fixture.text(response)).isEqualTo("well");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 500, 502, 503, 504, 521})
  void serverErrorsAreRetried(int status) throws IOException {
    failsOnce(status(status).withBody("<html>nice page</html>"));

    succeedsOnRetry();

    assertThat(fixture.notices)
        .containsExactly(
            "pushing x: server error (%d from %s), trying again in 1 s (2 of 3)"
                .formatted(status, name()));
    assertThat(fixture.waits).containsExactly(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 416, 501})
  void otherStatusesAreReturned(int status) throws IOException {
    host.stubFor(get("/a").willReturn(status(status).withBody("some text")));

    try (Response response = fixture.http.send(request())) {
      assertThat(response.status()).isEqualTo(status);
      assertThat(Fixture.text(response)).isEqualTo("some text");
    }
    assertThat(fixture.notices).isEmpty();
  }

  @Test
  void theWaitInTheHeaderIsKept() throws IOException {
    failsOnce(status(429).withHeader("Retry-After", "12").withBody("{\"slow\": \n\"down\"}"));

    succeedsOnRetry();

    assertThat(fixture.notices)
        .containsExactly(
            "pushing x: rate limited (429 from %s): slow: down, trying again in 12 s"
                    .formatted(name())
                + " (2 of 3)");
    assertThat(fixture.waits).containsExactly(Duration.ofSeconds(12));
  }

  @Test
  void theWaitUntilADateIsKept() throws IOException {
    failsOnce(
        status(503)
            .withHeader("Date", "Wed, 21 Oct 2015 07:28:00 GMT")
            .withHeader("Retry-After", "Wed, 21 Oct 2015 07:30:30 GMT"));

    succeedsOnRetry();

    assertThat(fixture.waits).containsExactly(Duration.ofSeconds(150));
  }

  @Test
  void theWaitInTheBodyIsKeptIfItIsLongerThanOurs() throws IOException {
    failsOnce(status(429).withBody("retry-after: 2.5s, allowed: 2000/minute"));

    succeedsOnRetry();

    assertThat(fixture.waits).containsExactly(Duration.ofMillis(2500));
  }

  @Test
  void gitHubsSecondaryLimitTakesMinutes() throws IOException {
    host.stubFor(
        get("/a").willReturn(status(403).withBody("You exceeded a Secondary Rate Limit.")));

    assertThatThrownBy(() -> fixture.http.send(request()))
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "pushing x: rate limited (403 from %s): You exceeded a Secondary Rate Limit.;"
                    .formatted(name())
                + " gave up after 3 tries");
    assertThat(fixture.waits).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2));
  }

  @Test
  void aTooLongWaitFailsAtOnce() {
    host.stubFor(get("/a").willReturn(status(429).withHeader("Retry-After", "3600")));

    RegistryException failure =
        catchThrowableOfType(RegistryException.class, () -> fixture.http.send(request()));

    assertThat(failure)
        .hasMessage(
            "pushing x: rate limited (429 from %s); the host asks to wait for 60 min; try again after that"
                .formatted(name()));
    assertThat(failure.kind()).isEqualTo(RegistryException.Kind.UNAVAILABLE);
    assertThat(failure.status()).isEqualTo(429);
    assertThat(fixture.waits).isEmpty();
  }

  @Test
  void allRequestsToAHostWaitForItsLimit() throws IOException {
    host.stubFor(get("/b").willReturn(ok()));
    host.stubFor(get("/a").willReturn(status(429).withHeader("Retry-After", "30")));
    assertThatThrownBy(() -> fixture.http.send(request().once()))
        .isInstanceOf(TransferException.class);
    assertThat(fixture.waits).isEmpty();

    fixture.http.send(new Request("else", "GET", URI.create("http://" + name() + "/b"))).close();

    assertThat(fixture.waits).containsExactly(Duration.ofSeconds(30));
  }

  @Test
  void theLastFailureIsReported() {
    host.stubFor(get("/a").willReturn(status(502)));

    RegistryException failure =
        catchThrowableOfType(RegistryException.class, () -> fixture.http.send(request()));

    assertThat(failure)
        .hasMessage("pushing x: server error (502 from %s); gave up after 3 tries", name());
    assertThat(failure.kind()).isEqualTo(RegistryException.Kind.UNAVAILABLE);
    assertThat(failure.status()).isEqualTo(502);
    assertThat(fixture.waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    host.verify(3, getRequestedFor(urlEqualTo("/a")));
  }

  @Test
  void aRequestToBeSentOnceIsNotRetried() {
    host.stubFor(get("/a").willReturn(status(502).withHeader("Retry-After", "7")));

    TransferException failure =
        catchThrowableOfType(TransferException.class, () -> fixture.http.send(request().once()));

    assertThat(failure.kind()).isEqualTo(TransferException.Kind.SERVER_ERROR);
    assertThat(failure.status()).isEqualTo(502);
    assertThat(failure.serverWait()).contains(Duration.ofSeconds(7));
    host.verify(1, getRequestedFor(urlEqualTo("/a")));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"EMPTY_RESPONSE", "CONNECTION_RESET_BY_PEER"})
  void aBrokenConnectionIsRetried(Fault fault) throws IOException {
    failsOnce(aResponse().withFault(fault));

    succeedsOnRetry();

    assertThat(fixture.notices)
        .singleElement()
        .asString()
        .startsWith("pushing x: connection broken (" + name() + ": ")
        .endsWith("), trying again in 1 s (2 of 3)");
  }

  @Test
  void aConnectionClosedWithoutAResponseIsRetried() throws IOException {
    try (RawServer raw = new RawServer(RawServer::head)) {
      assertThatThrownBy(() -> fixture.http.send(new Request("asking", "GET", raw.uri("/"))))
          .hasMessage(
              "asking: connection broken (127.0.0.1:%d: closed without an answer);"
                  + " gave up after 3 tries",
              raw.port());
    }
  }

  @Test
  void aResponseThatIsNotHttpIsRefused() throws IOException {
    try (RawServer raw =
        new RawServer(
            connection -> {
              RawServer.head(connection);
              RawServer.send(connection, "HTTP/2.0 200 OK\r\n\r\n");
            })) {
      assertThatThrownBy(() -> fixture.http.send(new Request("asking", "GET", raw.uri("/"))))
          .isInstanceOf(RegistryException.class)
          .hasMessage(
              "asking: the response of 127.0.0.1:%d is not HTTP; does the host expect TLS?",
              raw.port());
    }
  }

  @Test
  void aRefusedConnectionIsRetried() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThatThrownBy(
            () ->
                fixture.http.send(
                    new Request("asking", "GET", URI.create("http://127.0.0.1:" + port + "/"))))
        .hasMessage("asking: no connection (127.0.0.1:%d: refused); gave up after 3 tries", port);
  }

  @Test
  void anUnknownHostNameIsRetriedTwice() {
    HttpSettings settings = HttpSettings.defaults("x").withAllPlain(true);
    Addresses.Resolver none =
        host -> {
          throw new UnknownHostException(host);
        };
    try (Fixture nowhere = new Fixture(settings, none)) {
      assertThatThrownBy(
              () ->
                  nowhere.http.send(
                      new Request("asking", "GET", URI.create("https://nowhere.example/x?s=1"))))
          .isInstanceOf(RegistryException.class)
          .hasMessage(
              "asking: no connection (nowhere.example: no such host); gave up after 3 tries");
      assertThat(nowhere.waits).hasSize(2);
    }
  }

  @Test
  void progressResetsTheCountOfAttempts() throws IOException {
    Attempts attempts = fixture.http.attempts("pushing blob");
    TransferException failure =
        new TransferException(
            TransferException.Kind.SERVER_ERROR, 500, "something: else", Optional.empty());
    attempts.failed(failure);
    attempts.failed(failure);
    attempts.progressed();
    attempts.failed(failure);

    assertThat(fixture.notices)
        .containsExactly(
            "pushing blob: something: else, trying again in 1 s (2 of 3)",
            "pushing blob: something: else, trying again in 2 s (3 of 3)",
            "pushing blob: something: else, trying again in 1 s (2 of 3)");
    attempts.failed(failure);
    assertThatThrownBy(() -> attempts.failed(failure))
        .isInstanceOf(RegistryException.class)
        .hasMessage("pushing blob: something: else; gave up after 3 tries")
        .hasCause(failure);
  }

  @Test
  void waitsDoubleUpToAMinuteAndAreShortenedAtRandom() throws IOException {
    HttpSettings settings = fixture.settings.withLimits(1, 10);
    Retries retries = new Retries("x", settings, Progress.SILENT, () -> 0.5, (failure, time) -> {});
    TransferException failure =
        new TransferException(TransferException.Kind.BROKEN, "x: y", new IOException());
    for (int i = 0; i < 8; i++) {
      retries.failed(failure);
    }

    assertThat(fixture.waits)
        .extracting(Duration::toMillis)
        .containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 16000L, 30000L, 30000L);
  }

  @Test
  void aWaitCanBeInterrupted() {
    HttpSettings settings =
        HttpSettings.defaults("x")
            .withPause(
                time -> {
                  throw new InterruptedException();
                });
    host.stubFor(get("/a").willReturn(status(500)));
    try (Http http = new Http(settings, new ApacheTransport(settings), Progress.SILENT)) {
      assertThatThrownBy(() -> http.send(request()))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("pushing x: interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void durationsAreReadAsGoWritesThem() {
    assertThat(ServerWait.text("retry-after: 10ms, allowed: 2000/minute"))
        .contains(Duration.ofMillis(10));
    assertThat(ServerWait.text("Retry-After: 1m2.5s")).contains(Duration.ofMillis(62_500));
    assertThat(ServerWait.text("retry-after: 3")).contains(Duration.ofSeconds(3));
    assertThat(ServerWait.text("retry-after: " + "1s".repeat(8000)))
        .contains(Duration.ofSeconds(8000));
    assertThat(ServerWait.text("retry-after: 431.977µs")).contains(Duration.ofMillis(1));
    assertThat(ServerWait.text("retry-after: never")).isEmpty();
    assertThat(ServerWait.text("nothing")).isEmpty();
  }

  @Test
  void theCauseInAnErrorsJsonIsShown() {
    assertThat(
            Words.of(
                "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"unknown error\",\"detail\":{\"Op\":\"write\","
                    + "\"Path\":\"/var/lib/registry\",\"Err\":\"no space left on device\"}}]}\n"))
        .isEqualTo(
            "errors: code: UNKNOWN, message: unknown error, detail: Op: write, Path: /var/lib/registry, Err: no space left on device");
  }
}
