package dev.varve.registry.fake;

import static dev.varve.registry.fake.Client.code;
import static dev.varve.registry.fake.Client.header;
import static dev.varve.registry.fake.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of {@link Access}: logins, tokens and rights. */
final class AccessTest {
  private static final String TAGS = "/v2/a/tags/list";
  private static final String LOGIN =
      "Basic " + Base64.getEncoder().encodeToString("user:secret".getBytes(UTF_8));

  private FakeRegistry registry;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    registry = FakeRegistry.start();
    registry.putImage("a", "v1");
    client = new Client(registry);
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
  }

  private int status(String method, String target, String authorization) throws Exception {
    return client.send(method, target, "", "Authorization", authorization).statusCode();
  }

  private JsonObject token(String query) throws Exception {
    HttpResponse<byte[]> response = client.get("/token?" + query, "Authorization", LOGIN);
    assertThat(response.statusCode()).isEqualTo(200);
    return JsonObject.parse(response.body(), "token");
  }

  private String bearer(String scope) throws Exception {
    return "Bearer " + token("service=fake-registry&scope=" + scope).string("token");
  }

  @Test
  void basicAuthenticationIsRequired() throws Exception {
    registry.access().basic("user", "secret");
    HttpResponse<byte[]> refused = client.get("/v2/");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(header(refused, "Www-Authenticate")).isEqualTo("Basic realm=\"fake\"");
    assertThat(code(refused)).isEqualTo("UNAUTHORIZED");
    assertThat(status("GET", "/v2/", LOGIN)).isEqualTo(200);
    assertThat(status("GET", TAGS, "Basic " + "eA==")).isEqualTo(401);
    assertThat(registry.requests().get(0).authorized()).isFalse();
    assertThat(registry.requests().get(1).authorized()).isTrue();
  }

  @Test
  void anonymousPullsAreAllowed() throws Exception {
    registry.access().basic("user", "secret").anonymousPulls();
    assertThat(client.get(TAGS).statusCode()).isEqualTo(200);
    assertThat(client.send("POST", "/v2/a/blobs/uploads/", "").statusCode()).isEqualTo(401);
  }

  @Test
  void aLoginMayHaveOnlySomeRights() throws Exception {
    registry.access().basic("user", "secret").only("a:pull");
    assertThat(status("GET", TAGS, LOGIN)).isEqualTo(200);
    assertThat(status("POST", "/v2/a/blobs/uploads/", LOGIN)).isEqualTo(403);
    assertThat(status("GET", "/v2/b/tags/list", LOGIN)).isEqualTo(403);
  }

  @Test
  void tokensAreRequiredAndIssued() throws Exception {
    registry.access().bearer("user", "secret");
    String realm = "Bearer realm=\"" + registry.url() + "/token\",service=\"fake-registry\"";
    assertThat(header(client.get("/v2/"), "Www-Authenticate")).isEqualTo(realm);
    assertThat(header(client.get(TAGS), "Www-Authenticate"))
        .isEqualTo(realm + ",scope=\"repository:a:pull\"");
    assertThat(header(client.send("POST", "/v2/a/blobs/uploads/", ""), "Www-Authenticate"))
        .isEqualTo(realm + ",scope=\"repository:a:pull,push\"");
    String bearer = bearer("repository:a:pull");
    assertThat(status("GET", TAGS, bearer)).isEqualTo(200);
    HttpResponse<byte[]> push =
        client.send("POST", "/v2/a/blobs/uploads/", "", "Authorization", bearer);
    assertThat(push.statusCode()).isEqualTo(401);
    assertThat(header(push, "Www-Authenticate"))
        .isEqualTo(realm + ",scope=\"repository:a:pull,push\",error=\"insufficient_scope\"");
    assertThat(status("POST", "/v2/a/blobs/uploads/", bearer("repository:a:pull,push")))
        .isEqualTo(202);
    assertThat(client.get("/token", "Authorization", "Basic eA==").statusCode()).isEqualTo(401);
    assertThat(client.get("/token").statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenWithoutARequestedRightIsDenied() throws Exception {
    registry.access().bearer("user", "secret").only("a:pull");
    String bearer = bearer("repository:a:pull,push");
    assertThat(status("GET", TAGS, bearer)).isEqualTo(200);
    assertThat(status("POST", "/v2/a/blobs/uploads/", bearer)).isEqualTo(403);
  }

  @Test
  void anonymousTokensOnlyPull() throws Exception {
    registry.access().bearer("user", "secret").anonymousPulls();
    assertThat(client.get(TAGS).statusCode()).isEqualTo(401);
    HttpResponse<byte[]> response = client.get("/token?scope=repository:a:pull,push");
    String bearer = "Bearer " + JsonObject.parse(response.body(), "token").string("token");
    assertThat(status("GET", TAGS, bearer)).isEqualTo(200);
    assertThat(status("POST", "/v2/a/blobs/uploads/", bearer)).isEqualTo(403);
  }

  @Test
  void tokensExpireAfterRequestsOrTimeOrRevocation() throws Exception {
    registry.access().bearer("user", "secret").tokensLast(2);
    String two = bearer("repository:a:pull");
    assertThat(status("GET", TAGS, two)).isEqualTo(200);
    assertThat(status("GET", TAGS, two)).isEqualTo(200);
    HttpResponse<byte[]> third = client.get(TAGS, "Authorization", two);
    assertThat(third.statusCode()).isEqualTo(401);
    assertThat(header(third, "Www-Authenticate")).endsWith(",error=\"invalid_token\"");
    registry.access().tokensLast(10).tokensLast(Duration.ofNanos(1));
    assertThat(status("GET", TAGS, bearer("repository:a:pull"))).isEqualTo(401);
    registry.access().tokensLast(Duration.ofMinutes(1));
    String revoked = bearer("repository:a:pull");
    registry.access().revokeTokens();
    assertThat(status("GET", TAGS, revoked)).isEqualTo(401);
  }

  @Test
  void tokensMayOmitTheirLifetime() throws Exception {
    registry.access().bearer("user", "secret").tokensLast(Duration.ofSeconds(60));
    assertThat(token("scope=").number("expires_in")).isEqualTo(60);
    registry.access().withoutExpiry();
    assertThat(token("scope=").names()).containsExactly("token", "access_token");
  }

  @Test
  void anIdentityTokenIsExchangedForTokens() throws Exception {
    registry.access().bearer("user", "secret").identityToken("id/1");
    String form = "grant_type=refresh_token&service=fake-registry&scope=repository:a:pull";
    assertThat(client.send("POST", "/token", form + "&refresh_token=wrong").statusCode())
        .isEqualTo(401);
    HttpResponse<byte[]> response = client.send("POST", "/token", form + "&refresh_token=id%2F1");
    String bearer = "Bearer " + JsonObject.parse(response.body(), "token").string("access_token");
    assertThat(status("GET", TAGS, bearer)).isEqualTo(200);
    String password = "grant_type=password&username=user&password=secret&scope=repository:a:pull";
    assertThat(client.send("POST", "/token", password).statusCode()).isEqualTo(200);
  }

  @Test
  void mountingNeedsARightToTheOtherRepository() throws Exception {
    Digest digest = registry.put("from", "hello".getBytes(UTF_8)).digest();
    registry.access().bearer("user", "secret");
    String mount = "/v2/a/blobs/uploads/?from=from&mount=" + digest;
    assertThat(status("POST", mount, bearer("repository:a:pull,push"))).isEqualTo(202);
    String both = bearer("repository:a:pull,push&scope=repository:from:pull");
    assertThat(status("POST", mount, both)).isEqualTo(201);
  }

  @Test
  void faultsAffectTokenRequestsButNotRefusedRequests() throws Exception {
    registry.access().bearer("user", "secret");
    String bearer = bearer("repository:a:pull");
    registry.failNext(".*", Fault.status(500));
    assertThat(client.get(TAGS).statusCode()).isEqualTo(401);
    assertThat(status("GET", TAGS, bearer)).isEqualTo(500);
    registry.failNext("GET /token", Fault.status(503, "later"));
    assertThat(text(client.get("/token"))).isEqualTo("later");
  }
}
