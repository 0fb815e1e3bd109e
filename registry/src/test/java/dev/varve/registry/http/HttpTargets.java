package dev.varve.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.registry.fuzz.FuzzedResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/** The parsers of addresses and waits in headers, and what is shown of texts of others. */
public final class HttpTargets implements FuzzTargets {
  private static final URI FROM = URI.create("https://registry.example/v2/owner/os/blobs/x?a=b");

  /** Answers without asking the network. */
  private static final Addresses.Resolver RESOLVER =
      host -> List.of(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}));

  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "location",
            HttpTargets::readLocation,
            "/v2/owner/os/blobs/uploads/1?state=x",
            "https://storage.example:8443/a%20b?X-Amz-Signature=c",
            "http://registry.example/x",
            "?digest=a"),
        FuzzTarget.ofText(
            "retry-after",
            HttpTargets::readWait,
            "120",
            "Wed, 21 Oct 2099 07:28:00 GMT",
            "retry-after: 1.5s 20ms"),
        FuzzTarget.ofText(
            "shown-text",
            HttpTargets::readText,
            "{\"a\":\"b\"}",
            "basic bWU6cw== and Bearer abc123"));
  }

  private static void readLocation(byte[] header) throws IOException {
    URI to = Redirects.follow(FROM, new String(header, UTF_8), "pushing", RESOLVER);
    Origin origin = Origin.of(to);
    assertThat(origin.secure()).isTrue();
    assertThat(origin.port()).isBetween(1, 65_535);
    assertThat(ShownUrl.of(to)).startsWith("https://");
    assertThat(URI.create(to.toASCIIString()).getRawPath()).isNotNull();
    assertThat(Redirects.isSameHost(to, to)).isTrue();
  }

  private static void readWait(byte[] header) {
    String text = new String(header, UTF_8);
    ServerWait.of(FuzzedResponse.ofHeader("Retry-After", text), "")
        .ifPresent(wait -> assertThat(wait.isNegative()).isFalse());
    ServerWait.text(text).ifPresent(wait -> assertThat(wait.isNegative()).isFalse());
  }

  private static void readText(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    assertThat(Words.of(text)).doesNotContain("\n");
    assertThat(Words.withoutCredentials(Words.withoutCredentials(text)))
        .isEqualTo(Words.withoutCredentials(text));
  }
}
