package dev.varve.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.http.RegistryException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestStoreTest {
  private static final Manifest IMAGE =
      parsed("{ \"schemaVersion\": 2,\n  \"mediaType\": \"" + MediaTypes.OCI_MANIFEST + "\",");
  private static final String TAG = StubRegistry.BASE + "manifests/v1";

  private final StubRegistry wire = new StubRegistry();

  private static Manifest parsed(String start) {
    Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, "{}".getBytes(UTF_8));
    String text = start + " \"config\": " + config.toJson() + ", \"layers\": [] }";
    try {
      return Manifest.parse(text.getBytes(UTF_8), "it");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The registry has all blobs. */
  @BeforeEach
  void serveBlobs() {
    wire.server.stubFor(
        head(urlMatching(StubRegistry.BASE + "blobs/.*")).willReturn(aResponse().withStatus(200)));
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private static ResponseDefinitionBuilder document(String type, byte[] bytes) {
    return aResponse().withHeader("Content-Type", type).withBody(bytes);
  }

  private void serve(ResponseDefinitionBuilder response) {
    wire.server.stubFor(any(urlEqualTo(TAG)).willReturn(response));
  }

  private ThrowingCallable opening() {
    return () -> wire.repository().image("v1", PlatformChoice.any(), "docker://it");
  }

  private static RegistryException.Kind kind(Throwable e) {
    return ((RegistryException) e).kind();
  }

  @Test
  void aHeadRequestResolvesATag() throws IOException {
    wire.server.stubFor(
        head(urlEqualTo(TAG))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", MediaTypes.OCI_INDEX + "; charset=utf-8")
                    .withHeader("Content-Length", "1234")
                    .withHeader("Docker-Content-Digest", "sha256:" + "ab".repeat(32))));
    assertThat(wire.repository().find("v1"))
        .contains(new Descriptor(MediaTypes.OCI_INDEX, new Digest("ab".repeat(32)), 1234));
  }

  @Test
  void aHeadResponseWithoutHeadersIsFollowedByAGet() throws IOException {
    wire.server.stubFor(head(urlEqualTo(TAG)).willReturn(aResponse()));
    wire.server.stubFor(
        get(urlEqualTo(TAG)).willReturn(document(MediaTypes.OCI_MANIFEST, IMAGE.toBytes())));
    assertThat(wire.repository().find("v1")).contains(IMAGE.descriptor());
  }

  @Test
  void aHeadResponseWithAnotherDigestIsRefused() {
    String wanted = "sha256:" + "ab".repeat(32);
    String other = "sha256:" + "cd".repeat(32);
    wire.server.stubFor(
        head(urlEqualTo(StubRegistry.BASE + "manifests/" + wanted))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", MediaTypes.OCI_MANIFEST)
                    .withHeader("Content-Length", "1234")
                    .withHeader("Docker-Content-Digest", other)));
    assertThatThrownBy(() -> wire.repository().resolve(wanted, "docker://it"))
        .satisfies(e -> assertThat(kind(e)).isEqualTo(RegistryException.Kind.CORRUPT))
        .hasMessage(
            "looking for manifest %s of %s: expected %s, the registry has %s",
            wanted, wire.name(), wanted, other);
  }

  @Test
  void aMissingTagIsEmpty() throws IOException {
    serve(aResponse().withStatus(404));
    assertThat(wire.repository().find("v1")).isEmpty();
  }

  @Test
  void everyTypeOfManifestIsAccepted() throws IOException {
    serve(document(MediaTypes.OCI_MANIFEST, IMAGE.toBytes()));
    wire.repository().find("v1");
    wire.server.verify(
        getRequestedFor(urlEqualTo(TAG))
            .withHeader(
                "Accept",
                equalTo(
                    "application/vnd.oci.image.manifest.v1+json,"
                        + " application/vnd.oci.image.index.v1+json,"
                        + " application/vnd.docker.distribution.manifest.v2+json,"
                        + " application/vnd.docker.distribution.manifest.list.v2+json")));
  }

  @Test
  void aWrongDigestHeaderIsRefused() {
    serve(
        document(MediaTypes.OCI_MANIFEST, IMAGE.toBytes())
            .withHeader("Docker-Content-Digest", "sha256:" + "ab".repeat(32)));
    assertThatThrownBy(opening())
        .satisfies(e -> assertThat(kind(e)).isEqualTo(RegistryException.Kind.CORRUPT))
        .hasMessage(
            "reading tag v1 of %s: expected sha256:%s, got bytes of %s",
            wire.name(), "ab".repeat(32), IMAGE.descriptor().digest());
  }

  @Test
  void bytesWithAnotherDigestAreRefused() {
    String digest = "sha256:" + "cd".repeat(32);
    wire.server.stubFor(
        any(urlEqualTo(StubRegistry.BASE + "manifests/" + digest))
            .willReturn(document(MediaTypes.OCI_MANIFEST, IMAGE.toBytes())));
    assertThatThrownBy(() -> wire.repository().image(digest, PlatformChoice.any(), "docker://it"))
        .satisfies(e -> assertThat(kind(e)).isEqualTo(RegistryException.Kind.CORRUPT));
  }

  @Test
  void aManifestOfUnknownTypeIsRefusedByName() {
    serve(document("application/vnd.odd+json", "{\"schemaVersion\":2}".getBytes(UTF_8)));
    assertThatThrownBy(opening())
        .hasMessage(
            "reading tag v1 of %s: expected an image manifest or an index, got"
                + " application/vnd.odd+json",
            wire.name());
  }

  @Test
  void schemaOneIsRefusedWithAdvice() {
    serve(
        document(
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "{\"schemaVersion\":1}".getBytes(UTF_8)));
    assertThatThrownBy(opening())
        .hasMessageContaining("Docker's schema 1, which is obsolete: push the image again");
  }

  @Test
  void aManifestOfMoreThanFourMebibytesIsRefused() {
    serve(document(MediaTypes.OCI_MANIFEST, new byte[Manifest.MAX_BYTES + 1]));
    assertThatThrownBy(opening())
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("reading tag v1 of " + wire.name())
        .hasMessageContaining(Integer.toString(Manifest.MAX_BYTES));
  }

  @Test
  void aMissingTagIsReportedWithTheLastTags() {
    serve(StubRegistry.error(404, "MANIFEST_UNKNOWN", "manifest unknown"));
    wire.server.stubFor(
        get(urlMatching(StubRegistry.BASE + "tags/list.*"))
            .willReturn(
                StubRegistry.json(
                    "{\"tags\":[\"a\",\"v9\",\"v10\",\"v8\",\"v10.2\",\"v10.10\"]}")));
    assertThatThrownBy(opening())
        .satisfies(e -> assertThat(kind(e)).isEqualTo(RegistryException.Kind.NOT_FOUND))
        .hasMessage(
            "opening docker://it: %s has no tag v1; its last tags are v8, v9, v10, v10.2, v10.10",
            wire.name());
  }

  @Test
  void tagsMadeOfDigestsAreNotSuggested() {
    serve(StubRegistry.error(404, "MANIFEST_UNKNOWN", "manifest unknown"));
    String ofDigest = "sha256-" + "ab".repeat(32);
    tags("v2", ofDigest, ofDigest + ".sig", ofDigest + ".att", ofDigest + ".sbom", "sha256-odd");
    assertThatThrownBy(opening())
        .hasMessage(
            "opening docker://it: %s has no tag v1; its last tags are sha256-odd, v2", wire.name());
    tags(ofDigest);
    assertThatThrownBy(opening()).hasMessage("opening docker://it: %s has no tag v1", wire.name());
  }

  private void tags(String... tags) {
    wire.server.stubFor(
        get(urlMatching(StubRegistry.BASE + "tags/list.*"))
            .willReturn(StubRegistry.json("{\"tags\":[\"" + String.join("\",\"", tags) + "\"]}")));
  }

  @Test
  void aMissingRepositoryIsReported() {
    serve(StubRegistry.error(404, "NAME_UNKNOWN", "unknown"));
    wire.server.stubFor(
        get(urlMatching(StubRegistry.BASE + "tags/list.*"))
            .willReturn(StubRegistry.error(404, "NAME_UNKNOWN", "unknown")));
    assertThatThrownBy(opening())
        .hasMessage("opening docker://it: there is no repository %s, or no tag in it", wire.name());
  }

  @Test
  void aManifestIsPutUnchangedOnceByDigestAndOnceByEachTag() throws IOException {
    wire.server.stubFor(put(urlMatching(".*")).willReturn(aResponse().withStatus(201)));
    wire.repository().put(IMAGE, List.of("v1", "latest"));
    for (String reference : List.of(IMAGE.descriptor().digest().toString(), "v1", "latest")) {
      wire.server.verify(
          1,
          putRequestedFor(urlEqualTo(StubRegistry.BASE + "manifests/" + reference))
              .withHeader("Content-Type", equalTo(MediaTypes.OCI_MANIFEST))
              .withRequestBody(equalTo(IMAGE.toString())));
    }
  }

  @Test
  void aPutResponseWithAnotherDigestIsRefused() {
    wire.server.stubFor(
        put(urlMatching(".*"))
            .willReturn(
                aResponse()
                    .withStatus(201)
                    .withHeader("Docker-Content-Digest", "sha256:" + "ab".repeat(32))));
    assertThatThrownBy(() -> wire.repository().put(IMAGE, List.of("v1")))
        .satisfies(e -> assertThat(kind(e)).isEqualTo(RegistryException.Kind.CORRUPT))
        .hasMessageContaining("the registry has sha256:" + "ab".repeat(32));
    wire.server.verify(0, putRequestedFor(urlEqualTo(TAG)));
  }

  @Test
  void aRefusedManifestIsReportedInTheRegistrysWords() {
    wire.server.stubFor(
        put(urlMatching(".*"))
            .willReturn(
                StubRegistry.error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry")));
    assertThatThrownBy(() -> wire.repository().put(IMAGE, List.of()))
        .hasMessage(
            "pushing manifest %s of %s: the registry refused (400: MANIFEST_BLOB_UNKNOWN blob"
                + " unknown to registry)",
            IMAGE.descriptor().digest(), wire.name());
  }

  @Test
  void ghcrsRefusalToDeleteIsReported() {
    wire.server.stubFor(
        delete(urlEqualTo(TAG)).willReturn(StubRegistry.error(405, "UNSUPPORTED", "unsupported")));
    assertThatThrownBy(() -> wire.repository().delete("v1"))
        .hasMessage(
            "deleting tag v1 of %s: the registry does not support this (405: UNSUPPORTED unsupported)",
            wire.name());
  }

  @Test
  void aManifestIsDeletedWhereTheRegistryAllowsIt() throws IOException {
    wire.server.stubFor(delete(urlEqualTo(TAG)).willReturn(aResponse().withStatus(202)));
    wire.repository().delete("v1");
    wire.server.verify(
        1, com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor(urlEqualTo(TAG)));
  }

  @Test
  void anArtifactIsListedUnderATagWhereTheRegistryListsNoReferrers() throws IOException {
    Manifest artifact =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            java.util.Optional.of("application/x"),
            IMAGE.config(),
            List.of(),
            java.util.Optional.of(IMAGE.descriptor()),
            Map.of("k", "v"));
    String tag = StubRegistry.BASE + "manifests/sha256-" + IMAGE.descriptor().digest().hex();
    wire.server.stubFor(put(urlMatching(".*")).willReturn(aResponse().withStatus(201)));
    String entry =
        artifact
            .descriptor()
            .withAnnotations(Map.of("k", "v"))
            .withArtifactType("application/x")
            .toJson()
            .toString();
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\""
            + MediaTypes.OCI_INDEX
            + "\",\"manifests\":["
            + entry
            + "]}";
    wire.server.stubFor(
        get(urlEqualTo(tag))
            .inScenario("tag")
            .willReturn(aResponse().withStatus(404))
            .willSetStateTo("asked"));
    wire.server.stubFor(
        get(urlEqualTo(tag))
            .inScenario("tag")
            .whenScenarioStateIs("asked")
            .willReturn(document(MediaTypes.OCI_INDEX, index.getBytes(UTF_8))));
    wire.repository().put(artifact, List.of());
    wire.server.verify(
        1,
        putRequestedFor(urlEqualTo(tag))
            .withHeader("Content-Type", equalTo(MediaTypes.OCI_INDEX))
            .withRequestBody(equalTo(index)));
    wire.server.stubFor(
        get(urlMatching(StubRegistry.BASE + "referrers/.*"))
            .willReturn(aResponse().withStatus(404)));
    assertThat(wire.repository().referrers(IMAGE.descriptor().digest()))
        .extracting(Descriptor::digest, d -> d.artifactType().orElse(""))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(artifact.descriptor().digest(), "application/x"));
  }

  @Test
  void noReferrersTagIsWrittenWhereTheRegistryListsReferrers() throws IOException {
    Manifest artifact =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            java.util.Optional.of("application/x"),
            IMAGE.config(),
            List.of(),
            java.util.Optional.of(IMAGE.descriptor()),
            Map.of());
    wire.server.stubFor(
        put(urlMatching(".*"))
            .willReturn(
                aResponse()
                    .withStatus(201)
                    .withHeader("OCI-Subject", IMAGE.descriptor().digest().toString())));
    wire.repository().put(artifact, List.of());
    wire.server.verify(1, putRequestedFor(urlMatching(".*")));
  }

  @Test
  void zotsDoubledReferrersCountOnce() throws IOException {
    String entry = IMAGE.descriptor().withArtifactType("application/x").toJson().toString();
    wire.server.stubFor(
        get(urlMatching(StubRegistry.BASE + "referrers/.*"))
            .willReturn(
                document(
                    MediaTypes.OCI_INDEX,
                    ("{\"schemaVersion\":2,\"manifests\":[" + entry + "," + entry + "]}")
                        .getBytes(UTF_8))));
    assertThat(wire.repository().referrers(StubRegistry.BLOB.digest())).hasSize(1);
  }
}
