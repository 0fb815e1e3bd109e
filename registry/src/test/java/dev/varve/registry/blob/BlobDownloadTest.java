package dev.varve.registry.blob;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.varve.core.image.CorruptBlobException;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.MissingBlobException;
import dev.varve.registry.Registry;
import dev.varve.registry.StubRegistry;
import dev.varve.registry.TestLogins;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlobDownloadTest {
  private static final byte[] BYTES = new byte[300_000];
  private static final Descriptor BLOB;
  private static final String URL;

  static {
    new Random(1).nextBytes(BYTES);
    BLOB = Descriptor.of("application/octet-stream", BYTES);
    URL = StubRegistry.BASE + "blobs/" + BLOB.digest();
  }

  private final StubRegistry wire = new StubRegistry();

  @AfterEach
  void close() {
    wire.close();
  }

  private void serve(ResponseDefinitionBuilder response) {
    wire.server.stubFor(get(urlEqualTo(URL)).willReturn(response));
  }

  private byte[] read() throws IOException {
    try (InputStream in = wire.repository().open(BLOB)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aBlobIsReadAndVerified() throws IOException {
    serve(aResponse().withBody(BYTES));
    assertThat(read()).isEqualTo(BYTES);
  }

  @Test
  void wrongBytesAreDetectedBeforeTheEnd() {
    byte[] wrong = BYTES.clone();
    wrong[7]++;
    serve(aResponse().withBody(wrong));
    assertThatThrownBy(this::read)
        .isInstanceOf(CorruptBlobException.class)
        .hasMessageContaining("the bytes are corrupt");
  }

  @Test
  void aWrongLengthIsRefusedAtOnce() {
    serve(aResponse().withHeader("Content-Length", "100").withBody(Arrays.copyOf(BYTES, 100)));
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.CORRUPT))
        .hasMessageEndingWith("expected 300000 bytes, the registry has 100");
  }

  @Test
  void aMissingBlobIsReported() {
    serve(StubRegistry.error(404, "BLOB_UNKNOWN", "blob unknown"));
    assertThatThrownBy(this::read).isInstanceOf(MissingBlobException.class);
  }

  @Test
  void aRedirectedBlobIsDownloadedWithoutTheLogin() throws IOException {
    try (StubRegistry storage = new StubRegistry()) {
      wire.server.stubFor(
          get(urlEqualTo(URL))
              .withHeader("Authorization", absent())
              .willReturn(
                  StubRegistry.error(401, "UNAUTHORIZED", "")
                      .withHeader("WWW-Authenticate", "Basic realm=\"x\"")));
      wire.server.stubFor(
          get(urlEqualTo(URL))
              .withHeader("Authorization", equalTo("Basic dTpw"))
              .willReturn(
                  aResponse()
                      .withStatus(307)
                      .withHeader(
                          "Location", "http://" + storage.host() + "/b?sig=a%2Fb%2B+c&e=1")));
      storage.server.stubFor(
          get(urlEqualTo("/b?sig=a%2Fb%2B+c&e=1")).willReturn(aResponse().withBody(BYTES)));
      try (InputStream in = wire.repository(TestLogins.of("u", "p")).open(BLOB)) {
        assertThat(in.readAllBytes()).isEqualTo(BYTES);
      }
      storage.server.verify(
          1,
          getRequestedFor(urlEqualTo("/b?sig=a%2Fb%2B+c&e=1"))
              .withHeader("Authorization", absent()));
    }
  }

  /** A registry that sends each connection the next of its responses and closes the connection. */
  private final class ClosingRegistry implements AutoCloseable {
    private final ServerSocket listening;
    private final Queue<byte[]> responses = new ArrayDeque<>();
    private final List<String> ranges = new ArrayList<>();

    ClosingRegistry(byte[]... all) throws IOException {
      responses.addAll(List.of(all));
      listening = new ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress());
      Thread thread = new Thread(this::serve);
      thread.setDaemon(true);
      thread.start();
    }

    private void serve() {
      while (true) {
        try (Socket socket = listening.accept()) {
          StringBuilder head = new StringBuilder();
          while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
          }
          synchronized (this) {
            head.toString().lines().filter(line -> line.startsWith("Range:")).forEach(ranges::add);
            byte[] response = responses.poll();
            if (response != null) {
              socket.getOutputStream().write(response);
              socket.getOutputStream().flush();
            }
          }
        } catch (IOException e) {
          return;
        }
      }
    }

    byte[] readAll() throws IOException {
      RepositoryName name = new RepositoryName("127.0.0.1:" + listening.getLocalPort(), "o/n");
      try (Registry registry =
              new Registry(
                  wire.settings(),
                  dev.varve.registry.credentials.Logins.NONE,
                  dev.varve.core.bytes.Progress.SILENT);
          InputStream in = registry.repository(name).open(BLOB)) {
        return in.readAllBytes();
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }

  private static byte[] response(String head, int from, int to) {
    byte[] start = (head + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(start, start.length + to - from);
    System.arraycopy(BYTES, from, all, start.length, to - from);
    return all;
  }

  @Test
  void aTruncatedBodyIsResumedAtItsOffset() throws IOException {
    try (ClosingRegistry registry =
        new ClosingRegistry(
            response("HTTP/1.1 200 OK\r\nContent-Length: 300000", 0, 100_000),
            response(
                "HTTP/1.1 206 Partial Content\r\nContent-Length: 200000\r\n"
                    + "Content-Range: bytes 100000-299999/300000",
                100_000,
                250_000),
            response(
                "HTTP/1.1 206 Partial Content\r\nContent-Length: 50000\r\n"
                    + "Content-Range: bytes 250000-299999/300000",
                250_000,
                300_000))) {
      assertThat(registry.readAll()).isEqualTo(BYTES);
      assertThat(registry.ranges)
          .containsExactly("Range: bytes=100000-299999", "Range: bytes=250000-299999");
      assertThat(wire.waits).hasSize(2);
    }
  }

  @Test
  void aBodyCutOffAfterItsLastByteIsComplete() throws IOException {
    byte[] head =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n493e0\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    byte[] chunk = Arrays.copyOf(head, head.length + BYTES.length);
    System.arraycopy(BYTES, 0, chunk, head.length, BYTES.length);
    try (ClosingRegistry registry = new ClosingRegistry(chunk)) {
      assertThat(registry.readAll()).isEqualTo(BYTES);
      assertThat(registry.ranges).isEmpty();
      assertThat(wire.waits).isEmpty();
    }
  }

  @Test
  void aRegistryThatIgnoresRangesIsReadFromTheStart() throws IOException {
    try (ClosingRegistry registry =
        new ClosingRegistry(
            response("HTTP/1.1 200 OK\r\nContent-Length: 300000", 0, 100_000),
            response("HTTP/1.1 200 OK\r\nContent-Length: 300000", 0, 300_000))) {
      assertThat(registry.readAll()).isEqualTo(BYTES);
    }
  }

  @Test
  void anUnrequestedRangeIsRefused() throws IOException {
    try (ClosingRegistry registry =
        new ClosingRegistry(
            response("HTTP/1.1 200 OK\r\nContent-Length: 300000", 0, 100_000),
            response(
                "HTTP/1.1 206 Partial Content\r\nContent-Length: 299999\r\n"
                    + "Content-Range: bytes 1-299999/300000",
                1,
                300_000))) {
      assertThatThrownBy(registry::readAll)
          .isInstanceOf(RegistryException.class)
          .hasMessageEndingWith("expected the bytes from 100000 on, got bytes 1-299999/300000");
    }
  }

  @Test
  void aBlobThatIsNeverSentFailsTheDownload() throws IOException {
    try (ClosingRegistry registry = new ClosingRegistry()) {
      assertThatThrownBy(registry::readAll)
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNAVAILABLE));
    }
  }

  @Test
  void progressResetsTheCountOfFailures() throws IOException {
    byte[][] responses = new byte[20][];
    responses[0] = response("HTTP/1.1 200 OK\r\nContent-Length: 300000", 0, 15_000);
    for (int i = 1; i < 20; i++) {
      int from = i * 15_000;
      responses[i] =
          response(
              "HTTP/1.1 206 Partial Content\r\nContent-Length: "
                  + (300_000 - from)
                  + "\r\nContent-Range: bytes "
                  + from
                  + "-299999/300000",
              from,
              from + 15_000);
    }
    try (ClosingRegistry registry = new ClosingRegistry(responses)) {
      assertThat(registry.readAll()).isEqualTo(BYTES);
    }
  }
}
