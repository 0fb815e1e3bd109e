package dev.varve.registry.fake;

import static dev.varve.registry.fake.Client.code;
import static dev.varve.registry.fake.Client.header;
import static dev.varve.registry.fake.Client.location;
import static dev.varve.registry.fake.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that each fault affects the requests that it should, and no others. */
final class FaultTest {
  private static final byte[] HELLO = "hello".getBytes(UTF_8);
  private static final Digest DIGEST = Digest.of(HELLO);
  private static final String BLOB = "/v2/a/blobs/" + DIGEST;

  private FakeRegistry registry;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    registry = FakeRegistry.start();
    registry.put("a", HELLO);
    client = new Client(registry);
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
  }

  private Socket connect() throws IOException {
    URI url = URI.create(registry.url());
    return new Socket(InetAddress.getLoopbackAddress(), url.getPort());
  }

  /**
   * Returns the bytes that a GET receives after the headers, and {@code <end>} or {@code
   * <silence>}.
   */
  private String raw(String path) throws IOException {
    try (Socket socket = connect()) {
      socket.setSoTimeout(1000);
      socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(UTF_8));
      StringBuilder response = new StringBuilder();
      InputStream in = socket.getInputStream();
      try {
        for (int c = in.read(); c >= 0; c = in.read()) {
          response.append((char) c);
        }
        response.append("<end>");
      } catch (SocketTimeoutException e) {
        response.append("<silence>");
      }
      return response.toString().replaceFirst("(?s)^.*?\r\n\r\n", "");
    }
  }

  @Test
  void aStatusIsSentAsOftenAsRequestedAndNoMore() throws Exception {
    registry.failNext(
        "GET /v2/a/blobs/.*", 2, Fault.status(429, "slow down").header("Retry-After", "7"));
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> failed = client.get(BLOB);
      assertThat(failed.statusCode()).isEqualTo(429);
      assertThat(text(failed)).isEqualTo("slow down");
      assertThat(header(failed, "Retry-After")).isEqualTo("7");
    }
    assertThat(text(client.get(BLOB))).isEqualTo("hello");
  }

  @Test
  void aFaultAffectsOnlyItsMatchingRequests() throws Exception {
    registry.failLater("GET .*blobs.*", 1, Fault.status(500)).failAll("HEAD .*", Fault.status(502));
    assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
    assertThat(client.get(BLOB).statusCode()).isEqualTo(200);
    assertThat(client.get(BLOB).statusCode()).isEqualTo(500);
    assertThat(client.get(BLOB).statusCode()).isEqualTo(200);
    assertThat(client.send("HEAD", BLOB, BodyPublishers.noBody()).statusCode()).isEqualTo(502);
    registry.clearFaults();
    assertThat(client.send("HEAD", BLOB, BodyPublishers.noBody()).statusCode()).isEqualTo(200);
  }

  @Test
  void aSuccessfulCommitMayReportAFailure() throws Exception {
    registry.failNext("PUT .*", Fault.error(404, "BLOB_UPLOAD_UNKNOWN", "unknown").afterHandling());
    HttpResponse<byte[]> put = client.send("PUT", client.begin("b") + "&digest=" + DIGEST, "hello");
    assertThat(put.statusCode()).isEqualTo(404);
    assertThat(code(put)).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    assertThat(registry.blobs("b")).containsExactly(DIGEST);
  }

  @Test
  void aResponseIsTruncatedAtTheGivenByte() throws Exception {
    registry.failNext("GET .*", Fault.cutResponse(3));
    assertThat(raw(BLOB)).isEqualTo("hel<end>");
    registry.failNext("GET .*", Fault.cutResponse(3));
    assertThatThrownBy(() -> client.get(BLOB)).isInstanceOf(IOException.class);
    assertThat(text(client.get(BLOB))).isEqualTo("hello");
  }

  @Test
  void aResponseIsReset() {
    registry.failNext("GET .*", Fault.resetResponse(3));
    assertThatThrownBy(() -> raw(BLOB)).hasMessage("Connection reset");
  }

  @Test
  void aResponseStalls() throws Exception {
    registry.failNext("GET .*", Fault.stallResponse(2));
    assertThat(raw(BLOB)).isEqualTo("he<silence>");
  }

  @Test
  void aResponseIsLost() throws Exception {
    registry.failNext("PUT .*", Fault.noResponse());
    String location = client.begin("b");
    assertThatThrownBy(() -> client.send("PUT", location + "&digest=" + DIGEST, "hello"))
        .isInstanceOf(IOException.class);
    assertThat(registry.blobs("b")).containsExactly(DIGEST);
    assertThat(registry.requests("PUT .*").get(0).status()).isZero();
  }

  @Test
  void aBrokenUploadResumesAtItsOffset() throws Exception {
    registry.failNext("PATCH .*", Fault.cutRequest(3));
    String location = client.begin("b");
    assertThatThrownBy(() -> client.send("PATCH", location, "hello"))
        .isInstanceOf(IOException.class);
    HttpResponse<byte[]> status = client.get(location);
    assertThat(header(status, "Range")).isEqualTo("0-2");
    HttpResponse<byte[]> rest =
        client.send("PUT", location(status) + "&digest=" + DIGEST, "lo", "Content-Range", "3-4");
    assertThat(rest.statusCode()).isEqualTo(201);
    assertThat(registry.requests("PATCH .*").get(0).bodyLength()).isEqualTo(3);
  }

  @Test
  void aBrokenUploadMayBeForgotten() throws Exception {
    registry.quirk(Quirk.FORGETS_BROKEN_UPLOADS).failNext("PATCH .*", Fault.cutRequest(3));
    String location = client.begin("b");
    assertThatThrownBy(() -> client.send("PATCH", location, "hello"))
        .isInstanceOf(IOException.class);
    assertThat(client.get(location).statusCode()).isEqualTo(404);
  }

  @Test
  void anUploadStallsWhileOtherRequestsContinue() throws Exception {
    registry.failNext("PATCH .*", Fault.stallRequest(1));
    URI upload = URI.create(registry.url() + client.begin("b"));
    CompletableFuture<HttpResponse<Void>> stalled =
        HttpClient.newHttpClient()
            .sendAsync(
                HttpRequest.newBuilder(upload)
                    .method("PATCH", BodyPublishers.ofString("hello"))
                    .build(),
                HttpResponse.BodyHandlers.discarding());
    while (registry.requests("PATCH .*").stream().noneMatch(each -> each.bodyLength() == 1)) {
      Thread.sleep(1);
    }
    assertThat(text(client.get(BLOB))).isEqualTo("hello");
    assertThat(registry.peak()).isEqualTo(2);
    assertThat(stalled).isNotDone();
    registry.close();
    assertThat(stalled).failsWithin(Duration.ofSeconds(20));
    assertThat(registry.requests("PATCH .*"))
        .extracting(RecordedRequest::bodyLength)
        .containsExactly(1L);
  }

  @Test
  void bytesLengthsAndHeadersAreWrong() throws Exception {
    registry
        .failNext("GET .*", Fault.wrongBytes())
        .failNext("GET .*", Fault.wrongLength(2))
        .failNext("GET .*", Fault.wrongLength(-2))
        .failNext("HEAD .*", Fault.wrongLength(2))
        .failNext("HEAD .*", Fault.wrongHeader("docker-content-digest", "sha256:0"));
    assertThat(text(client.get(BLOB))).isEqualTo("helln");
    assertThat(text(client.get(BLOB))).isEqualTo("hello\0\0");
    assertThat(text(client.get(BLOB))).isEqualTo("hel");
    assertThat(header(client.send("HEAD", BLOB, BodyPublishers.noBody()), "Content-Length"))
        .isEqualTo("7");
    assertThat(
            client
                .send("HEAD", BLOB, BodyPublishers.noBody())
                .headers()
                .allValues("Docker-Content-Digest"))
        .containsExactly("sha256:0");
  }

  @Test
  void aConnectionServesTheNextRequestAfterAnUnreadBody() throws Exception {
    registry.failNext("PUT .*", Fault.status(503));
    String location = client.begin("b");
    assertThat(
            client.send("PUT", location, BodyPublishers.ofByteArray(new byte[1000])).statusCode())
        .isEqualTo(503);
    assertThat(client.get(BLOB).statusCode()).isEqualTo(200);
  }

  @Test
  void anEarlyRefusalOfALongBodyArrives() throws Exception {
    registry.failNext("PUT .*", Fault.status(503));
    int megabyte = 1 << 20;
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              ("PUT /v2/x HTTP/1.1\r\nContent-Length: " + megabyte + "\r\n\r\n").getBytes(UTF_8));
      socket.getOutputStream().write(new byte[megabyte]);
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 503 ")
          .contains("Connection: close");
    }
  }

  @Test
  void aResponseIsDelayed() throws Exception {
    registry.failNext("GET .*", Fault.delay(Duration.ofMillis(50)));
    long began = System.nanoTime();
    assertThat(text(client.get(BLOB))).isEqualTo("hello");
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(50_000_000);
  }
}
