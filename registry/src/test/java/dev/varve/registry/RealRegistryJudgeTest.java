package dev.varve.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that {@link RealRegistry} starts distribution 2, with and without a login. */
@Tag("judge")
final class RealRegistryJudgeTest {
  private static int ping(RealRegistry registry, String login) throws Exception {
    String encoded = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(registry.url() + "/v2/"))
            .header("Authorization", "Basic " + encoded)
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void theRegistryStartsAndStops() throws Exception {
    RealRegistry registry = RealRegistry.start();
    try (registry) {
      assertThat(ping(registry, "any:one")).isEqualTo(200);
      assertThat(registry.log()).contains("listening on " + registry.host());
    }
    assertThatThrownBy(() -> ping(registry, "any:one")).isInstanceOf(ConnectException.class);
  }

  @Test
  void theRegistryChecksTheLogin() throws Exception {
    try (RealRegistry registry = RealRegistry.startWithLogin()) {
      assertThat(ping(registry, RealRegistry.USER + ":" + RealRegistry.PASSWORD)).isEqualTo(200);
      assertThat(ping(registry, RealRegistry.USER + ":wrong")).isEqualTo(401);
    }
  }
}
