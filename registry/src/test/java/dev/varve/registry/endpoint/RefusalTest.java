package dev.varve.registry.endpoint;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.StubRegistry;
import dev.varve.registry.TestLogins;
import dev.varve.registry.fuzz.FuzzedResponse;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
  private static final String TAG = StubRegistry.BASE + "manifests/a";

  private final StubRegistry wire = new StubRegistry();

  @AfterEach
  void close() {
    wire.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\"}]}|DENIED no",
        "{\"errors\":[{\"code\":\"X\",\"message\":\"no\",\"detail\":\"disk is full\"}]}"
            + "|X no (disk is full)",
        "{\"errors\":[{\"code\":\"X\",\"message\":\"no\",\"detail\":{\"name\":\"a/b\",\"size\":3}}]}"
            + "|X no (name:a/b, size:3)",
        "{\"errors\":[{\"code\":\"X\",\"message\":\"is full\",\"detail\":\"full\"}]}|X is full",
        "{\"errors\":[{\"code\":\"X\",\"message\":\"no\",\"detail\":[1,2]}]}|X no",
        "{\"code\":\"X\",\"message\":\"no\",\"description\":\"why\",\"detail\":{\"a\":\"b\"}}|X no (a:b)",
        "{\"errors\":[{\"message\":\"no\"},{\"code\":\"Y\"}]}|no, Y",
        "{\"errors\":[]}|{\"errors\":[]}",
        "{\"errors\":[{\"code\":\"X\",\"message\":\"got Authorization: Basic bWU6cw== here\"}]}"
            + "|X got Authorization: Basic *** here",
        "bearer eyJh.eyJz-_.c2ln refused|bearer *** refused",
        "Basic authentication is required|Basic authentication is required",
        "<html><b>no</b></html>|no"
      })
  void theRegistrysErrorIsQuoted(String body, String quoted) {
    wire.server.stubFor(
        get(urlPathEqualTo(TAG)).willReturn(aResponse().withStatus(400).withBody(body)));
    assertThatThrownBy(() -> wire.repository().image("a", PlatformChoice.any(), "a"))
        .hasMessage(
            "reading tag a of %s: the registry refused (400: %s)".formatted(wire.name(), quoted));
  }

  @Test
  void aPageOfBracketsIsQuoted() throws IOException {
    byte[] page = "<".repeat(100_000).getBytes(UTF_8);
    assertThat(Refusal.read(FuzzedResponse.ofBody(500, page)).text())
        .isEqualTo("<".repeat(300) + "…");
  }

  @Test
  void credentialsInALongTextAreCut() throws IOException {
    byte[] text = "basic:bWU6c2VjcmV0 ".repeat(3000).getBytes(UTF_8);
    assertThat(Refusal.read(FuzzedResponse.ofBody(500, text)).text())
        .isEqualTo("basic *** ".repeat(30) + "…");
  }

  @Test
  void aForbiddenLoginIsNamedWithoutAdviceToReplaceIt() {
    wire.server.stubFor(
        get(urlPathEqualTo(TAG))
            .willReturn(
                StubRegistry.error(401, "UNAUTHORIZED", "")
                    .withHeader("WWW-Authenticate", "Basic")));
    wire.server.stubFor(
        get(urlPathEqualTo(TAG))
            .withBasicAuth("u", "p")
            .willReturn(StubRegistry.error(403, "DENIED", "read only")));
    assertThatThrownBy(
            () -> wire.repository(TestLogins.of("u", "p")).image("a", PlatformChoice.any(), "a"))
        .hasMessage(
            "reading tag a of %s: forbidden (403: DENIED read only); the login was user u from a"
                + " test, which may lack the right to do this",
            wire.name());
  }

  @Test
  void aBodyThatIsNotAManifestIsDescribed() {
    wire.server.stubFor(
        get(urlPathEqualTo(TAG))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                    .withBody(new byte[] {0x1f, (byte) 0x8b, 8, 0})));
    assertThatThrownBy(() -> wire.repository().image("a", PlatformChoice.any(), "a"))
        .hasMessage(
            "reading tag a of %s: expected JSON from %s, got gzip, which was not requested (content"
                + " type application/vnd.oci.image.manifest.v1+json)",
            wire.name(), wire.host());
  }

  @Test
  void aCompressedManifestIsDescribedAlsoIfTheRegistryTellsItsDigest() {
    wire.server.stubFor(
        get(urlPathEqualTo(TAG))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                    .withHeader("Content-Encoding", "gzip")
                    .withHeader("Docker-Content-Digest", "sha256:" + "a".repeat(64))
                    .withBody(new byte[] {0x1f, (byte) 0x8b, 8, 0})));
    assertThatThrownBy(() -> wire.repository().image("a", PlatformChoice.any(), "a"))
        .hasMessageStartingWith(
            "reading tag a of %s: expected JSON from %s, got gzip, which was not requested",
            wire.name(), wire.host());
  }
}
