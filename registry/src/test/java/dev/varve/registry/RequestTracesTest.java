package dev.varve.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.HttpTrace;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the traces of requests that an observer receives. */
final class RequestTracesTest {
  private static final String PASSWORD = "PlantedPassword";

  private final List<HttpTrace> traces = Collections.synchronizedList(new ArrayList<>());
  private FakeRegistry fake;
  private Registry registry;

  @TempDir private Path scratch;

  @BeforeEach
  void start() throws IOException {
    fake = FakeRegistry.start();
    registry =
        new Registry(
            HttpSettings.defaults("varve-test").withPause(time -> {}).withObserver(traces::add),
            TestLogins.of("me", PASSWORD),
            Progress.SILENT);
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
    fake.close();
  }

  private Repository repository() {
    return registry.repository(new RepositoryName(fake.host(), "owner/os"));
  }

  /**
   * Returns the traces as lines, without times, and with names in place of hosts, digests and
   * UUIDs.
   */
  private List<String> lines() {
    return traces.stream()
        .map(HttpTrace::toString)
        .map(line -> line.replace(fake.url(), "URL").replaceAll(", \\d+ ms", ""))
        .map(line -> line.replaceAll("http://localhost:\\d+", "STORAGE"))
        .map(line -> line.replaceAll("[0-9a-f]{64}", "HEX"))
        .map(line -> line.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "UUID"))
        .toList();
  }

  private byte[] layer(Manifest manifest) throws IOException {
    try (BlobSource image = repository().source("os");
        InputStream in = image.open(manifest.layers().get(0))) {
      return in.readAllBytes();
    }
  }

  @Test
  void loginsAndRequestsForTokensAreTracedWithoutSecrets() throws IOException {
    fake.access().bearer("me", PASSWORD);
    fake.putImage("owner/os", "1", "layer".getBytes(UTF_8));
    assertThat(repository().tags()).containsExactly("1");
    assertThat(lines())
        .containsExactly(
            "GET URL/v2/owner/os/tags/list?n=1000 401, sent 0 bytes, received 72 bytes, attempt 1",
            "GET URL/token?service=fake-registry&scope=repository%3Aowner%2Fos%3Apull 200,"
                + " sent 0 bytes, received 129 bytes, attempt 1",
            "GET URL/v2/owner/os/tags/list?n=1000 200, sent 0 bytes, received 32 bytes, attempt 1");
    assertThat(traces.toString()).doesNotContain(PASSWORD, "Bearer", "Basic");
  }

  @Test
  void redirectsAreTracedWithoutTheirSignatures() throws IOException {
    fake.quirk(Quirk.REDIRECTS_BLOBS);
    Manifest manifest = fake.putImage("owner/os", "1", "layer".getBytes(UTF_8));
    assertThat(layer(manifest)).isEqualTo("layer".getBytes(UTF_8));
    assertThat(lines())
        .contains(
            "GET URL/v2/owner/os/blobs/sha256:HEX 307, sent 0 bytes, received 0 bytes, attempt 1",
            "GET STORAGE/storage/HEX?… 200, sent 0 bytes, received 5 bytes, attempt 1");
  }

  @Test
  void eachAttemptIsTraced() throws IOException {
    fake.putImage("owner/os", "1", "layer".getBytes(UTF_8));
    fake.failNext("HEAD .*/manifests/1", Fault.status(503));
    fake.failLater("HEAD .*/manifests/1", 1, Fault.noResponse());
    assertThat(repository().find("1")).isPresent();
    assertThat(repository().find("1")).isPresent();
    assertThat(lines())
        .containsExactly(
            "HEAD URL/v2/owner/os/manifests/1 503, sent 0 bytes, received 0 bytes, attempt 1",
            "HEAD URL/v2/owner/os/manifests/1 200, sent 0 bytes, received 0 bytes, attempt 2",
            "HEAD URL/v2/owner/os/manifests/1 no answer (connection broken), "
                + "sent 0 bytes, received 0 bytes, attempt 1",
            "HEAD URL/v2/owner/os/manifests/1 200, sent 0 bytes, received 0 bytes, attempt 1");
  }

  @Test
  void anUploadIsTracedWithItsBytesAndItsAttempts() throws IOException {
    byte[] bytes = "a layer's bytes".getBytes(UTF_8);
    fake.failNext("PUT .*/blobs/uploads/.*", Fault.status(500));
    try (var sink = repository().sink(List.of("1"), scratch, "docker://os")) {
      Descriptor blob = sink.write(MediaTypes.OCI_CONFIG, bytes);
      assertThat(blob.digest()).isEqualTo(Digest.of(bytes));
      sink.settle();
    }
    assertThat(lines())
        .containsExactly(
            "GET URL/v2/ 200, sent 0 bytes, received 2 bytes, attempt 1",
            "HEAD URL/v2/owner/os/blobs/sha256:HEX 404, sent 0 bytes, received 0 bytes, attempt 1",
            "POST URL/v2/owner/os/blobs/uploads/ 202, sent 0 bytes, received 0 bytes, attempt 1",
            "PUT URL/v2/owner/os/blobs/uploads/UUID?_state=…&digest=sha256%3AHEX 500, "
                + "sent 15 bytes, received 0 bytes, attempt 1",
            "HEAD URL/v2/owner/os/blobs/sha256:HEX 404, sent 0 bytes, received 0 bytes, attempt 1",
            "GET URL/v2/owner/os/blobs/uploads/UUID?_state=… 204, sent 0 bytes, received 0 bytes, attempt 2",
            "DELETE URL/v2/owner/os/blobs/uploads/UUID?_state=… 204, sent 0 bytes, received 0 bytes, attempt 2",
            "POST URL/v2/owner/os/blobs/uploads/ 202, sent 0 bytes, received 0 bytes, attempt 1",
            "PUT URL/v2/owner/os/blobs/uploads/UUID?_state=…&digest=sha256%3AHEX 201, "
                + "sent 15 bytes, received 0 bytes, attempt 2");
  }
}
