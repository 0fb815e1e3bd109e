package dev.varve.registry.http.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.registry.http.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The parser of the variables that name a proxy. */
public final class WireTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "proxy", WireTargets::readProxy, "http://user:p%40ss@proxy.example:3128", "proxy"),
        FuzzTarget.ofText(
            "no-proxy",
            WireTargets::readExceptions,
            "localhost, .example.com,10.0.0.0/8 [fd00::1]:443,fd00::/8,*.a.b:80"));
  }

  private static void readProxy(byte[] variable) throws IOException {
    Map<String, String> environment = Map.of("HTTPS_PROXY", new String(variable, UTF_8));
    try {
      new Proxies(environment)
          .of(Origin.of(URI.create("https://registry.example/v2/")))
          .ifPresent(proxy -> assertThat(proxy.origin().port()).isBetween(1, 65_535));
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  private static void readExceptions(byte[] variable) {
    Map<String, String> environment =
        Map.of("ALL_PROXY", "http://proxy:1", "NO_PROXY", new String(variable, UTF_8));
    Proxies proxies = new Proxies(environment);
    proxies.of(Origin.of(URI.create("https://10.1.2.3:443/")));
    proxies.of(Origin.of(URI.create("http://[fd00::1]/")));
  }
}
