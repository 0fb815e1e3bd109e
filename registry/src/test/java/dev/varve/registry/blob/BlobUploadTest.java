package dev.varve.registry.blob;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.binaryEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.registry.StubRegistry;
import dev.varve.registry.TestLogins;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobUploadTest {
  private static final byte[] BYTES = new byte[3 << 20];
  private static final Descriptor BLOB;
  private static final String UPLOADS = StubRegistry.BASE + "blobs/uploads/";
  private static final String DIGEST;

  static {
    new Random(1).nextBytes(BYTES);
    BLOB = Descriptor.of("application/octet-stream", BYTES);
    DIGEST = "digest=sha256%3A" + BLOB.digest().hex();
  }

  private final StubRegistry wire = new StubRegistry();

  @AfterEach
  void close() {
    wire.close();
  }

  private void stub(MappingBuilder request, ResponseDefinitionBuilder response) {
    wire.server.stubFor(request.willReturn(response));
  }

  /** Stubs the nth response to the requests that match. */
  private void stub(
      String scenario, int nth, MappingBuilder request, ResponseDefinitionBuilder response) {
    wire.server.stubFor(
        request
            .inScenario(scenario)
            .whenScenarioStateIs(nth == 1 ? "Started" : "" + nth)
            .willReturn(response)
            .willSetStateTo("" + (nth + 1)));
  }

  private void blobIsMissing() {
    stub(
        head(urlEqualTo(StubRegistry.BASE + "blobs/" + BLOB.digest())),
        aResponse().withStatus(404));
  }

  private void sessionsBegin() {
    stub(
        post(urlEqualTo(UPLOADS)),
        aResponse().withStatus(202).withHeader("Location", "/session/1?_state=a%2Fb"));
  }

  /** Fails the first PUT; the session then reports its range and a new location. */
  private void theFirstSessionBreaks(String range) {
    stub("put", 1, put(urlPathEqualTo("/session/1")), aResponse().withStatus(502));
    stub(
        get(urlPathEqualTo("/session/1")),
        aResponse()
            .withStatus(204)
            .withHeader("Range", range)
            .withHeader("Location", "/session/2"));
  }

  private static ResponseDefinitionBuilder created() {
    return aResponse().withStatus(201);
  }

  private void upload() throws IOException {
    wire.repository().upload(StubRegistry.sourceOf(BYTES), BLOB);
  }

  @Test
  void anExistingBlobIsNotUploaded() throws IOException {
    stub(
        head(urlEqualTo(StubRegistry.BASE + "blobs/" + BLOB.digest())),
        aResponse().withHeader("Content-Length", "" + BLOB.size()));
    upload();
    wire.server.verify(0, postRequestedFor(anyUrl()));
  }

  @Test
  void aBlobIsUploadedInOneRequestToTheUnchangedLocation() throws IOException {
    blobIsMissing();
    sessionsBegin();
    stub(put(urlPathEqualTo("/session/1")), created());
    upload();
    wire.server.verify(
        1,
        putRequestedFor(urlEqualTo("/session/1?_state=a%2Fb&" + DIGEST))
            .withHeader("Content-Length", equalTo("" + BLOB.size()))
            .withHeader("Content-Type", equalTo("application/octet-stream"))
            .withHeader("Content-Range", absent())
            .withRequestBody(binaryEqualTo(BYTES)));
    wire.server.verify(0, patchRequestedFor(anyUrl()));
  }

  @Test
  void aLocationWithTheHostInUpperCaseGetsTheLogin() throws IOException {
    RepositoryName name =
        new RepositoryName("localhost:" + wire.server.port(), StubRegistry.REPOSITORY);
    blobIsMissing();
    stub(
        post(urlEqualTo(UPLOADS)),
        aResponse()
            .withStatus(202)
            .withHeader("Location", "http://LOCALHOST:" + wire.server.port() + "/session/1"));
    stub(
        put(urlPathEqualTo("/session/1")).withHeader("Authorization", equalTo("Basic dTpw")),
        created());
    stub(
        any(anyUrl()).withHeader("Authorization", absent()).atPriority(1),
        StubRegistry.error(401, "UNAUTHORIZED", "")
            .withHeader("WWW-Authenticate", "Basic realm=\"x\""));
    wire.repository(name, TestLogins.of("u", "p")).upload(StubRegistry.sourceOf(BYTES), BLOB);
    wire.server.verify(
        1,
        putRequestedFor(urlPathEqualTo("/session/1"))
            .withHeader("Authorization", equalTo("Basic dTpw")));
  }

  @Test
  void ghcrsNotFoundAfterACommitIsIgnoredIfTheBlobExists() throws IOException {
    String blob = StubRegistry.BASE + "blobs/" + BLOB.digest();
    stub("blob", 1, head(urlEqualTo(blob)), aResponse().withStatus(404));
    stub("blob", 2, head(urlEqualTo(blob)), aResponse().withHeader("Content-Length", "3145728"));
    sessionsBegin();
    stub(
        put(urlPathEqualTo("/session/1")),
        StubRegistry.error(404, "BLOB_UPLOAD_UNKNOWN", "unknown"));
    upload();
    wire.server.verify(1, putRequestedFor(anyUrl()));
    assertThat(wire.notices)
        .singleElement()
        .asString()
        .contains("the registry lost the upload (404: BLOB_UPLOAD_UNKNOWN unknown)");
  }

  @Test
  void aNotFoundAfterACommitStartsANewSessionIfTheBlobIsMissing() throws IOException {
    blobIsMissing();
    sessionsBegin();
    stub(
        "put",
        1,
        put(urlPathEqualTo("/session/1")),
        StubRegistry.error(404, "BLOB_UPLOAD_UNKNOWN", "unknown"));
    stub("put", 2, put(urlPathEqualTo("/session/1")), created());
    upload();
    wire.server.verify(2, postRequestedFor(urlEqualTo(UPLOADS)));
    wire.server.verify(2, putRequestedFor(anyUrl()).withRequestBody(binaryEqualTo(BYTES)));
  }

  @Test
  void aBrokenUploadResumesAtTheRegistrysOffset() throws IOException {
    blobIsMissing();
    sessionsBegin();
    stub(
        "put",
        1,
        put(urlPathEqualTo("/session/1")),
        aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    stub(
        get(urlPathEqualTo("/session/1")),
        aResponse()
            .withStatus(204)
            .withHeader("Range", "0-2000000")
            .withHeader("Location", "/session/2"));
    stub(put(urlPathEqualTo("/session/2")), created());
    upload();
    wire.server.verify(
        1,
        putRequestedFor(urlEqualTo("/session/2?" + DIGEST))
            .withHeader("Content-Range", equalTo("2000001-3145727"))
            .withRequestBody(binaryEqualTo(Arrays.copyOfRange(BYTES, 2_000_001, 3 << 20))));
  }

  @Test
  void aBrokenUploadRestartsWhereTheRegistryReportsNoOffset() throws IOException {
    blobIsMissing();
    sessionsBegin();
    stub("put", 1, put(urlPathEqualTo("/session/1")), aResponse().withStatus(502));
    stub(get(urlPathEqualTo("/session/1")), aResponse().withStatus(405));
    stub(delete(urlPathEqualTo("/session/1")), aResponse().withStatus(204));
    stub("put", 2, put(urlPathEqualTo("/session/1")), created());
    upload();
    wire.server.verify(2, postRequestedFor(urlEqualTo(UPLOADS)));
    wire.server.verify(1, deleteRequestedFor(urlPathEqualTo("/session/1")));
  }

  @Test
  void aBrokenUploadRestartsAfterAnImpossibleRange() throws IOException {
    blobIsMissing();
    sessionsBegin();
    theFirstSessionBreaks("0-99999999999999999999");
    stub("put", 2, put(urlPathEqualTo("/session/1")), created());
    upload();
    wire.server.verify(2, postRequestedFor(urlEqualTo(UPLOADS)));
  }

  @Test
  void anUploadRestartsAfterZotsWrongOffset() throws IOException {
    blobIsMissing();
    sessionsBegin();
    theFirstSessionBreaks("0-2000000");
    stub(put(urlPathEqualTo("/session/2")), StubRegistry.error(400, "DIGEST_INVALID", "no match"));
    stub("put", 2, put(urlPathEqualTo("/session/1")), created());
    upload();
    wire.server.verify(
        2, putRequestedFor(urlPathEqualTo("/session/1")).withRequestBody(binaryEqualTo(BYTES)));
  }

  @Test
  void ghcrsRefusalOfARangeStartsANewSession() throws IOException {
    blobIsMissing();
    sessionsBegin();
    theFirstSessionBreaks("0-2000000");
    stub(put(urlPathEqualTo("/session/2")), StubRegistry.error(416, "RANGE_INVALID", "too long"));
    stub("put", 2, put(urlPathEqualTo("/session/1")), created());
    upload();
    wire.server.verify(2, postRequestedFor(urlEqualTo(UPLOADS)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "SIZE_INVALID", "UNKNOWN"})
  void corruptBytesAreReportedForEveryErrorCodeOfTheRegistry(String code) {
    blobIsMissing();
    sessionsBegin();
    stub(put(urlPathEqualTo("/session/1")), StubRegistry.error(400, code, "no match"));
    byte[] wrong = BYTES.clone();
    wrong[0]++;
    assertThatThrownBy(() -> wire.repository().upload(StubRegistry.sourceOf(wrong), BLOB))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.CORRUPT))
        .hasMessageContaining("the bytes to push are corrupt; their digest is");
    wire.server.verify(1, postRequestedFor(urlEqualTo(UPLOADS)));
  }

  @Test
  void chunkedUploadContinuesAfterNoContentResponses() throws IOException {
    blobIsMissing();
    sessionsBegin();
    stub("put", 1, put(urlPathEqualTo("/session/1")), aResponse().withStatus(413));
    stub(delete(urlPathEqualTo("/session/1")), aResponse().withStatus(204));
    stub(patch(urlPathEqualTo("/session/1")), aResponse().withStatus(204));
    stub("put", 2, put(urlPathEqualTo("/session/1")), aResponse().withStatus(200));
    upload();
    wire.server.verify(
        1, patchRequestedFor(urlPathEqualTo("/session/1")).withRequestBody(binaryEqualTo(BYTES)));
  }

  @Test
  void corruptBytesAreDistinguishedFromACorruptRegistry() {
    blobIsMissing();
    sessionsBegin();
    stub(put(urlPathEqualTo("/session/1")), StubRegistry.error(400, "DIGEST_INVALID", "no match"));
    byte[] wrong = BYTES.clone();
    wrong[0]++;
    assertThatThrownBy(() -> wire.repository().upload(StubRegistry.sourceOf(wrong), BLOB))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.CORRUPT))
        .hasMessageContaining("the bytes to push are corrupt; their digest is");
    assertThatThrownBy(this::upload)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.REFUSED))
        .hasMessageContaining("DIGEST_INVALID");
  }

  @Test
  void aTruncatedBlobIsNotCommitted() {
    blobIsMissing();
    sessionsBegin();
    stub(put(urlPathEqualTo("/session/1")), created());
    assertThatThrownBy(
            () -> wire.repository().upload(StubRegistry.sourceOf(Arrays.copyOf(BYTES, 5)), BLOB))
        .hasMessageContaining("expected 3145728 bytes to send, got 5");
  }

  @Test
  void aTooLargeBodyIsUploadedInChunksDespiteEcrs201AndStaleRange() throws IOException {
    blobIsMissing();
    sessionsBegin();
    stub("put", 1, put(urlPathEqualTo("/session/1")), aResponse().withStatus(413));
    stub(
        patch(urlPathEqualTo("/session/1")),
        aResponse()
            .withStatus(201)
            .withHeader("Range", "0-0")
            .withHeader("Location", "/session/2"));
    stub(put(urlPathEqualTo("/session/2")), created());
    upload();
    wire.server.verify(
        1,
        patchRequestedFor(urlPathEqualTo("/session/1"))
            .withHeader("Content-Range", equalTo("0-3145727"))
            .withRequestBody(binaryEqualTo(BYTES)));
    wire.server.verify(
        1,
        putRequestedFor(urlEqualTo("/session/2?" + DIGEST))
            .withHeader("Content-Length", equalTo("0")));
  }

  @Test
  void aForbiddenUploadIsReportedAndItsSessionCancelled() {
    blobIsMissing();
    sessionsBegin();
    stub(put(urlPathEqualTo("/session/1")), StubRegistry.error(403, "DENIED", "denied"));
    stub(delete(urlPathEqualTo("/session/1")), aResponse().withStatus(204));
    assertThatThrownBy(this::upload)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED))
        .hasMessageContaining("forbidden (403: DENIED denied); no login for");
    wire.server.verify(1, deleteRequestedFor(urlPathEqualTo("/session/1")));
  }

  @Test
  void aRegistryThatKeepsFailingIsReportedWithBlobRepositoryAndStatus() {
    blobIsMissing();
    sessionsBegin();
    stub(put(urlPathEqualTo("/session/1")), aResponse().withStatus(503));
    stub(any(urlPathEqualTo("/session/1")).atPriority(9), aResponse().withStatus(404));
    assertThatThrownBy(this::upload)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNAVAILABLE))
        .hasMessageContaining("pushing blob " + BLOB.digest() + " to " + wire.name())
        .hasMessageContaining("503");
  }

  @Test
  void anUploadWithoutALocationIsRefused() {
    blobIsMissing();
    stub(post(urlEqualTo(UPLOADS)), aResponse().withStatus(202));
    assertThatThrownBy(this::upload).hasMessageContaining("expected a Location to upload to");
  }

  @Test
  void chunksHaveTheRegistrysMinimumLength() throws IOException {
    byte[] large = new byte[20 << 20];
    new Random(2).nextBytes(large);
    Descriptor blob = Descriptor.of("application/octet-stream", large);
    stub(any(anyUrl()).atPriority(9), aResponse().withStatus(404));
    stub(
        post(urlEqualTo(UPLOADS)),
        aResponse()
            .withStatus(202)
            .withHeader("OCI-Chunk-Min-Length", "18874368")
            .withHeader("Location", "/session/1"));
    stub("put", 1, put(urlPathEqualTo("/session/1")), aResponse().withStatus(413));
    stub("put", 2, put(urlPathEqualTo("/session/1")), created());
    stub(
        patch(urlPathEqualTo("/session/1")),
        aResponse().withStatus(202).withHeader("Location", "/session/1"));
    wire.repository().upload(StubRegistry.sourceOf(large), blob);
    for (String range : new String[] {"0-18874367", "18874368-20971519"}) {
      wire.server.verify(
          1,
          patchRequestedFor(urlPathEqualTo("/session/1"))
              .withHeader("Content-Range", equalTo(range)));
    }
  }

  @Test
  void chunksGetShorterUntilTheRegistryAcceptsThem() throws IOException {
    blobIsMissing();
    sessionsBegin();
    stub("put", 1, put(urlPathEqualTo("/session/1")), aResponse().withStatus(413));
    stub("put", 2, put(urlPathEqualTo("/session/1")), created());
    stub(
        patch(urlPathEqualTo("/session/1")),
        aResponse().withStatus(202).withHeader("Location", "/session/1"));
    stub(
        patch(urlPathEqualTo("/session/1")).withHeader("Content-Range", equalTo("0-3145727")),
        aResponse().withStatus(413));

    upload();

    for (String range : new String[] {"0-1048575", "1048576-2097151", "2097152-3145727"}) {
      wire.server.verify(
          1,
          patchRequestedFor(urlPathEqualTo("/session/1"))
              .withHeader("Content-Range", equalTo(range)));
    }
    wire.server.verify(2, deleteRequestedFor(urlPathEqualTo("/session/1")));
  }

  @Test
  void aChunkedUploadNeverOpensABlobAtItsEnd() throws IOException {
    blobIsMissing();
    sessionsBegin();
    stub("put", 1, put(urlPathEqualTo("/session/1")), aResponse().withStatus(413));
    stub("put", 2, put(urlPathEqualTo("/session/1")), created());
    stub(
        patch(urlPathEqualTo("/session/1")),
        aResponse().withStatus(202).withHeader("Location", "/session/1"));
    List<Long> opened = new ArrayList<>();
    BlobContent content =
        offset -> {
          opened.add(offset);
          return BlobContent.of(BYTES).open(offset);
        };

    new BlobStore(wire.endpoint()).upload(BLOB, content).run(Progress.SILENT);

    assertThat(opened).containsExactly(0L, 0L); // never at the end of the blob, which is no range
  }

  @Test
  void aRefusalOfTheShortestChunkIsReportedWithItsLength() {
    blobIsMissing();
    sessionsBegin();
    stub(
        put(urlPathEqualTo("/session/1")),
        aResponse().withStatus(413).withBody("<html>nginx</html>"));
    stub(
        patch(urlPathEqualTo("/session/1")),
        aResponse().withStatus(413).withBody("<html>nginx</html>"));

    assertThatThrownBy(this::upload)
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "pushing blob %s to %s: the registry, or a proxy before it, refuses a request of 1048576 bytes as too large (413: nginx); raise its limit (nginx: client_max_body_size)"
                .formatted(BLOB.digest(), wire.name()));
  }

  @Test
  void aMovedSessionIsCancelledAtItsNewLocation() {
    blobIsMissing();
    sessionsBegin();
    stub(put(urlPathEqualTo("/session/1")), StubRegistry.error(403, "DENIED", "denied"));
    stub(
        delete(urlPathEqualTo("/session/1")),
        StubRegistry.error(416, "RANGE_INVALID", "wrong offset"));
    stub(
        get(urlPathEqualTo("/session/1")),
        aResponse()
            .withStatus(204)
            .withHeader("Range", "0-9")
            .withHeader("Location", "/session/2"));
    stub(delete(urlPathEqualTo("/session/2")), aResponse().withStatus(204));

    assertThatThrownBy(this::upload).hasMessageContaining("denied");

    wire.server.verify(1, deleteRequestedFor(urlPathEqualTo("/session/2")));
  }

  @Test
  void aSessionInPlaceOfAMountIsCancelledIfTheBlobCannotBeChecked() {
    stub(
        post(urlPathEqualTo(UPLOADS)),
        aResponse().withStatus(202).withHeader("Location", "/session/1"));
    stub(
        head(urlEqualTo(StubRegistry.BASE + "blobs/" + BLOB.digest())),
        aResponse().withHeader("Content-Length", "1"));
    BlobUpload mount =
        new BlobStore(wire.endpoint())
            .upload(BLOB, BlobContent.of(BYTES), new RepositoryName(wire.host(), "other/one"));

    assertThatThrownBy(() -> mount.run(Progress.SILENT)).hasMessageContaining("the registry has 1");

    wire.server.verify(1, deleteRequestedFor(urlPathEqualTo("/session/1")));
  }
}
