package dev.varve.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.registry.fuzz.FuzzedResponse;
import dev.varve.registry.http.RegistryException;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;

class LinksTest {
  private final Links links = new Links(new RegistryTargets().endpoint(), "listing");

  @Test
  void theNextPageIsFound() throws IOException {
    assertThat(links.next(FuzzedResponse.ofHeader("Link", "<?n=2&last=b>; rel=\"next\"")))
        .contains(URI.create("https://registry.example/v2/owner/os/tags/list?n=2&last=b"));
  }

  @Test
  void aLongLinkIsRefused() {
    FuzzedResponse page = FuzzedResponse.ofHeader("Link", "<?n=2>; rel=next;" + "x".repeat(8192));
    assertThatThrownBy(() -> links.next(page))
        .isInstanceOf(RegistryException.class)
        .hasMessage("listing: expected a Link of at most 8192 characters, got 8209");
  }
}
