package dev.varve.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that texts for logs contain no secrets. */
final class SecretsTest {
  @Test
  void aRequestAsTextShowsItsPurposeOnly() {
    URI uri = URI.create("https://cdn/blob?signature=secret");
    assertThat(new Request("pulling a blob", "GET", uri).with("Authorization", "Bearer secret"))
        .hasToString("pulling a blob (GET)");
  }

  @Test
  void settingsAsTextOmitTheEnvironment() {
    HttpSettings settings =
        HttpSettings.defaults("varve/1")
            .withEnvironment(Map.of("HTTPS_PROXY", "http://me:secret@proxy"));
    assertThat(settings).hasToString("settings of varve/1");
  }
}
