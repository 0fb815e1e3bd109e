package dev.varve.registry.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The JDK's HTTP client, for tests of the fake registry itself. */
final class Client {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final FakeRegistry registry;

  Client(FakeRegistry registry) {
    this.registry = registry;
  }

  /**
   * Sends a request.
   *
   * @param target a path with its query, or a URL
   * @param headers names and values in turn
   */
  HttpResponse<byte[]> send(String method, String target, BodyPublisher body, String... headers)
      throws IOException, InterruptedException {
    String url = target.startsWith("/") ? registry.url() + target : target;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, body)
            .timeout(Duration.ofSeconds(20));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String target, String... headers)
      throws IOException, InterruptedException {
    return send("GET", target, BodyPublishers.noBody(), headers);
  }

  HttpResponse<byte[]> send(String method, String target, String body, String... headers)
      throws IOException, InterruptedException {
    return send(method, target, BodyPublishers.ofString(body), headers);
  }

  /** Starts an upload and returns its location. */
  String begin(String repository) throws IOException, InterruptedException {
    return location(send("POST", "/v2/" + repository + "/blobs/uploads/", ""));
  }

  static String location(HttpResponse<?> response) {
    return header(response, "Location");
  }

  /** Returns a header's value; empty if the response lacks the header. */
  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), UTF_8);
  }

  /** Returns the code of an error in the specification's format. */
  static String code(HttpResponse<byte[]> response) {
    return text(response).replaceFirst("(?s).*\"code\":\"([A-Z_]*)\".*", "$1");
  }
}
