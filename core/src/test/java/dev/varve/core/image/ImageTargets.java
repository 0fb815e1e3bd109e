package dev.varve.core.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The parsers of an image's documents. */
public final class ImageTargets implements FuzzTargets {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final String LONG_DIGEST = "sha512:" + "cd".repeat(64);

  private static String descriptor(String mediaType, String digest, String more) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":7%s}"
        .formatted(mediaType, digest, more);
  }

  @Override
  public List<FuzzTarget> targets() {
    String config = descriptor(MediaTypes.OCI_CONFIG, DIGEST, "");
    String layer =
        descriptor(MediaTypes.OCI_LAYER + "+gzip", LONG_DIGEST, ",\"annotations\":{\"a\":\"b\"}");
    return List.of(
        FuzzTarget.ofText(
            "manifest",
            ImageTargets::readManifest,
            """
            {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s,%s],
            "annotations":{"dev.varve.clamp":"1700000000"}}"""
                .formatted(MediaTypes.OCI_MANIFEST, config, layer, layer),
            """
            {"schemaVersion":2,"artifactType":"a/b","config":%s,"layers":[],"subject":%s}"""
                .formatted(config, config)),
        FuzzTarget.ofText(
            "index",
            ImageTargets::readIndex,
            """
            {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s],"annotations":{"a":"b"}}"""
                .formatted(
                    MediaTypes.OCI_INDEX,
                    descriptor(
                        MediaTypes.OCI_MANIFEST,
                        DIGEST,
                        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}"),
                    descriptor(MediaTypes.OCI_MANIFEST, LONG_DIGEST, ",\"artifactType\":\"a/b\"")),
            "{\"manifests\":[%s]}".formatted(descriptor("a/b", "blake3:abc", ""))),
        FuzzTarget.ofText(
            "config",
            ImageTargets::readConfig,
            """
            {"created":"2025-01-01T00:00:00.5Z","architecture":"amd64","os":"linux",
            "config":{"Labels":{"a":"b"}},"rootfs":{"type":"layers","diff_ids":["%s"]},
            "history":[{"created_by":"x","empty_layer":true}]}"""
                .formatted(DIGEST)),
        FuzzTarget.ofText("digest", text(Digest::parse), DIGEST, LONG_DIGEST),
        FuzzTarget.ofText("platform", text(Platform::parse), "linux/amd64", "linux/arm/v7"));
  }

  private static void readManifest(byte[] document) throws IOException {
    Manifest manifest = Manifest.parse(document, "it");
    assertThat(manifest.toBytes()).isEqualTo(document);
    assertThat(manifest.descriptor().digest()).isEqualTo(Digest.of(document));
    assertThat(manifest.totalSize()).isNotNegative();
    assertThat(manifest.blobs()).contains(manifest.config());
    Manifest written =
        new Manifest(
            manifest.mediaType(),
            manifest.artifactType(),
            manifest.config(),
            manifest.layers(),
            manifest.subject(),
            manifest.annotations());
    Manifest again = Manifest.parse(written.toBytes(), "it");
    assertThat(again.layers()).isEqualTo(manifest.layers());
    assertThat(again.config()).isEqualTo(manifest.config());
    assertThat(again.subject()).isEqualTo(manifest.subject());
    assertThat(again.annotations()).isEqualTo(manifest.annotations());
  }

  private static void readIndex(byte[] document) throws IOException {
    ImageIndex index = ImageIndex.parseLayout(document, "it");
    assertThat(index.foreign())
        .hasSize(index.json().objects("manifests").size() - index.manifests().size());
    assertThat(index.toBytes()).isEqualTo(document);
    index.annotations();
    index.descriptor();
    byte[] written = index.withAnnotations(Map.of()).withManifests(index.manifests()).toBytes();
    assertThat(ImageIndex.parse(written, "it").manifests()).isEqualTo(index.manifests());
  }

  private static void readConfig(byte[] document) throws IOException {
    ImageConfig config = ImageConfig.parse(document, "it");
    config.platform();
    config.created();
    config.history();
    List<Digest> diffIds = config.diffIds();
    ImageConfig written =
        ImageConfig.parse(
            config.withLayers(diffIds, List.of()).withLabels(config.labels()).toBytes(), "it");
    assertThat(written.diffIds()).isEqualTo(diffIds);
    assertThat(written.labels()).isEqualTo(config.labels());
  }

  /** Returns a reader of texts that say themselves what they were made of. */
  private static IoConsumer<byte[]> text(Function<String, Object> parser) {
    return bytes -> {
      Object parsed;
      try {
        parsed = parser.apply(new String(bytes, UTF_8));
      } catch (IllegalArgumentException e) {
        throw new IOException(e);
      }
      assertThat(parser.apply(parsed.toString())).isEqualTo(parsed);
    };
  }
}
