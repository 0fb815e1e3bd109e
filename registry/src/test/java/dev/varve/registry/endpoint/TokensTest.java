package dev.varve.registry.endpoint;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.including;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.varve.core.bytes.Progress;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.Repository;
import dev.varve.registry.StubRegistry;
import dev.varve.registry.TestLogins;
import dev.varve.registry.blob.BlobContent;
import dev.varve.registry.blob.BlobStore;
import dev.varve.registry.credentials.Login;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.wire.ApacheTransport;
import dev.varve.registry.name.ImageName;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final String LIST = StubRegistry.BASE + "tags/list";
  private static final String PULL = "repository:owner/name:pull";

  private final StubRegistry wire = new StubRegistry();

  @AfterEach
  void close() {
    wire.close();
  }

  private ResponseDefinitionBuilder challenge() {
    return StubRegistry.error(401, "UNAUTHORIZED", "authentication required")
        .withHeader(
            "WWW-Authenticate",
            "Bearer realm=\"http://" + wire.host() + "/token\",service=\"here\",scope=\"x\"");
  }

  /** Lists tags to requests with this token, and challenges the others. */
  private void tagsFor(String token) {
    wire.server.stubFor(get(urlPathEqualTo(LIST)).atPriority(9).willReturn(challenge()));
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .withHeader("Authorization", equalTo("Bearer " + token))
            .willReturn(StubRegistry.json("{\"tags\":[\"a\"]}")));
  }

  private void tokens(String... responses) {
    for (int i = 0; i < responses.length; i++) {
      wire.server.stubFor(
          any(urlPathEqualTo("/token"))
              .inScenario("tokens")
              .whenScenarioStateIs(i == 0 ? "Started" : "" + i)
              .willSetStateTo("" + Math.min(i + 1, responses.length - 1))
              .willReturn(StubRegistry.json(responses[i])));
    }
    if (responses.length == 1) {
      wire.server.stubFor(
          any(urlPathEqualTo("/token")).willReturn(StubRegistry.json(responses[0])));
    }
  }

  @Test
  void ghcrsPublicImagesAreReadWithAnAnonymousTokenWithoutExpiry() throws IOException {
    tagsFor("t1");
    tokens("{\"token\":\"t1\"}");
    Repository repository = wire.repository();
    repository.tags();
    repository.tags();
    wire.server.verify(
        1,
        getRequestedFor(urlPathEqualTo("/token"))
            .withQueryParam("service", equalTo("here"))
            .withQueryParam("scope", equalTo(PULL))
            .withHeader("Authorization", absent()));
  }

  @Test
  void aLoginIsExchangedForAToken() throws IOException {
    tagsFor("t1");
    tokens("{\"access_token\":\"t1\",\"expires_in\":300}");
    wire.repository(TestLogins.of("u", "p")).tags();
    wire.server.verify(
        1,
        getRequestedFor(urlPathEqualTo("/token"))
            .withHeader("Authorization", equalTo("Basic dTpw")));
  }

  @Test
  void anIdentityTokenIsExchangedForAToken() throws IOException {
    tagsFor("t1");
    tokens("{\"access_token\":\"t1\"}");
    wire.repository(TestLogins.of("", "secret&more")).tags();
    wire.server.verify(
        1,
        postRequestedFor(urlPathEqualTo("/token"))
            .withFormParam("grant_type", equalTo("refresh_token"))
            .withFormParam("refresh_token", equalTo("secret&more"))
            .withFormParam("scope", equalTo(PULL))
            .withFormParam("client_id", equalTo("varve")));
  }

  @Test
  void aRefusedTokenIsRenewed() throws IOException {
    tagsFor("t1");
    tokens("{\"token\":\"t1\"}", "{\"token\":\"t2\"}");
    Repository repository = wire.repository();
    repository.tags();
    wire.server.removeStub(
        wire.server.getStubMappings().stream()
            .filter(stub -> stub.toString().contains("Bearer t1"))
            .findFirst()
            .orElseThrow());
    tagsFor("t2");
    assertThat(repository.tags()).containsExactly("a");
    wire.server.verify(2, getRequestedFor(urlPathEqualTo("/token")));
  }

  @Test
  void aTokenIsRenewedBeforeItExpires() throws Exception {
    wire.server.stubFor(get(urlPathEqualTo(LIST)).atPriority(9).willReturn(challenge()));
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .withHeader("Authorization", matching("Bearer t.*"))
            .willReturn(StubRegistry.json("{\"tags\":[]}")));
    tokens("{\"token\":\"t1\",\"expires_in\":1}");
    Repository repository = wire.repository();
    repository.tags();
    Thread.sleep(1000);
    repository.tags();
    wire.server.verify(2, getRequestedFor(urlPathEqualTo("/token")));
    wire.server.verify(3, getRequestedFor(urlPathEqualTo(LIST)));
  }

  @Test
  void anUploadRequestsTheRightsToPullAndPush() throws IOException {
    wire.server.stubFor(any(anyUrl()).atPriority(9).willReturn(challenge()));
    wire.server.stubFor(
        any(anyUrl())
            .atPriority(5)
            .withHeader("Authorization", equalTo("Bearer t"))
            .willReturn(aResponse().withHeader("Content-Length", "" + StubRegistry.BLOB.size())));
    tokens("{\"token\":\"t\"}");
    wire.repository().upload(StubRegistry.sourceOf(StubRegistry.BLOB_BYTES), StubRegistry.BLOB);
    wire.server.verify(
        1,
        getRequestedFor(urlPathEqualTo("/token"))
            .withQueryParam("scope", equalTo("repository:owner/name:pull,push")));
  }

  private void mountFromAnotherRepository() throws IOException {
    BlobContent content =
        BlobContent.of(StubRegistry.sourceOf(StubRegistry.BLOB_BYTES), StubRegistry.BLOB);
    new BlobStore(wire.endpoint())
        .upload(StubRegistry.BLOB, content, new RepositoryName(wire.host(), "other/one"))
        .run(Progress.SILENT);
  }

  @Test
  void aMountRequestsRightsForBothRepositories() throws IOException {
    wire.server.stubFor(any(anyUrl()).atPriority(9).willReturn(challenge()));
    wire.server.stubFor(
        post(urlPathEqualTo(StubRegistry.BASE + "blobs/uploads/"))
            .withHeader("Authorization", equalTo("Bearer t"))
            .willReturn(aResponse().withStatus(201)));
    tokens("{\"token\":\"t\"}");
    mountFromAnotherRepository();
    wire.server.verify(
        1,
        postRequestedFor(urlPathEqualTo(StubRegistry.BASE + "blobs/uploads/"))
            .withHeader("Authorization", equalTo("Bearer t"))
            .withQueryParam("mount", equalTo(StubRegistry.BLOB.digest().toString()))
            .withQueryParam("from", equalTo("other/one")));
    wire.server.verify(
        1,
        getRequestedFor(urlPathEqualTo("/token"))
            .withQueryParam(
                "scope",
                including("repository:owner/name:pull,push", "repository:other/one:pull")));
  }

  @Test
  void aDeclinedMountContinuesAsAnUpload() throws IOException {
    wire.server.stubFor(
        post(urlPathEqualTo(StubRegistry.BASE + "blobs/uploads/"))
            .willReturn(aResponse().withStatus(202).withHeader("Location", "/session/9")));
    wire.server.stubFor(put(urlPathEqualTo("/session/9")).willReturn(aResponse().withStatus(201)));
    mountFromAnotherRepository();
    wire.server.verify(1, postRequestedFor(anyUrl()));
    wire.server.verify(
        1,
        putRequestedFor(urlPathEqualTo("/session/9"))
            .withRequestBody(equalTo("the bytes of a blob")));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404})
  void aBlobIsUploadedIfNoTokenIsIssuedForTheOtherRepository(int refusal) throws IOException {
    wire.server.stubFor(any(anyUrl()).atPriority(9).willReturn(challenge()));
    wire.server.stubFor(
        get(urlPathEqualTo("/token"))
            .withQueryParam("scope", including("repository:other/one:pull"))
            .atPriority(1)
            .willReturn(StubRegistry.error(refusal, "DENIED", "no such repository")));
    tokens("{\"token\":\"t\"}");
    wire.server.stubFor(
        head(urlPathMatching(StubRegistry.BASE + "blobs/sha256:.*"))
            .withHeader("Authorization", equalTo("Bearer t"))
            .willReturn(aResponse().withStatus(404)));
    wire.server.stubFor(
        post(urlPathEqualTo(StubRegistry.BASE + "blobs/uploads/"))
            .withHeader("Authorization", equalTo("Bearer t"))
            .willReturn(aResponse().withStatus(202).withHeader("Location", "/session/9")));
    wire.server.stubFor(
        put(urlPathEqualTo("/session/9"))
            .withHeader("Authorization", equalTo("Bearer t"))
            .willReturn(aResponse().withStatus(201)));
    mountFromAnotherRepository();
    wire.server.verify(
        1,
        putRequestedFor(urlPathEqualTo("/session/9"))
            .withHeader("Authorization", equalTo("Bearer t"))
            .withRequestBody(equalTo("the bytes of a blob")));
  }

  @Test
  void ecrAcceptsThePasswordItself() throws IOException {
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .atPriority(9)
            .willReturn(
                StubRegistry.error(401, "UNAUTHORIZED", "")
                    .withHeader("WWW-Authenticate", "Basic realm=\"ecr\"")));
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .withHeader("Authorization", equalTo("Basic QVdTOnA="))
            .willReturn(StubRegistry.json("{\"tags\":[\"a\"]}")));
    assertThat(wire.repository(TestLogins.of("AWS", "p")).tags()).containsExactly("a");
  }

  @Test
  void aRefusedLoginIsNamedWithoutItsSecret() {
    tagsFor("t1");
    wire.server.stubFor(
        get(urlPathEqualTo("/token"))
            .willReturn(StubRegistry.error(401, "UNAUTHORIZED", "bad login")));
    assertThatThrownBy(() -> wire.repository(TestLogins.of("u", "geheim")).tags())
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED))
        .hasMessage(
            "asking 127.0.0.1 for a token for %s: not authorized (401: UNAUTHORIZED bad login);"
                + " the login was user u from a test; varve login %s replaces it",
            wire.name(), wire.host());
  }

  @Test
  void aTokenRefusedAtOnceIsNotRenewedForever() {
    tagsFor("never");
    tokens("{\"token\":\"t1\"}");
    assertThatThrownBy(() -> wire.repository().tags())
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED));
  }

  @Test
  void aRealmOnAPlainHostIsRefusedWhereTheRegistryHasTls() {
    Tokens tokens =
        new Tokens(
            new dev.varve.registry.http.Http(
                wire.settings(), new ApacheTransport(wire.settings()), Progress.SILENT),
            Logins.NONE,
            "registry.example",
            "o/n");
    var authorizer = tokens.authorizer(java.util.List.of("s"));
    assertThatThrownBy(
            () -> {
              authorizer.refused(
                  java.util.Optional.empty(),
                  java.util.List.of("Bearer realm=\"http://registry.example/token\""));
              authorizer.authorization();
            })
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("asking registry.example for a token for registry.example/o/n");
  }

  @Test
  void aRelativeRealmIsResolvedAgainstTheRegistry() throws IOException {
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .willReturn(
                aResponse()
                    .withStatus(401)
                    .withHeader("WWW-Authenticate", "Bearer realm=\"/token\",service=\"here\"")));
    tagsFor("t1");
    tokens("{\"token\":\"t1\"}");
    assertThat(wire.repository().tags()).isNotEmpty();
  }

  @Test
  void aMalformedRealmIsRefused() {
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .willReturn(
                aResponse()
                    .withStatus(401)
                    .withHeader("WWW-Authenticate", "Bearer realm=\"not an address\"")));
    assertThatThrownBy(() -> wire.repository().tags())
        .hasMessage(
            "asking for a token for %s: expected the address of a realm, got not an address",
            wire.name());
  }

  private static final Login RIGHT = new Login("u", "p", "a test");

  /** Accepts requests for {@code /v2/} with this header, and challenges the others. */
  private void base(String challenge, String authorization) {
    wire.server.stubFor(
        get(urlPathEqualTo("/v2/"))
            .atPriority(9)
            .willReturn(
                StubRegistry.error(401, "UNAUTHORIZED", "who are you?")
                    .withHeader("WWW-Authenticate", challenge)));
    wire.server.stubFor(
        get(urlPathEqualTo("/v2/"))
            .withHeader("Authorization", equalTo(authorization))
            .willReturn(StubRegistry.json("{}")));
  }

  private void refusesToCheck(String user, String message) {
    assertThatThrownBy(() -> wire.registry().check(wire.host(), new Login(user, "p", "a test")))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED))
        .hasMessage(message.replace("HOST", wire.host()));
  }

  @Test
  void aPasswordIsCheckedBeforeItIsUsed() throws IOException {
    base("Basic realm=\"here\"", "Basic dTpw");
    assertThat(wire.registry().check(wire.host(), RIGHT)).isTrue();
    refusesToCheck(
        "other",
        "checking the login to HOST: not authorized (401: UNAUTHORIZED who are you?); the login was"
            + " user other from a test");
  }

  /** Harbor asks for the password of a robot account in this way. */
  @Test
  void aPasswordIsSentWhereTheRegistryAsksForItAfterAToken() throws IOException {
    wire.server.stubFor(any(anyUrl()).atPriority(9).willReturn(challenge()));
    wire.server.stubFor(
        get(urlPathEqualTo("/token")).willReturn(StubRegistry.json("{\"token\":\"t\"}")));
    String blob = StubRegistry.BASE + "blobs/" + StubRegistry.BLOB.digest();
    wire.server.stubFor(
        head(urlPathEqualTo(blob))
            .withHeader("Authorization", equalTo("Bearer t"))
            .willReturn(StubRegistry.error(404, "BLOB_UNKNOWN", "")));
    wire.server.stubFor(
        post(urlPathEqualTo(StubRegistry.BASE + "blobs/uploads/"))
            .withHeader("Authorization", equalTo("Bearer t"))
            .willReturn(
                StubRegistry.error(401, "UNAUTHORIZED", "")
                    .withHeader("WWW-Authenticate", "Basic realm=\"harbor\"")));
    wire.server.stubFor(
        post(urlPathEqualTo(StubRegistry.BASE + "blobs/uploads/"))
            .withHeader("Authorization", equalTo("Basic dTpw"))
            .willReturn(aResponse().withStatus(202).withHeader("Location", "/upload")));
    wire.server.stubFor(
        put(urlPathEqualTo("/upload"))
            .withHeader("Authorization", equalTo("Basic dTpw"))
            .willReturn(aResponse().withStatus(201)));
    wire.server.stubFor(
        any(urlPathEqualTo("/upload"))
            .withHeader("Authorization", equalTo("Basic dTpw"))
            .atPriority(7)
            .willReturn(aResponse().withStatus(202).withHeader("Location", "/upload")));
    Repository repository = wire.repository(TestLogins.of("u", "p"));
    repository.upload(StubRegistry.sourceOf(StubRegistry.BLOB_BYTES), StubRegistry.BLOB);
    wire.server.verify(putRequestedFor(urlPathEqualTo("/upload")));
  }

  @Test
  void aPasswordForATokenIsCheckedBeforeItIsUsed() throws IOException {
    base("Bearer realm=\"http://" + wire.host() + "/token\",service=\"here\"", "Bearer t");
    wire.server.stubFor(
        get(urlPathEqualTo("/token"))
            .willReturn(aResponse().withStatus(403).withBody("wrong password")));
    wire.server.stubFor(
        get(urlPathEqualTo("/token"))
            .withHeader("Authorization", equalTo("Basic dTpw"))
            .willReturn(StubRegistry.json("{\"token\":\"t\"}")));
    assertThat(wire.registry().check(wire.host(), RIGHT)).isTrue();
    wire.server.verify(
        1,
        getRequestedFor(urlPathEqualTo("/token"))
            .withQueryParam("service", equalTo("here"))
            .withQueryParam("scope", absent()));
    refusesToCheck(
        "other",
        "asking 127.0.0.1 for a token for HOST: forbidden (403: wrong password); the login was user"
            + " other from a test");
  }

  @Test
  void aRegistryThatNeedsNoLoginCannotCheckOne() throws IOException {
    wire.server.stubFor(get(urlPathEqualTo("/v2/")).willReturn(StubRegistry.json("{}")));
    assertThat(wire.registry().check(wire.host(), RIGHT)).isFalse();
    wire.server.verify(
        1, getRequestedFor(urlPathEqualTo("/v2/")).withHeader("Authorization", absent()));
  }

  @Test
  void aHostWithoutARegistryIsReported() {
    wire.server.stubFor(get(urlPathEqualTo("/v2/")).willReturn(aResponse().withStatus(404)));
    assertThatThrownBy(() -> wire.registry().check(wire.host(), RIGHT))
        .hasMessage("checking the login to %s: not found (404)", wire.host());
  }

  @Test
  void requestsToDockerHubGoToTheHostOfItsApi() {
    var http =
        new dev.varve.registry.http.Http(
            wire.settings(), new ApacheTransport(wire.settings()), Progress.SILENT);
    assertThat(Endpoint.address(http, ImageName.host("docker.io")))
        .hasToString("https://registry-1.docker.io/v2/");
    assertThat(Endpoint.address(http, ImageName.host("index.docker.io")))
        .hasToString("https://registry-1.docker.io/v2/");
  }

  private static FakeRegistry registry() throws IOException {
    FakeRegistry registry = FakeRegistry.start();
    registry.putImage("os", "a", new byte[1]);
    return registry;
  }

  private Repository repository(FakeRegistry registry) {
    return wire.repository(
        new RepositoryName(registry.host(), "os"), TestLogins.of("user", "secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "300000000000",
        "9223372036854775807",
        "1e400",
        "-1",
        "0",
        "299.5",
        "\"300\"",
        "null",
        "{}"
      })
  void aTokenWithAnOddLifetimeIsReused(String expiry) throws IOException {
    try (FakeRegistry registry = registry()) {
      registry.access().bearer("user", "secret").saysExpiry(expiry);
      Repository repository = repository(registry);
      for (int i = 0; i < 5; i++) {
        assertThat(repository.tags()).containsExactly("a");
      }
      assertThat(registry.requests("GET /token")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void aRegistryThatAsksForALoginOnlyAtItsRootGetsIt(int status) throws IOException {
    try (FakeRegistry registry = registry()) {
      registry.access().bearer("user", "secret").hides(status);
      Repository repository = repository(registry);
      assertThat(repository.find("a")).isPresent();
      assertThat(repository.tags()).containsExactly("a");
      assertThat(registry.requests("GET /v2/")).hasSize(1);
    }
  }

  @Test
  void theRootIsRequestedOnceAndOnlyWithALogin() throws IOException {
    try (FakeRegistry registry = registry()) {
      Repository repository = repository(registry);
      assertThat(repository.find("b")).isEmpty();
      assertThat(repository.find("c")).isEmpty();
      assertThat(registry.requests("GET /v2/")).hasSize(1);
      RepositoryName name = new RepositoryName(registry.host(), "os");
      assertThat(wire.repository(name, Logins.NONE).find("b")).isEmpty();
      assertThat(registry.requests("GET /v2/")).hasSize(1);
    }
  }

  @Test
  void anUnusedLoginIsReported() throws IOException {
    try (FakeRegistry registry = registry()) {
      registry.failAll("GET /v2/os/.*", Fault.error(403, "DENIED", "no"));
      assertThatThrownBy(() -> repository(registry).tags())
          .isInstanceOf(RegistryException.class)
          .hasMessage(
              "listing the tags of %1$s/os: forbidden (403: DENIED no); %1$s did not ask for a"
                  + " login, not even at /v2/, so user user from a test was not used",
              registry.host());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401})
  void anExpiredTokenIsRenewedWithoutAChallenge(int status) throws IOException {
    try (FakeRegistry registry = registry()) {
      registry.access().bearer("user", "secret").tokensLast(3).withoutExpiry().expiresAs(status);
      Repository repository = repository(registry);
      for (int i = 0; i < 9; i++) {
        assertThat(repository.tags()).containsExactly("a");
      }
      assertThat(registry.requests("GET /token")).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401})
  void anExpiredTokenIsRenewedAfterAResponseWithoutABody(int status) throws IOException {
    try (FakeRegistry registry = registry()) {
      registry.access().bearer("user", "secret").tokensLast(3).withoutExpiry().expiresAs(status);
      Repository repository = repository(registry);
      for (int i = 0; i < 9; i++) {
        assertThat(repository.find("a")).isPresent();
      }
      assertThat(registry.requests("GET /token")).hasSize(3);
    }
  }

  @Test
  void aRefusalWithoutABodyIsRetriedOnce() throws IOException {
    try (FakeRegistry registry = registry()) {
      registry.access().bearer("user", "secret");
      Repository repository = repository(registry);
      assertThat(repository.find("a")).isPresent();
      assertThat(repository.find("a")).isPresent();
      registry.clearRequests();
      registry.failAll("HEAD /v2/os/manifests/a", Fault.error(400, "MANIFEST_INVALID", "bad"));
      assertThatThrownBy(() -> repository.find("a")).hasMessageContaining("400");
      assertThat(registry.requests("HEAD /v2/os/manifests/a")).hasSize(2);
      assertThat(registry.requests("GET /token")).hasSize(1);
    }
  }

  @Test
  void aRefusalThatDoesNotConcernTheLoginIsNotRetried() throws IOException {
    try (FakeRegistry registry = registry()) {
      registry.access().bearer("user", "secret");
      Repository repository = repository(registry);
      assertThat(repository.tags()).containsExactly("a");
      assertThat(repository.tags()).containsExactly("a");
      registry.clearRequests();
      registry.failNext("GET /v2/os/manifests/a", Fault.error(400, "MANIFEST_INVALID", "bad"));
      assertThatThrownBy(() -> repository.image("a", PlatformChoice.any(), "a"))
          .hasMessageContaining("400");
      assertThat(registry.requests("GET /v2/os/manifests/a")).hasSize(1);
      assertThat(registry.requests("GET /token")).isEmpty();
    }
  }

  @Test
  void aWrongLoginIsRefusedByARegistryThatAnybodyMayRead() {
    wire.server.stubFor(get(anyUrl()).atPriority(9).willReturn(StubRegistry.json("{}")));
    wire.server.stubFor(
        get(anyUrl())
            .withHeader("Authorization", matching("Basic .*"))
            .willReturn(StubRegistry.error(401, "UNAUTHORIZED", "wrong password")));
    assertThatThrownBy(() -> wire.registry().check(wire.host(), RIGHT))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED))
        .hasMessageContaining("wrong password");
  }
}
