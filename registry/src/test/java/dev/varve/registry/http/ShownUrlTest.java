package dev.varve.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShownUrlTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "https://GHCR.io:443/v2/, https://ghcr.io/v2/",
    "http://me:s3cret@host:5000/v2/a/tags/list?n=50&last=x, http://host:5000/v2/a/tags/list?n=50&last=x",
    "https://h/v2/a/blobs/uploads/?mount=sha256%3Aab&from=b/c, https://h/v2/a/blobs/uploads/?mount=sha256%3Aab&from=b/c",
    "https://h/v2/a/blobs/sha256:HEX, https://h/v2/a/blobs/sha256:HEX",
    "https://h/v2/a/manifests/sha256-HEX.sig, https://h/v2/a/manifests/sha256-HEX.sig",
    "https://h/token?service=h&scope=repository:a:pull&account=me, https://h/token?service=h&scope=repository:a:pull&account=…",
    "https://h/u/1?_state=s3cret&digest=sha256%3Aab, https://h/u/1?_state=…&digest=sha256%3Aab",
    "https://h/u/1?s3cret, https://h/u/1?…",
    "https://h/u?access_token=s3cret&Token=s3cret&n=1, https://h/u?access_token=…&Token=…&n=1",
    "https://h/b?X-Amz-Algorithm=a&digest=x&X-Amz-Signature=s3cret, https://h/b?…",
    "https://h/b?se=2026&sp=r&sig=s3cret, https://h/b?…",
    "https://h/b?Expires=1&Key-Pair-Id=K&Policy=p&Signature=s3cret, https://h/b?…",
    "https://h/b?X%2DAmz%2DSignature=s3cret&n=1, https://h/b?…",
    "https://h/b?T%6Fken=s3cret&n=1, https://h/b?T%6Fken=…&n=1",
    "https://h/downloads/HEXHEX/x, https://h/downloads/…/x",
  })
  void secretsAreCutFromAddresses(String address, String shown) {
    assertThat(ShownUrl.of(URI.create(address.replace("HEX", HEX))))
        .isEqualTo(shown.replace("HEX", HEX))
        .doesNotContain("s3cret");
  }
}
