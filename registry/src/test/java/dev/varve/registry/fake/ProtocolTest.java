package dev.varve.registry.fake;

import static dev.varve.registry.fake.Client.code;
import static dev.varve.registry.fake.Client.header;
import static dev.varve.registry.fake.Client.location;
import static dev.varve.registry.fake.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that a fake registry without quirks and faults behaves as the specification says. */
final class ProtocolTest {
  private static final byte[] HELLO = "hello".getBytes(UTF_8);
  private static final Digest DIGEST = Digest.of(HELLO);

  private FakeRegistry registry;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    registry = FakeRegistry.start();
    client = new Client(registry);
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
  }

  @Test
  void theRegistrySpeaksVersionTwo() throws Exception {
    assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
  }

  @Test
  void aSessionTakesABlobInOneRequest() throws Exception {
    String location = client.begin("a/b");
    assertThat(location).matches("/v2/a/b/blobs/uploads/[0-9a-f-]+\\?_state=[0-9a-f]+%3D");
    HttpResponse<byte[]> put = client.send("PUT", location + "&digest=" + DIGEST, "hello");
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(location(put)).isEqualTo("/v2/a/b/blobs/" + DIGEST);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(DIGEST.toString());
    assertThat(registry.blob(DIGEST)).hasValue(HELLO);
    assertThat(registry.openUploads()).isZero();
  }

  @Test
  void aBlobIsUploadedInOneRequest() throws Exception {
    HttpResponse<byte[]> post =
        client.send("POST", "/v2/a/blobs/uploads/?digest=" + DIGEST, "hello");
    assertThat(post.statusCode()).isEqualTo(201);
    assertThat(registry.blobs("a")).containsExactly(DIGEST);
  }

  @Test
  void chunksAreAcceptedOnlyInOrderAndAtTheLatestLocation() throws Exception {
    String first = client.begin("a");
    HttpResponse<byte[]> one = client.send("PATCH", first, "hel", "Content-Range", "0-2");
    assertThat(one.statusCode()).isEqualTo(202);
    assertThat(header(one, "Range")).isEqualTo("0-2");
    HttpResponse<byte[]> stale = client.send("PATCH", first, "lo", "Content-Range", "3-4");
    assertThat(stale.statusCode()).isEqualTo(400);
    assertThat(code(stale)).isEqualTo("BLOB_UPLOAD_INVALID");
    HttpResponse<byte[]> gap = client.send("PATCH", location(one), "lo", "Content-Range", "4-5");
    assertThat(gap.statusCode()).isEqualTo(416);
    assertThat(header(gap, "Range")).isEqualTo("0-2");
    HttpResponse<byte[]> status = client.get(location(gap));
    assertThat(status.statusCode()).isEqualTo(204);
    assertThat(header(status, "Range")).isEqualTo("0-2");
    HttpResponse<byte[]> last =
        client.send("PUT", location(status) + "&digest=" + DIGEST, "lo", "Content-Range", "3-4");
    assertThat(last.statusCode()).isEqualTo(201);
    assertThat(registry.blob(DIGEST)).hasValue(HELLO);
  }

  @Test
  void aStreamOfUnknownLengthIsAcceptedInHttpChunks() throws Exception {
    byte[] stream = new byte[3_000_000];
    HttpResponse<byte[]> patch =
        client.send(
            "PATCH",
            client.begin("a"),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(stream)));
    assertThat(patch.statusCode()).isEqualTo(202);
    assertThat(header(patch, "Range")).isEqualTo("0-2999999");
    Digest digest = Digest.of(stream);
    assertThat(client.send("PUT", location(patch) + "&digest=" + digest, "").statusCode())
        .isEqualTo(201);
    assertThat(registry.requests("PATCH .*").get(0).bodyLength()).isEqualTo(3_000_000);
  }

  @Test
  void aBlobWithAWrongDigestIsRefusedAndItsSessionEnds() throws Exception {
    String location = client.begin("a");
    HttpResponse<byte[]> put = client.send("PUT", location + "&digest=" + DIGEST, "hallo");
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(code(put)).isEqualTo("DIGEST_INVALID");
    assertThat(code(client.get(location))).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    assertThat(registry.blobs("a")).isEmpty();
  }

  @Test
  void anUploadIsCancelled() throws Exception {
    String location = client.begin("a");
    assertThat(registry.openUploads()).isEqualTo(1);
    assertThat(client.send("DELETE", location, "").statusCode()).isEqualTo(204);
    assertThat(registry.openUploads()).isZero();
    assertThat(client.send("DELETE", location, "").statusCode()).isEqualTo(404);
  }

  @Test
  void aBlobIsMountedOnlyIfTheOtherRepositoryHasIt() throws Exception {
    registry.put("from", HELLO);
    String mount = "/v2/to/blobs/uploads/?mount=" + DIGEST + "&from=";
    assertThat(client.send("POST", mount + "elsewhere", "").statusCode()).isEqualTo(202);
    assertThat(registry.blobs("to")).isEmpty();
    HttpResponse<byte[]> mounted = client.send("POST", mount + "from", "");
    assertThat(mounted.statusCode()).isEqualTo(201);
    assertThat(location(mounted)).isEqualTo("/v2/to/blobs/" + DIGEST);
    assertThat(registry.blobs("to")).containsExactly(DIGEST);
  }

  @Test
  void aBlobIsReadWholeOrInPart() throws Exception {
    registry.put("a", HELLO);
    String blob = "/v2/a/blobs/" + DIGEST;
    HttpResponse<byte[]> head = client.send("HEAD", blob, BodyPublishers.noBody());
    assertThat(header(head, "Content-Length")).isEqualTo("5");
    assertThat(header(head, "Docker-Content-Digest")).isEqualTo(DIGEST.toString());
    assertThat(text(client.get(blob))).isEqualTo("hello");
    HttpResponse<byte[]> part = client.get(blob, "Range", "bytes=1-3");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(text(part)).isEqualTo("ell");
    assertThat(header(part, "Content-Range")).isEqualTo("bytes 1-3/5");
    assertThat(text(client.get(blob, "Range", "bytes=3-"))).isEqualTo("lo");
    HttpResponse<byte[]> beyond = client.get(blob, "Range", "bytes=5-9");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */5");
    assertThat(code(client.get("/v2/b/blobs/" + DIGEST))).isEqualTo("BLOB_UNKNOWN");
  }

  @Test
  void aBlobIsDeleted() throws Exception {
    registry.put("a", HELLO);
    assertThat(client.send("DELETE", "/v2/a/blobs/" + DIGEST, "").statusCode()).isEqualTo(202);
    assertThat(client.send("DELETE", "/v2/a/blobs/" + DIGEST, "").statusCode()).isEqualTo(404);
  }

  @Test
  void aManifestIsReadByTagAndDigestWithItsBytesUntouched() throws Exception {
    registry.put("a", HELLO);
    Manifest manifest =
        new Manifest(Descriptor.of(MediaTypes.OCI_CONFIG, HELLO), List.of(), Map.of());
    String spaced = " " + manifest + "\n";
    Digest digest = Digest.of(spaced.getBytes(UTF_8));
    HttpResponse<byte[]> put =
        client.send("PUT", "/v2/a/manifests/v1", spaced, "Content-Type", MediaTypes.OCI_MANIFEST);
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(digest.toString());
    for (String reference : List.of("v1", digest.toString())) {
      HttpResponse<byte[]> get = client.get("/v2/a/manifests/" + reference);
      assertThat(text(get)).isEqualTo(spaced);
      assertThat(header(get, "Content-Type")).isEqualTo(MediaTypes.OCI_MANIFEST);
      assertThat(header(get, "Docker-Content-Digest")).isEqualTo(digest.toString());
    }
    assertThat(registry.manifest("a", "v1")).hasValue(spaced.getBytes(UTF_8));
  }

  @Test
  void aManifestIsSentOnlyToClientsThatAcceptItsType() throws Exception {
    registry.putImage("a", "v1");
    String path = "/v2/a/manifests/v1";
    assertThat(code(client.get(path, "Accept", MediaTypes.DOCKER_MANIFEST)))
        .isEqualTo("MANIFEST_UNKNOWN");
    String both = MediaTypes.DOCKER_MANIFEST + ", " + MediaTypes.OCI_MANIFEST + ";q=0.5";
    assertThat(client.get(path, "Accept", both).statusCode()).isEqualTo(200);
  }

  private HttpResponse<byte[]> putManifest(String reference, String type, String body)
      throws Exception {
    return client.send("PUT", "/v2/a/manifests/" + reference, body, "Content-Type", type);
  }

  @Test
  void aManifestThatNamesMissingBlobsOrManifestsIsRefused() throws Exception {
    Manifest manifest =
        new Manifest(Descriptor.of(MediaTypes.OCI_CONFIG, HELLO), List.of(), Map.of());
    HttpResponse<byte[]> put = putManifest("v1", manifest.mediaType(), manifest.toString());
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(code(put)).isEqualTo("MANIFEST_BLOB_UNKNOWN");
    String index =
        new String(ImageIndex.EMPTY.withManifests(List.of(manifest.descriptor())).toBytes(), UTF_8);
    assertThat(code(putManifest("v1", MediaTypes.OCI_INDEX, index)))
        .isEqualTo("MANIFEST_BLOB_UNKNOWN");
    assertThat(registry.tags("a")).isEmpty();
  }

  @Test
  void aManifestThatContradictsItsReferenceOrTypeIsRefused() throws Exception {
    String manifest = registry.putImage("a", "v1").toString();
    String type = MediaTypes.OCI_MANIFEST;
    assertThat(code(putManifest(DIGEST.toString(), type, manifest))).isEqualTo("DIGEST_INVALID");
    assertThat(code(putManifest("-", type, manifest))).isEqualTo("TAG_INVALID");
    assertThat(code(putManifest("v2", MediaTypes.DOCKER_MANIFEST, manifest)))
        .isEqualTo("MANIFEST_INVALID");
    assertThat(code(putManifest("v2", type, "{"))).isEqualTo("MANIFEST_INVALID");
    assertThat(code(putManifest("v2", "text/plain", "{}"))).isEqualTo("MANIFEST_INVALID");
    HttpResponse<byte[]> longest = putManifest("v2", type, " ".repeat(Manifest.MAX_BYTES + 1));
    assertThat(longest.statusCode()).isEqualTo(413);
    assertThat(registry.tags("a")).containsExactly("v1");
  }

  @Test
  void aTagIsDeletedAloneAndAManifestWithItsTags() throws Exception {
    Digest digest = registry.putImage("a", "v1").descriptor().digest();
    registry.putImage("a", "v2");
    assertThat(client.send("DELETE", "/v2/a/manifests/v1", "").statusCode()).isEqualTo(202);
    assertThat(registry.tags("a")).containsExactly("v2");
    assertThat(client.send("DELETE", "/v2/a/manifests/" + digest, "").statusCode()).isEqualTo(202);
    assertThat(registry.tags("a")).isEmpty();
    assertThat(text(client.get("/v2/a/tags/list"))).isEqualTo("{\"name\":\"a\",\"tags\":[]}");
  }

  @Test
  void tagsAreListedInPages() throws Exception {
    for (String tag : List.of("c", "a", "b")) {
      registry.putImage("r", tag);
    }
    HttpResponse<byte[]> all = client.get("/v2/r/tags/list");
    assertThat(text(all)).isEqualTo("{\"name\":\"r\",\"tags\":[\"a\",\"b\",\"c\"]}");
    assertThat(header(all, "Link")).isEmpty();
    HttpResponse<byte[]> page = client.get("/v2/r/tags/list?n=2");
    assertThat(text(page)).isEqualTo("{\"name\":\"r\",\"tags\":[\"a\",\"b\"]}");
    assertThat(header(page, "Link")).isEqualTo("</v2/r/tags/list?n=2&last=b>; rel=\"next\"");
    HttpResponse<byte[]> last = client.get("/v2/r/tags/list?n=2&last=b");
    assertThat(text(last)).isEqualTo("{\"name\":\"r\",\"tags\":[\"c\"]}");
    assertThat(header(last, "Link")).isEmpty();
    registry.tagPage(1);
    assertThat(text(client.get("/v2/r/tags/list?n=1000")))
        .isEqualTo("{\"name\":\"r\",\"tags\":[\"a\"]}");
  }

  @Test
  void tagsOfAMissingRepositoryAreNotFound() throws Exception {
    registry.put("a", HELLO);
    HttpResponse<byte[]> list = client.get("/v2/a/tags/list");
    assertThat(list.statusCode()).isEqualTo(404);
    assertThat(code(list)).isEqualTo("NAME_UNKNOWN");
    assertThat(code(client.get("/v2/A/tags/list"))).isEqualTo("NAME_INVALID");
  }

  @Test
  void referrersAreListedAndFiltered() throws Exception {
    Descriptor subject = registry.putImage("a", "v1").descriptor();
    Descriptor config = registry.put("a", "{}".getBytes(UTF_8));
    Manifest referrer =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            Optional.of("application/x"),
            config,
            List.of(),
            Optional.of(subject),
            Map.of("k", "v"));
    HttpResponse<byte[]> put =
        putManifest(
            referrer.descriptor().digest().toString(), referrer.mediaType(), referrer.toString());
    assertThat(header(put, "OCI-Subject")).isEqualTo(subject.digest().toString());
    String path = "/v2/a/referrers/" + subject.digest();
    HttpResponse<byte[]> all = client.get(path);
    assertThat(header(all, "Content-Type")).isEqualTo(MediaTypes.OCI_INDEX);
    assertThat(ImageIndex.parse(all.body(), "referrers").manifests())
        .containsExactly(
            referrer
                .descriptor()
                .withAnnotations(Map.of("k", "v"))
                .withArtifactType("application/x"));
    HttpResponse<byte[]> filtered = client.get(path + "?artifactType=application%2Fy");
    assertThat(header(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(ImageIndex.parse(filtered.body(), "referrers").manifests()).isEmpty();
  }

  @Test
  void aBodyIsRequestedWith100Continue() throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(registry.url() + client.begin("a") + "&digest=" + DIGEST))
            .expectContinue(true)
            .PUT(BodyPublishers.ofString("hello"))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(201);
  }

  @Test
  void requestsAreRecorded() throws Exception {
    client.get("/v2/a/tags/list?n=5", "X-Odd", "1", "x-odd", "2");
    assertThat(registry.requests())
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request).hasToString("GET /v2/a/tags/list?n=5 404");
              assertThat(request.headers()).containsEntry("X-ODD", "1, 2");
              assertThat(request.authorized()).isFalse();
            });
    registry.clearRequests();
    assertThat(registry.requests()).isEmpty();
  }
}
