package dev.varve.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.http.HttpSettings;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A registry made of WireMock's stubs, and a client that waits for nothing. */
final class Wire implements Closeable {
  static final String REPOSITORY = "owner/name";
  static final String BASE = "/v2/" + REPOSITORY + "/";
  static final byte[] BLOB_BYTES = "the bytes of a blob".getBytes(UTF_8);
  static final Descriptor BLOB = Descriptor.of("application/octet-stream", BLOB_BYTES);

  final WireMockServer server =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
  final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
  final List<String> notices = Collections.synchronizedList(new ArrayList<>());
  final AtomicLong counted = new AtomicLong();
  private final List<Registry> registries = new ArrayList<>();

  private final Progress progress =
      new Progress() {
        @Override
        public void advance(long bytes) {
          counted.addAndGet(bytes);
        }

        @Override
        public void notice(String text) {
          notices.add(text);
        }
      };

  Wire() {
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.port();
  }

  RepositoryName name() {
    return new RepositoryName(host(), REPOSITORY);
  }

  Repository repository() {
    return repository(Logins.NONE);
  }

  Repository repository(Logins logins) {
    return repository(settings(), logins);
  }

  Repository repository(HttpSettings settings, Logins logins) {
    return registry(settings, logins).repository(name());
  }

  Repository repository(RepositoryName name, Logins logins) {
    return registry(settings(), logins).repository(name);
  }

  Registry registry() {
    return registry(settings(), Logins.NONE);
  }

  private Registry registry(HttpSettings settings, Logins logins) {
    Registry registry = new Registry(settings, logins, progress);
    registries.add(registry);
    return registry;
  }

  HttpSettings settings() {
    return HttpSettings.defaults("varve-test").withPause(waits::add);
  }

  static ResponseDefinitionBuilder error(int status, String code, String message) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/json")
        .withBody("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}");
  }

  static ResponseDefinitionBuilder json(String body) {
    return aResponse().withHeader("Content-Type", "application/json").withBody(body);
  }

  /** A place that holds one blob, in memory. */
  static BlobSource holding(byte[] blob) {
    return new BlobSource() {
      @Override
      public String reference() {
        return "memory";
      }

      @Override
      public InputStream open(Descriptor wanted) {
        return new ByteArrayInputStream(blob);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {
    registries.forEach(Registry::close);
    server.stop();
  }
}
