package dev.varve.core.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageModelTest {
  private static final String A = "sha256:" + "a".repeat(64);
  private static final String B = "sha256:" + "b".repeat(64);
  private static final String CONFIG =
      "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
          + A
          + "\",\"size\":2}";
  private static final String LAYER =
      "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+zstd\",\"digest\":\""
          + B
          + "\",\"size\":9000000000,\"annotations\":{\"z\":\"1\",\"a\":\"2\"}}";

  private static Manifest manifest(String json) throws MalformedJsonException {
    return Manifest.parse(json.getBytes(UTF_8), "the manifest");
  }

  private static ImageConfig config(String json) throws MalformedJsonException {
    return ImageConfig.parse(json.getBytes(UTF_8), "the config");
  }

  private static void assertRefused(ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isExactlyInstanceOf(MalformedJsonException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "application/vnd.oci.image.config.v1+json, application/vnd.oci.image.layer.v1.tar+gzip, false",
    "application/vnd.docker.container.image.v1+json,"
        + "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip, false",
    "application/octet-stream, application/vnd.docker.image.rootfs.diff.tar.gzip, false",
    "application/vnd.oci.image.config.v1+json, '', false",
    "application/vnd.oci.image.config.v1+json, application/vnd.in-toto+json, true",
    "application/vnd.oci.empty.v1+json, application/vnd.oci.image.layer.v1.tar, true",
    "application/vnd.oci.empty.v1+json, '', true",
  })
  void configAndLayersTellAnArtifactFromAnImage(String config, String layer, boolean artifact)
      throws Exception {
    List<Descriptor> layers =
        layer.isEmpty() ? List.of() : List.of(Descriptor.of(layer, new byte[1]));
    Manifest manifest = new Manifest(Descriptor.of(config, new byte[2]), layers, Map.of());
    assertThat(manifest.isArtifact()).isEqualTo(artifact);
    if (!artifact) {
      manifest.requireImage("oci:a");
      return;
    }
    assertThatThrownBy(() -> manifest.requireImage("oci:a"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "opening oci:a: expected an image, got an artifact of type "
                + (config.contains("empty") ? config : layer));
  }

  @Test
  void anOciManifestComesBackByteForByte() throws Exception {
    String json =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
            + CONFIG
            + ",\"layers\":["
            + LAYER
            + "],\"annotations\":{\"x\":\"<y>\"}}";
    Manifest manifest = manifest(json);
    assertThat(manifest.toBytes()).isEqualTo(json.getBytes(UTF_8));
    assertThat(manifest.layers().get(0).annotations())
        .containsExactly(entry("z", "1"), entry("a", "2"));
    assertThat(manifest.totalSize()).isEqualTo(9_000_000_002L);
  }

  @Test
  void aDockerManifestComesBackByteForByte() throws Exception {
    String json =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",\
        "config":{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"%s","size":1},\
        "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","digest":"%s","size":2}]}"""
            .formatted(A, B);
    Manifest manifest = manifest(json);
    assertThat(manifest.mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
    assertThat(MediaTypes.isLayer(manifest.layers().get(0).mediaType())).isTrue();
    assertThat(manifest.toBytes()).isEqualTo(json.getBytes(UTF_8));
  }

  @Test
  void anArtifactComesBackByteForByte() throws Exception {
    Descriptor subject =
        new Descriptor(MediaTypes.OCI_MANIFEST, Digest.parse(B), 7)
            .withPlatform(new Platform("linux", "arm64", "v8"))
            .withArtifactType("type/x");
    Manifest artifact =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            Optional.of("type/y"),
            new Descriptor(MediaTypes.OCI_EMPTY, Digest.parse(A), 2),
            List.of(),
            Optional.of(subject),
            Map.of());
    assertThat(Manifest.parse(artifact.toBytes(), "it")).isEqualTo(artifact);
  }

  @Test
  void aManifestWithoutMediaTypeIsOci() throws Exception {
    Manifest manifest = manifest("{\"schemaVersion\":2,\"config\":" + CONFIG + ",\"layers\":null}");
    assertThat(manifest.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(manifest.layers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|expected a whole number in \"schemaVersion\", which is missing",
        "{\"schemaVersion\":1}|expected schemaVersion 2, got 1",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\"}"
            + "|expected an image manifest, got media type application/vnd.oci.image.index.v1+json",
        "{\"schemaVersion\":2}|expected an object in \"config\", which is missing",
        "{\"schemaVersion\":2,\"layers\":[{}]}"
            + "|layers[0]: expected a whole number in \"size\", which is missing",
        "{\"schemaVersion\":2,\"layers\":[{\"size\":-1}]}"
            + "|layers[0]: expected a size of at least 0, got -1",
        "{\"schemaVersion\":2,\"layers\":[{\"size\":1,\"mediaType\":\"t\",\"digest\":\"md5:0\"}]}"
            + "|layers[0]: expected a digest of the form sha256:<hex> or sha512:<hex>, got \"md5:0\"",
        "{\"schemaVersion\":2,\"config\":{\"size\":1,\"mediaType\":\"t\",\"digest\":\"sha256:0\"}}"
            + "|config: expected 64 lower-case hexadecimal characters, got \"0\"",
        "{\"schemaVersion\":2,\"config\":{\"size\":1}}"
            + "|config: expected a string in \"mediaType\", which is missing"
      })
  void aMalformedManifestIsRefused(String json, String problem) {
    assertRefused(() -> manifest(json), "reading the manifest: " + problem);
  }

  @Test
  void anIndexKeepsUnknownFields() throws Exception {
    String json =
        """
        {"schemaVersion":2,"extra":{"a":[1]},"manifests":[\
        {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":1,\
        "annotations":{"org.opencontainers.image.ref.name":"latest"},\
        "platform":{"architecture":"arm64","os":"linux","variant":"v8"}}],"annotations":{"x":"y"}}"""
            .formatted(A);
    ImageIndex index = ImageIndex.parse(json.getBytes(UTF_8), "the index");
    assertThat(index.manifests().get(0).platform()).contains(Platform.parse("linux/arm64/v8"));
    assertThat(index.toBytes()).isEqualTo(json.getBytes(UTF_8));
    assertThat(index.withManifests(List.of()).toBytes())
        .asString(UTF_8)
        .isEqualTo(
            "{\"schemaVersion\":2,\"extra\":{\"a\":[1]},\"manifests\":[],\"annotations\":{\"x\":\"y\"}}");
  }

  @Test
  void aMalformedIndexIsRefused() {
    assertRefused(
        () -> ImageIndex.parse("{\"manifests\":[1]}".getBytes(UTF_8), "the index"),
        "reading the index: expected an object in \"manifests[0]\", got 1");
  }

  @Test
  void aConfigKeepsUnknownFields() throws Exception {
    String json =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/sbin/init\"],\"Labels\":{\"b\":\"1\"}},"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
            + A
            + "\"]},\"x\":{\"y\":1}}";
    ImageConfig config = config(json);
    assertThat(config.toBytes()).isEqualTo(json.getBytes(UTF_8));
    assertThat(config.platform()).hasToString("linux/amd64");
    assertThat(config.labels()).containsExactly(entry("b", "1"));
    assertThat(config.diffIds()).containsExactly(Digest.parse(A));
    assertThat(config.history()).isEmpty();
    ImageConfig changed =
        config
            .withLabels(Map.of("c", "2"))
            .withLayers(
                List.of(Digest.parse(B)), List.of(JsonObject.EMPTY.with("created_by", "varve")));
    assertThat(changed.json())
        .hasToString(
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/sbin/init\"],"
                + "\"Labels\":{\"c\":\"2\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + B
                + "\"]},\"x\":{\"y\":1},\"history\":[{\"created_by\":\"varve\"}]}");
  }

  @Test
  void anEmptyConfigIsRead() throws Exception {
    ImageConfig config = config("{}");
    assertThat(config.platform()).hasToString("unknown/unknown");
    assertThat(config.created()).isEqualTo(Instant.EPOCH);
    assertThat(config.labels()).isEmpty();
    assertThat(config.diffIds()).isEmpty();
    assertThat(ImageConfig.forPlatform(Platform.parse("linux/amd64")).json())
        .hasToString("{\"architecture\":\"amd64\",\"os\":\"linux\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "2025-01-02T03:04:05Z, 1735787045",
    "2025-01-02T03:04:05.123456789+02:00, 1735779845",
    "1969-12-31T23:59:59Z, -1"
  })
  void theDateOfAConfigIsReadInAnyZone(String text, long seconds) throws Exception {
    assertThat(config("{\"created\":\"" + text + "\"}").created().getEpochSecond())
        .isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"created\":\"yesterday\"}"
            + "|expected an RFC 3339 date in \"created\", got \"yesterday\"",
        "{\"rootfs\":{\"diff_ids\":[\"sha512:1\"]}}"
            + "|rootfs: expected 128 lower-case hexadecimal characters, got \"1\"",
        "{\"rootfs\":{\"diff_ids\":[1]}}|rootfs: expected a string in \"diff_ids[0]\", got 1",
        "{\"config\":{\"Labels\":[]}}|config: expected an object in \"Labels\", got []",
        "{\"os\":1}|expected a string in \"os\", got 1",
        "{\"history\":{}}|expected an array in \"history\", got {}"
      })
  void aMalformedConfigIsRefused(String json, String problem) throws Exception {
    ImageConfig config = config(json);
    assertRefused(
        () -> {
          config.created();
          config.diffIds();
          config.labels();
          config.platform();
          config.history();
        },
        "reading the config: " + problem);
  }

  @Test
  void aDigestParsesAndPrints() {
    assertThat(Digest.of("x".getBytes(UTF_8)))
        .hasToString("sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
    assertThat(Digest.parse(A)).hasToString(A).isLessThan(Digest.parse(B));
  }

  @Test
  void aSha512DigestParsesAndPrints() {
    String x =
        "sha512:a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e42da89238b"
            + "c13626e43dcb38ddb082488927ec904fb42057443983e88585179d50551afe62";
    assertThat(Digest.Algorithm.SHA512.of("x".getBytes(UTF_8))).hasToString(x);
    assertThat(Digest.parse(x)).hasToString(x).isNotEqualTo(Digest.of("x".getBytes(UTF_8)));
    assertThat(Digest.parse(x).algorithm()).isEqualTo(Digest.Algorithm.SHA512);
    assertThat(Digest.parse(A).algorithm()).isEqualTo(Digest.Algorithm.SHA256);
  }

  @Test
  void anIndexIsHashedWithTheGivenAlgorithm() throws Exception {
    byte[] bytes = "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(UTF_8);
    assertThat(ImageIndex.parse(bytes, "the index").descriptor().digest())
        .isEqualTo(Digest.of(bytes));
    assertThat(ImageIndex.parse(bytes, "the index", Digest.Algorithm.SHA512).descriptor().digest())
        .isEqualTo(Digest.Algorithm.SHA512.of(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256", "sha512"})
  void aDigestOfTheOtherAlgorithmsLengthIsRefused(String algorithm) {
    String hex = "a".repeat(algorithm.equals("sha256") ? 128 : 64);
    assertThatThrownBy(() -> Digest.parse(algorithm + ":" + hex))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected %d lower-case hexadecimal characters, got \"%s\""
                .formatted(192 - hex.length(), hex));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "A", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void aDigestOfAnotherLengthIsRefused(String hex) {
    assertThatThrownBy(() -> Digest.parse("sha256:" + hex))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 64 lower-case hexadecimal characters, got \"" + hex + "\"");
  }

  @Test
  void aDigestInUpperCaseIsRefused() {
    assertThatThrownBy(() -> new Digest("A".repeat(64)))
        .isExactlyInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDescriptorHasNoNegativeSize() {
    assertThatThrownBy(() -> new Descriptor("t", Digest.parse(A), -1))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a size of at least 0, got -1");
    assertThat(Descriptor.of("t", new byte[3]).size()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux/amd64", "linux/arm64/v8", "windows/amd64"})
  void aPlatformParsesAndPrints(String text) {
    assertThat(Platform.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "linux", "linux/", "/amd64", "linux/arm/v7/x", "linux/amd64/", "//"})
  void aMalformedPlatformIsRefused(String text) {
    assertThatThrownBy(() -> Platform.parse(text))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a platform such as linux/amd64, got \"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64, true",
    "linux/arm64, linux/arm64/v8, true",
    "linux/arm64/v8, linux/arm64, true",
    "linux/arm64/v8, linux/arm64/v9, false",
    "linux/arm64/v9, linux/arm64/v8, true",
    "linux/arm/v7, linux/arm/v6, true",
    "linux/arm/v6, linux/arm/v7, false",
    "linux/arm, linux/arm/v7, true",
    "linux/amd64/v1, linux/amd64/v2, false",
    "linux/amd64/v1, linux/amd64, true",
    "linux/amd64/v3, linux/amd64/v2, true",
    "linux/amd64/v2, linux/amd64/v3, false",
    "linux/riscv64/rva23, linux/riscv64, true",
    "linux/riscv64, linux/riscv64/rva23, true",
    "linux/riscv64/rva22, linux/riscv64/rva23, false",
    "linux/amd64, linux/arm64, false",
    "linux/amd64, windows/amd64, false"
  })
  void aPlatformAcceptsImagesThatRunOnIt(String asked, String got, boolean accepted) {
    assertThat(Platform.parse(asked).accepts(Platform.parse(got))).isEqualTo(accepted);
  }

  @Test
  void aMissingBlobIsNamed() {
    Descriptor blob = new Descriptor("t", Digest.parse(A), 5);
    assertThat(new MissingBlobException("oci:x", blob))
        .isInstanceOf(IOException.class)
        .hasMessage("opening blob " + A + " of oci:x: expected 5 bytes, but the blob is not there");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "application/vnd.oci.image.layer.v1.tar+xz",
        "application/vnd.oci.empty.v1+json",
        ""
      })
  void otherMediaTypesAreNoLayers(String mediaType) {
    assertThat(MediaTypes.isLayer(mediaType)).isFalse();
  }

  @Test
  void aForeignDigestMayBeLong() throws Exception {
    String digest = "a.".repeat(100_000) + "a:x";
    ImageIndex index =
        ImageIndex.parseLayout(
            ("{\"manifests\":[{\"digest\":\"" + digest + "\"}]}").getBytes(UTF_8), "it");
    assertThat(index.manifests()).isEmpty();
    assertThat(index.foreign().get(0).string("digest")).isEqualTo(digest);
  }

  @Test
  void sizesWhoseSumIsNoNumberOfBytesAreRefused() {
    String layer =
        "{\"mediaType\":\"m/t\",\"digest\":\"%s\",\"size\":4611686018427387904}".formatted(A);
    assertThatThrownBy(
            () ->
                manifest(
                    "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s,%s]}"
                        .formatted(CONFIG, layer, layer)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageEndingWith("expected a config and layers of less than 2^63 bytes in all");
  }

  @Test
  void aYearOfFiveDigitsIsRefused() throws Exception {
    ImageConfig config =
        ImageConfig.parse("{\"created\":\"+10000-01-01T00:00:00Z\"}".getBytes(UTF_8), "it");
    assertThatThrownBy(config::created)
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage(
            "reading it: expected an RFC 3339 date in \"created\", got \"+10000-01-01T00:00:00Z\"");
  }
}
