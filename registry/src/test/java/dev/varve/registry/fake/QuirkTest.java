package dev.varve.registry.fake;

import static dev.varve.registry.fake.Client.code;
import static dev.varve.registry.fake.Client.header;
import static dev.varve.registry.fake.Client.location;
import static dev.varve.registry.fake.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests each quirk. */
final class QuirkTest {
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

  private HttpResponse<byte[]> putReferrer(Descriptor subject) throws Exception {
    Manifest referrer =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            Optional.of("application/x"),
            Descriptor.of("application/x", HELLO),
            List.of(),
            Optional.of(subject),
            Map.of());
    return client.send(
        "PUT", "/v2/a/manifests/r", referrer.toString(), "Content-Type", referrer.mediaType());
  }

  @Test
  void referrersAreMissingOrDoubled() throws Exception {
    Descriptor subject = registry.putImage("a", "v1").descriptor();
    String path = "/v2/a/referrers/" + subject.digest();
    registry.quirk(Quirk.NO_REFERRERS);
    assertThat(putReferrer(subject).headers().firstValue("OCI-Subject")).isEmpty();
    assertThat(client.get(path).statusCode()).isEqualTo(404);
    registry.without(Quirk.NO_REFERRERS).quirk(Quirk.DOUBLED_REFERRERS);
    assertThat(ImageIndex.parse(client.get(path).body(), "referrers").manifests()).hasSize(2);
  }

  @Test
  void mountsAreDeclined() throws Exception {
    registry.quirk(Quirk.NO_MOUNTS);
    HttpResponse<byte[]> post =
        client.send("POST", "/v2/b/blobs/uploads/?from=a&mount=" + DIGEST, "");
    assertThat(post.statusCode()).isEqualTo(202);
    assertThat(registry.blobs("b")).isEmpty();
  }

  @Test
  void blobsAreSharedAndManifestsAcceptedWithoutThem() throws Exception {
    String blobOfB = "/v2/b/blobs/" + DIGEST;
    Manifest manifest = registry.putImage("a", "v1", HELLO);
    assertThat(client.get(blobOfB).statusCode()).isEqualTo(404);
    assertThat(code(put(manifest))).isEqualTo("MANIFEST_BLOB_UNKNOWN");
    registry.quirk(Quirk.CALLS_MANIFESTS_WITHOUT_BLOBS_INVALID);
    assertThat(code(put(manifest))).isEqualTo("MANIFEST_INVALID");
    registry.quirk(Quirk.SHARES_BLOBS).quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    assertThat(text(client.get(blobOfB))).isEqualTo("hello");
    assertThat(put(manifest).statusCode()).isEqualTo(201);
  }

  private HttpResponse<byte[]> put(Manifest manifest) throws Exception {
    return client.send(
        "PUT", "/v2/b/manifests/v1", manifest.toString(), "Content-Type", manifest.mediaType());
  }

  @Test
  void aLostBlobIsNotFound() throws Exception {
    registry.lose("a", DIGEST);
    assertThat(client.get(BLOB).statusCode()).isEqualTo(404);
    assertThatThrownBy(() -> registry.lose("a", DIGEST))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deletionsAreRefused() throws Exception {
    registry.quirk(Quirk.NO_DELETE).putImage("a", "v1");
    assertThat(client.send("DELETE", BLOB, "").statusCode()).isEqualTo(405);
    assertThat(client.send("DELETE", "/v2/a/manifests/v1", "").statusCode()).isEqualTo(405);
  }

  @Test
  void aPostWithADigestOnlyStartsAnUpload() throws Exception {
    registry.quirk(Quirk.NO_SINGLE_POST);
    HttpResponse<byte[]> post =
        client.send("POST", "/v2/b/blobs/uploads/?digest=" + DIGEST, "hello");
    assertThat(post.statusCode()).isEqualTo(202);
    assertThat(client.send("PUT", location(post) + "&digest=" + DIGEST, "hello").statusCode())
        .isEqualTo(201);
  }

  @Test
  void rangesAreIgnored() throws Exception {
    registry.quirk(Quirk.IGNORES_RANGE);
    HttpResponse<byte[]> get = client.get(BLOB, "Range", "bytes=1-2");
    assertThat(get.statusCode()).isEqualTo(200);
    assertThat(text(get)).isEqualTo("hello");
  }

  @Test
  void allTagsAreListedUnsorted() throws Exception {
    for (String tag : List.of("a", "b", "c")) {
      registry.putImage("r", tag);
    }
    registry.quirk(Quirk.UNSORTED_TAGS);
    HttpResponse<byte[]> page = client.get("/v2/r/tags/list?n=2");
    assertThat(text(page)).endsWith("[\"c\",\"b\"]}");
    assertThat(text(client.get("/v2/r/tags/list?n=2&last=b"))).endsWith("[\"a\"]}");
  }

  @Test
  void theTagListNeverEnds() throws Exception {
    registry.quirk(Quirk.ENDLESS_TAGS).putImage("r", "a");
    String next = "/v2/r/tags/list?n=2";
    for (int i = 0; i < 4; i++) {
      HttpResponse<byte[]> page = client.get(next);
      assertThat(text(page)).endsWith(String.format("[\"t%09d\",\"t%09d\"]}", 2 * i, 2 * i + 1));
      next = header(page, "Link").replaceFirst("<(.*)>.*", "$1");
    }
  }

  @Test
  void largePagesOfTagsAreRefused() throws Exception {
    registry.quirk(Quirk.REFUSES_LARGE_TAG_PAGES).tagPage(100).putImage("r", "a");
    assertThat(client.get("/v2/r/tags/list?n=101").statusCode()).isEqualTo(400);
    assertThat(client.get("/v2/r/tags/list?n=100").statusCode()).isEqualTo(200);
  }

  @Test
  void linksAndLocationsAreAbsolute() throws Exception {
    registry.putImage("r", "a");
    registry.putImage("r", "b");
    registry.quirk(Quirk.ABSOLUTE_LINKS);
    assertThat(header(client.get("/v2/r/tags/list?n=1"), "Link"))
        .isEqualTo("<" + registry.url() + "/v2/r/tags/list?n=1&last=a>; rel=\"next\"");
    assertThat(client.begin("r")).startsWith(registry.url() + "/v2/r/blobs/uploads/");
  }

  @Test
  void aPatchReturnsTheRangeBeforeIt() throws Exception {
    registry.quirk(Quirk.STALE_UPLOAD_RANGE);
    HttpResponse<byte[]> one = client.send("PATCH", client.begin("b"), "hel");
    assertThat(one.statusCode()).isEqualTo(201);
    assertThat(header(one, "Range")).isEqualTo("0-0");
    HttpResponse<byte[]> two = client.send("PATCH", location(one), "lo");
    assertThat(header(two, "Range")).isEqualTo("0-2");
    assertThat(client.send("PUT", location(two) + "&digest=" + DIGEST, "").statusCode())
        .isEqualTo(201);
  }

  private HttpResponse<byte[]> patch(String location, int first, int length) throws Exception {
    return client.send(
        "PATCH",
        location,
        BodyPublishers.ofByteArray(new byte[length]),
        "Content-Range",
        first + "-" + (first + length - 1));
  }

  @Test
  void onlySmallChunksAreAccepted() throws Exception {
    registry.quirk(Quirk.SMALL_CHUNKS_ONLY);
    HttpResponse<byte[]> refused = patch(client.begin("b"), 0, (4 << 20) + 1);
    assertThat(refused.statusCode()).isEqualTo(416);
    assertThat(patch(location(refused), 0, 4 << 20).statusCode()).isEqualTo(202);
    HttpResponse<byte[]> stream =
        client.send(
            "PATCH", client.begin("b"), BodyPublishers.ofByteArray(new byte[(4 << 20) + 1]));
    assertThat(stream.statusCode()).isEqualTo(202);
  }

  @Test
  void onlyTheLastChunkMayBeShort() throws Exception {
    registry.quirk(Quirk.LARGE_CHUNKS_ONLY);
    HttpResponse<byte[]> post = client.send("POST", "/v2/b/blobs/uploads/", "");
    assertThat(header(post, "OCI-Chunk-Min-Length")).isEqualTo("5242880");
    HttpResponse<byte[]> one = patch(location(post), 0, 5 << 20);
    assertThat(one.statusCode()).isEqualTo(202);
    HttpResponse<byte[]> two = patch(location(one), 5 << 20, 1);
    assertThat(two.statusCode()).isEqualTo(202);
    assertThat(patch(location(two), (5 << 20) + 1, 1).statusCode()).isEqualTo(416);
  }

  @Test
  void chunksAreRefused() throws Exception {
    registry.quirk(Quirk.NO_CHUNKS);
    String location = client.begin("b");
    assertThat(code(client.send("PATCH", location, "hello"))).isEqualTo("UNSUPPORTED");
    assertThat(client.send("PUT", location + "&digest=" + DIGEST, "hello").statusCode())
        .isEqualTo(201);
  }

  @Test
  void blobsAreRedirectedToAStorageThatRefusesLogins() throws Exception {
    registry.quirk(Quirk.REDIRECTS_BLOBS);
    HttpResponse<byte[]> redirect = client.get(BLOB);
    assertThat(redirect.statusCode()).isEqualTo(307);
    String url = location(redirect);
    assertThat(url).startsWith("http://localhost:").contains("/storage/" + DIGEST.hex() + "?");
    assertThat(text(client.get(url))).isEqualTo("hello");
    assertThat(text(client.get(url, "Range", "bytes=1-2"))).isEqualTo("el");
    assertThat(client.get(url, "Authorization", "Basic eA==").statusCode()).isEqualTo(400);
    assertThat(client.get(url.replace("%2F", "/")).statusCode()).isEqualTo(403);
    assertThat(registry.storageRequests())
        .extracting(RecordedRequest::authorized)
        .containsExactly(false, false, true, false);
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void digestHeadersAreOmittedAndAWarningIsSent() throws Exception {
    registry.quirk(Quirk.NO_DIGEST_HEADER).quirk(Quirk.WARNS);
    HttpResponse<byte[]> get = client.get(BLOB);
    assertThat(get.headers().firstValue("Docker-Content-Digest")).isEmpty();
    assertThat(header(get, "Warning")).isEqualTo("299 - \"this registry goes away\"");
  }
}
