package dev.varve.registry.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.registry.http.Fixture;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.Origin;
import dev.varve.registry.http.RawServer;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the choice of proxies, and of requests through them. */
final class ProxiesTest {
  private static boolean proxied(String exceptions, String uri) {
    return new Proxies(Map.of("ALL_PROXY", "proxy:3128", "NO_PROXY", exceptions))
        .of(Origin.of(URI.create(uri)))
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "'',https://ghcr.io,true",
    "*,https://ghcr.io,false",
    "ghcr.io,https://ghcr.io,false",
    "GHCR.io,https://ghcr.IO,false",
    "ghcr.io,https://pkg.ghcr.io,false",
    "ghcr.io,https://notghcr.io,true",
    ".ghcr.io,https://ghcr.io,true",
    ".ghcr.io,https://pkg.ghcr.io,false",
    "*.ghcr.io,https://pkg.ghcr.io,false",
    "'a.example, ghcr.io',https://ghcr.io,false",
    "ghcr.io:443,https://ghcr.io,false",
    "ghcr.io:80,https://ghcr.io,true",
    "10.0.0.0/8,https://10.200.3.4,false",
    "10.0.0.0/8,https://11.0.0.1,true",
    "10.0.0.0/8,https://ten.example,true",
    "10.0.0.0/x,https://10.0.0.1,true",
    "fd00::/8,'https://[fd12::1]',false",
    "fd12::1,'https://[fd12::1]',false",
    "[fd12::1]:443,'https://[fd12::1]',false",
    "'',http://localhost:5000,false",
    "'',https://127.0.0.1,false",
    "'','http://[::1]:5000',false"
  })
  void hostsInNoProxyAreReachedDirectly(String exceptions, String uri, boolean expected) {
    assertThat(proxied(exceptions, uri)).isEqualTo(expected);
  }

  @Property(tries = 200)
  void aNetworkInNoProxyExceptsItsAddresses(
      @ForAll int address, @ForAll int other, @ForAll @IntRange(max = 32) int bits) {
    String network = dotted(address) + "/" + bits;
    boolean same = bits == 0 || (address ^ other) >>> (32 - bits) == 0;
    if (!dotted(other).startsWith("127.")) {
      assertThat(proxied(network, "https://" + dotted(other))).isEqualTo(!same);
    }
  }

  private static String dotted(int address) {
    return (address >>> 24)
        + "."
        + ((address >>> 16) & 255)
        + "."
        + ((address >>> 8) & 255)
        + "."
        + (address & 255);
  }

  @Property(tries = 200)
  void aNameInNoProxyExceptsItsSubdomainsOnly(
      @ForAll @AlphaChars @StringLength(min = 1, max = 9) String below,
      @ForAll @AlphaChars @StringLength(min = 1, max = 9) String name) {
    assertThat(proxied(name + ".example", "https://" + below + "." + name + ".example")).isFalse();
    assertThat(proxied(name + ".example", "https://" + below + name + ".example")).isTrue();
  }

  @Test
  void eachSchemeHasItsVariable() {
    Proxies proxies =
        new Proxies(
            Map.of("HTTPS_PROXY", "http://a:1", "https_proxy", "http://x", "http_proxy", "b"));

    assertThat(proxies.of(Origin.of(URI.create("https://ghcr.io"))).orElseThrow())
        .hasToString("proxy a:1");
    assertThat(proxies.of(Origin.of(URI.create("http://ghcr.io"))).orElseThrow())
        .hasToString("proxy b:80");
  }

  @Test
  void aBadVariableIsNamedWithoutItsPassword() {
    for (String value : new String[] {"http://me:pa ss@proxy", "socks5://me:secret@proxy:1"}) {
      Proxies proxies = new Proxies(Map.of("HTTPS_PROXY", value));
      assertThatThrownBy(() -> proxies.of(Origin.of(URI.create("https://ghcr.io"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("HTTPS_PROXY: expected a URL such as http://proxy:3128")
          .hasNoCause();
    }
  }

  @Test
  void theLoginInTheVariableIsForTheProxy() {
    Proxies proxies = new Proxies(Map.of("HTTPS_PROXY", "http://me:p%40ss+@proxy:3128"));

    Proxies.Proxy proxy = proxies.of(Origin.of(URI.create("https://ghcr.io"))).orElseThrow();

    assertThat(proxy.authorization()).isEqualTo(Optional.of("Basic bWU6cEBzcys="));
    assertThat(proxy).hasToString("proxy proxy:3128");
  }

  @Test
  void aTunnelIsRequestedWithTheProxysLoginOnly() throws Exception {
    LinkedBlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (RawServer proxy =
        new RawServer(
            connection -> {
              heads.add(RawServer.head(connection));
              RawServer.send(connection, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
            })) {
      HttpSettings settings =
          HttpSettings.defaults("varve-test/1")
              .withEnvironment(Map.of("https_proxy", "http://me:secret@127.0.0.1:" + proxy.port()));
      try (Fixture fixture = new Fixture(settings)) {
        assertThatThrownBy(
                () ->
                    fixture.http.send(
                        new Request("asking", "GET", URI.create("https://ghcr.io/v2/"))
                            .with("X-Mine", "yes")))
            .isInstanceOf(RegistryException.class)
            .hasMessageStartingWith("asking: the proxy refused the login or requires one (407)")
            .hasMessageNotContaining("secret");
      }
    }
    assertThat(heads.take())
        .startsWith("CONNECT ghcr.io:443 HTTP/1.1\r\n")
        .contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n")
        .doesNotContain("X-Mine");
    assertThat(heads).isEmpty();
  }

  @Test
  void plainRequestsAreSentToTheProxyVerbatim() throws IOException, InterruptedException {
    LinkedBlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (RawServer proxy =
        new RawServer(
            connection -> {
              heads.add(RawServer.head(connection));
              RawServer.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            })) {
      HttpSettings settings =
          HttpSettings.defaults("varve-test/1")
              .withAllPlain(true)
              .withEnvironment(Map.of("HTTP_PROXY", "http://me:secret@127.0.0.1:" + proxy.port()));
      try (Fixture fixture = new Fixture(settings);
          Response response =
              fixture.http.send(
                  new Request("asking", "GET", URI.create("https://r.example/a?b=%2F&c&b=1")))) {
        assertThat(Fixture.text(response)).isEqualTo("hi");
      }
    }
    assertThat(heads.take())
        .startsWith("GET http://r.example/a?b=%2F&c&b=1 HTTP/1.1\r\n")
        .contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n");
  }
}
