package dev.varve.registry.http;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.binaryEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of requests and their responses: headers, bodies, logins, redirects. */
@Timeout(30)
final class HttpTest {
  private static WireMockServer host;
  private static WireMockServer other;
  private Fixture fixture;

  @BeforeAll
  static void start() {
    host = new WireMockServer(options().dynamicPort());
    other = new WireMockServer(options().dynamicPort());
    host.start();
    other.start();
  }

  @AfterAll
  static void stop() {
    host.stop();
    other.stop();
  }

  @BeforeEach
  void open() {
    host.resetAll();
    other.resetAll();
    fixture = new Fixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static URI uri(String path) {
    return URI.create("https://localhost:" + host.port() + path);
  }

  private static Request request(String method, String path) {
    return new Request("looking at things", method, uri(path));
  }

  @Test
  void aResponseIsReturnedUnchanged() throws IOException {
    host.stubFor(
        get("/v2/").willReturn(okJson("{}").withHeader("X-Many", "one", "two").withStatus(404)));

    try (Response response = fixture.http.send(request("GET", "/v2/"))) {
      assertThat(response.status()).isEqualTo(404);
      assertThat(response.uri()).hasToString("http://localhost:" + host.port() + "/v2/");
      assertThat(response.headers("x-many")).containsExactly("one", "two");
      assertThat(response.header("X-MANY")).contains("one");
      assertThat(response.header("X-None")).isEmpty();
      assertThat(Fixture.text(response)).isEqualTo("{}");
    }
  }

  @Test
  void everyRequestNamesItsUserAgentAndRefusesEncodings() throws IOException {
    host.stubFor(any(anyUrl()).willReturn(ok()));

    fixture.http.send(request("GET", "/a").with("Accept", "x/y").with("Age", "twelve")).close();

    host.verify(
        getRequestedFor(urlEqualTo("/a"))
            .withHeader("User-Agent", equalTo("varve-test/1"))
            .withHeader("Accept-Encoding", equalTo("identity"))
            .withHeader("Accept", equalTo("x/y"))
            .withHeader("Age", equalTo("twelve"))
            .withHeader("Upgrade", absent())
            .withHeader("Authorization", absent()));
  }

  @Test
  void aBodyIsSentWithItsLengthAndType() throws IOException {
    host.stubFor(any(anyUrl()).willReturn(status(201)));
    byte[] bytes = new byte[300_000];

    fixture.http.send(request("PATCH", "/p").with(Body.of("a/b", bytes))).close();
    fixture.http.send(request("POST", "/p").with(Body.form("x=y"))).close();
    fixture.http.send(request("PUT", "/p").with(Body.of("a/b", new byte[0]))).close();
    fixture.http.send(request("POST", "/empty")).close();

    host.verify(
        patchRequestedFor(urlEqualTo("/p"))
            .withHeader("Content-Length", equalTo("300000"))
            .withHeader("Content-Type", equalTo("a/b"))
            .withHeader("Transfer-Encoding", absent())
            .withRequestBody(binaryEqualTo(bytes)));
    host.verify(
        postRequestedFor(urlEqualTo("/p"))
            .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
            .withHeader("Content-Length", equalTo("3"))
            .withRequestBody(equalTo("x=y")));
    host.verify(putRequestedFor(urlEqualTo("/p")).withHeader("Content-Length", equalTo("0")));
    host.verify(postRequestedFor(urlEqualTo("/empty")).withHeader("Content-Length", equalTo("0")));
  }

  @Test
  void aSignedUriIsSentVerbatim() throws IOException {
    host.stubFor(any(anyUrl()).willReturn(ok()));
    String path = "//a%2Fb/%C3%A9+c%20d/../e;f?sig=%2F+%20&a=1&b=2&a=3&c&d=&e=%7e~'";

    fixture.http.send(request("GET", path)).close();

    assertThat(host.getAllServeEvents().get(0).getRequest().getUrl()).isEqualTo(path);
  }

  @Test
  void aCompressedBodyIsNotDecompressed() throws IOException {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(new byte[1000]);
    }
    host.stubFor(
        get("/z")
            .willReturn(ok().withHeader("Content-Encoding", "gzip").withBody(gzip.toByteArray())));

    try (Response response = fixture.http.send(request("GET", "/z"))) {
      assertThat(response.bytes(10_000)).isEqualTo(gzip.toByteArray());
    }
  }

  @Test
  void aResponseToHeadHasALengthButNoBody() throws IOException {
    host.stubFor(head(urlEqualTo("/h")).willReturn(ok().withHeader("Content-Length", "77")));

    try (Response response = fixture.http.send(request("HEAD", "/h"))) {
      assertThat(response.length()).isEqualTo(77);
      assertThat(response.body().read()).isEqualTo(-1);
    }
  }

  @Test
  void aMalformedHeaderDoesNotFailTheResponse() throws IOException {
    host.stubFor(get("/x").willReturn(ok("fine").withHeader("Age", "a while")));

    try (Response response = fixture.http.send(request("GET", "/x"))) {
      assertThat(response.header("Age")).contains("a while");
      assertThat(Fixture.text(response)).isEqualTo("fine");
    }
  }

  @Test
  void aTooLongBodyIsRefused() throws IOException {
    host.stubFor(get("/x").willReturn(ok("12345")));

    try (Response response = fixture.http.send(request("GET", "/x"))) {
      assertThatThrownBy(() -> response.bytes(4))
          .isInstanceOf(RegistryException.class)
          .hasMessage("looking at things: localhost:" + host.port() + " sent more than 4 bytes");
    }
    try (Response response = fixture.http.send(request("GET", "/x"))) {
      assertThat(response.bytes(5)).hasSize(5);
    }
  }

  @Test
  void aRefusedLoginIsRenewed() throws IOException {
    host.stubFor(
        any(anyUrl())
            .willReturn(
                status(401)
                    .withHeader("WWW-Authenticate", "Bearer realm=\"x\"", "Basic realm=\"y\"")));
    host.stubFor(
        put("/a").withHeader("Authorization", equalTo("Bearer 2")).willReturn(status(201)));
    List<String> refusals = new ArrayList<>();

    try (Response response =
        fixture.http.send(
            request("PUT", "/a")
                .with(Body.of("a/b", new byte[20_000]))
                .once()
                .with(recordingAuthorizer(refusals, true)))) {
      assertThat(response.status()).isEqualTo(201);
    }

    assertThat(refusals)
        .containsExactly("Optional[Bearer 1] [Bearer realm=\"x\", Basic realm=\"y\"]");
  }

  @Test
  void theThirdRefusalIsReturned() throws IOException {
    host.stubFor(any(anyUrl()).willReturn(status(401)));
    List<String> refusals = new ArrayList<>();

    try (Response response =
        fixture.http.send(request("GET", "/a").with(recordingAuthorizer(refusals, true)))) {
      assertThat(response.status()).isEqualTo(401);
    }

    assertThat(refusals).hasSize(2);
    host.verify(3, getRequestedFor(urlEqualTo("/a")));
  }

  @Test
  void anAuthorizerWithoutAnotherLoginIsNotAskedAgain() throws IOException {
    host.stubFor(any(anyUrl()).willReturn(status(401)));

    try (Response response =
        fixture.http.send(
            request("GET", "/a").with(recordingAuthorizer(new ArrayList<>(), false)))) {
      assertThat(response.status()).isEqualTo(401);
    }

    host.verify(1, getRequestedFor(urlEqualTo("/a")));
  }

  @Test
  void anAuthorizerMaySendRequestsItself() throws IOException {
    Fixture single = new Fixture(HttpSettings.defaults("varve-test/1").withLimits(1, 1));
    host.stubFor(get("/token").willReturn(ok("secret")));
    host.stubFor(get("/a").withHeader("Authorization", equalTo("secret")).willReturn(ok()));
    Authorizer authorizer =
        new Authorizer() {
          @Override
          public Optional<String> authorization() throws IOException {
            try (Response token = single.http.send(request("GET", "/token"))) {
              return Optional.of(Fixture.text(token));
            }
          }

          @Override
          public boolean refused(Optional<String> used, List<String> challenges) {
            return false;
          }
        };

    try (single;
        Response response = single.http.send(request("GET", "/a").with(authorizer))) {
      assertThat(response.status()).isEqualTo(200);
    }
  }

  private static Authorizer recordingAuthorizer(List<String> refusals, boolean hasAnotherLogin) {
    return new Authorizer() {
      @Override
      public Optional<String> authorization() {
        return Optional.of("Bearer " + (refusals.size() + 1));
      }

      @Override
      public boolean refused(Optional<String> used, List<String> challenges) {
        refusals.add(used + " " + challenges);
        return hasAnotherLogin;
      }
    };
  }

  @Test
  void redirectsToAnotherHostOmitTheLogin() throws IOException {
    String there = "http://localhost:" + other.port() + "/b?sig=%2F+a&sig=b";
    host.stubFor(get("/a").willReturn(status(302).withHeader("Location", "next")));
    host.stubFor(get("/next").willReturn(status(307).withHeader("Location", there)));
    other.stubFor(get(anyUrl()).willReturn(ok("found")));

    try (Response response =
        fixture.http.send(
            request("GET", "/a")
                .with("Range", "bytes=1-2")
                .with("Cookie", "mine")
                .with(recordingAuthorizer(new ArrayList<>(), true)))) {
      assertThat(response.uri()).hasToString(there);
      assertThat(Fixture.text(response)).isEqualTo("found");
    }

    host.verify(
        getRequestedFor(urlEqualTo("/next"))
            .withHeader("Authorization", equalTo("Bearer 1"))
            .withHeader("Cookie", equalTo("mine")));
    other.verify(
        getRequestedFor(urlEqualTo("/b?sig=%2F+a&sig=b"))
            .withHeader("Range", equalTo("bytes=1-2"))
            .withHeader("Cookie", absent())
            .withHeader("Authorization", absent()));
  }

  @Test
  void aRedirectTargetGetsNoLogin() throws IOException {
    host.stubFor(
        get("/a")
            .willReturn(
                status(302).withHeader("Location", "http://localhost:" + other.port() + "/b")));
    other.stubFor(get("/b").willReturn(status(401)));
    List<String> refusals = new ArrayList<>();

    try (Response response =
        fixture.http.send(request("GET", "/a").with(recordingAuthorizer(refusals, true)))) {
      assertThat(response.status()).isEqualTo(401);
    }

    assertThat(refusals).isEmpty();
  }

  @Test
  void aPostBodyIsNotRedirectedToAnotherHost() throws IOException {
    host.stubFor(
        post("/a")
            .willReturn(
                status(307).withHeader("Location", "http://localhost:" + other.port() + "/b")));
    host.stubFor(post("/c").willReturn(status(308).withHeader("Location", "/d")));
    host.stubFor(post("/d").willReturn(status(201)));
    assertThatThrownBy(
            () -> fixture.http.send(request("POST", "/a").with(Body.form("refresh_token=s3cret"))))
        .isInstanceOf(RegistryException.class)
        .hasMessageEndingWith(
            ": localhost:%d redirects a POST request with a body to localhost:%d; not followed",
            host.port(), other.port());
    assertThat(other.getAllServeEvents()).isEmpty();
    try (Response there =
        fixture.http.send(request("POST", "/c").with(Body.form("refresh_token=s3cret")))) {
      assertThat(there.status()).isEqualTo(201);
    }
  }

  @Test
  void aBodyIsSentAgainAfter307ButNotAfter303() throws IOException {
    host.stubFor(
        put("/a")
            .willReturn(
                status(307).withHeader("Location", "http://localhost:" + other.port() + "/b")));
    host.stubFor(post("/a").willReturn(status(303).withHeader("Location", "/c")));
    other.stubFor(put("/b").willReturn(status(201)));
    byte[] bytes = new byte[100_000];
    bytes[99_999] = 1;

    try (Response moved = fixture.http.send(request("PUT", "/a").with(Body.of("a/b", bytes)));
        Response stays = fixture.http.send(request("POST", "/a"))) {
      assertThat(moved.status()).isEqualTo(201);
      assertThat(stays.status()).isEqualTo(303);
    }

    assertThat(other.getAllServeEvents().get(0).getRequest().getBody()).isEqualTo(bytes);
  }

  @Test
  void redirectLoopsAreRefused() {
    host.stubFor(get("/a").willReturn(status(301).withHeader("Location", "/a")));

    assertThatThrownBy(() -> fixture.http.send(request("GET", "/a")))
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "looking at things: localhost:%d redirects in a loop: more than 5 redirects"
                .formatted(host.port()));
    host.verify(6, getRequestedFor(urlEqualTo("/a")));
  }

  @Test
  void aFailureOfTheBodyIsThrownUnchanged() {
    host.stubFor(any(anyUrl()).willReturn(status(201)));
    IOException own = new TransferException(TransferException.Kind.BROKEN, "the source", own());
    InputStream failing =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw own;
          }
        };
    InputStream some = new ByteArrayInputStream(new byte[300_000]);
    Body body = new Body("a/b", 1 << 20, () -> new SequenceInputStream(some, failing));

    assertThatThrownBy(() -> fixture.http.send(request("PUT", "/a").with(body))).isSameAs(own);

    List<HttpTrace> traces = new ArrayList<>();
    HttpSettings observed = HttpSettings.defaults("varve-test/1").withObserver(traces::add);
    try (Fixture other = new Fixture(observed)) {
      Body unreadable =
          new Body(
              "a/b",
              1,
              () -> {
                throw own;
              });
      assertThatThrownBy(() -> other.http.send(request("PUT", "/a").with(unreadable)))
          .isSameAs(own);
    }
    assertThat(traces).extracting(HttpTrace::failure).containsExactly(Optional.of("body failed"));
    assertThat(fixture.notices).isEmpty();
  }

  private static IOException own() {
    return new IOException("cause");
  }

  @Test
  void aBodyWithAWrongLengthFails() {
    host.stubFor(any(anyUrl()).willReturn(status(201)));

    assertThatThrownBy(() -> fixture.http.send(request("PUT", "/a").with(bodyOfLength(9, 10))))
        .hasMessage("looking at things: expected 10 bytes to send, got 9");
    assertThatThrownBy(() -> fixture.http.send(request("PUT", "/a").with(bodyOfLength(11, 10))))
        .hasMessage("looking at things: expected 10 bytes to send, got more");
  }

  private static Body bodyOfLength(int bytes, int length) {
    return new Body("a/b", length, () -> new ByteArrayInputStream(new byte[bytes]));
  }

  @Test
  void thisMachineUsesPlainHttpAndOthersDoNot() {
    assertThat(fixture.http.isPlain("localhost:5000")).isTrue();
    assertThat(fixture.http.isPlain("127.3.2.1")).isTrue();
    assertThat(fixture.http.isPlain("[::1]:5000")).isTrue();
    assertThat(fixture.http.isPlain("127.0.0.1.example.com")).isFalse();
    assertThat(fixture.http.isPlain("my_host:5000")).isFalse();
    HttpSettings settings = HttpSettings.defaults("x");
    try (Fixture named = new Fixture(settings.withPlainHosts(Set.of("my_host:5000")));
        Fixture all = new Fixture(settings.withAllPlain(true))) {
      assertThat(named.http.isPlain("MY_HOST:5000")).isTrue();
      assertThat(named.http.isPlain("my_host")).isFalse();
      assertThat(all.http.isPlain("ghcr.io")).isTrue();
    }
  }

  @Test
  void aHostNameMayHaveAnUnderscore() throws IOException {
    host.stubFor(get("/a").willReturn(ok("yes")));
    HttpSettings settings =
        HttpSettings.defaults("x").withPlainHosts(Set.of("my_host:" + host.port()));
    try (Fixture named = new Fixture(settings, Fixture.allHere());
        Response response =
            named.http.send(
                new Request(
                    "looking", "GET", URI.create("https://my_host:" + host.port() + "/a")))) {
      assertThat(Fixture.text(response)).isEqualTo("yes");
    }
  }

  @Test
  void aClosedHttpSendsNothing() {
    fixture.http.close();

    assertThatThrownBy(() -> fixture.http.send(request("GET", "/a")))
        .hasMessage("looking at things: cancelled");
  }
}
