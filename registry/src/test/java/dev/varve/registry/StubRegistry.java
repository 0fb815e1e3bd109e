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
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Tokens;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.wire.ApacheTransport;
import dev.varve.registry.name.RepositoryName;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A registry of WireMock stubs, and clients whose waits are recorded and take no time. */
public final class StubRegistry implements Closeable {
  public static final String REPOSITORY = "owner/name";
  public static final String BASE = "/v2/" + REPOSITORY + "/";
  public static final byte[] BLOB_BYTES = "the bytes of a blob".getBytes(UTF_8);
  public static final Descriptor BLOB = Descriptor.of("application/octet-stream", BLOB_BYTES);

  public final WireMockServer server =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
  public final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
  public final List<String> notices = Collections.synchronizedList(new ArrayList<>());
  public final AtomicLong counted = new AtomicLong();
  private final List<Runnable> clients = new ArrayList<>();

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

  public StubRegistry() {
    server.start();
  }

  public String host() {
    return "127.0.0.1:" + server.port();
  }

  public RepositoryName name() {
    return new RepositoryName(host(), REPOSITORY);
  }

  public Repository repository() {
    return repository(Logins.NONE);
  }

  public Repository repository(Logins logins) {
    return repository(settings(), logins);
  }

  public Repository repository(HttpSettings settings, Logins logins) {
    return registry(settings, logins).repository(name());
  }

  public Repository repository(RepositoryName name, Logins logins) {
    return registry(settings(), logins).repository(name);
  }

  public Registry registry() {
    return registry(settings(), Logins.NONE);
  }

  private Registry registry(HttpSettings settings, Logins logins) {
    Registry registry = new Registry(settings, logins, progress);
    clients.add(registry::close);
    return registry;
  }

  /** Returns an endpoint that sends requests about the repository, without a login. */
  public Endpoint endpoint() {
    Http http = new Http(settings(), new ApacheTransport(settings()), progress);
    clients.add(http::close);
    Tokens tokens = new Tokens(http, Logins.NONE, host(), REPOSITORY);
    return new Endpoint(name(), http, tokens, progress, new HashSet<>());
  }

  public HttpSettings settings() {
    return HttpSettings.defaults("varve-test").withPause(waits::add);
  }

  public static ResponseDefinitionBuilder error(int status, String code, String message) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/json")
        .withBody("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}");
  }

  public static ResponseDefinitionBuilder json(String body) {
    return aResponse().withHeader("Content-Type", "application/json").withBody(body);
  }

  /** Returns a source whose every blob has these bytes. */
  public static BlobSource sourceOf(byte[] blob) {
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
    clients.forEach(Runnable::run);
    server.stop();
  }
}
