package dev.varve.core.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.compress.Compression;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeltaTest {
  private static final Digest OLD = digest("old");
  private static final Digest OLD_CONFIG = digest("old config");
  private static final Descriptor MANIFEST =
      Descriptor.of(MediaTypes.OCI_MANIFEST, "manifest".getBytes(UTF_8));
  private static final Descriptor CONFIG =
      Descriptor.of(MediaTypes.OCI_CONFIG, "config".getBytes(UTF_8));
  private static final Descriptor DIFF = Descriptor.of(Delta.TAR_DIFF, "diff".getBytes(UTF_8));
  private static final Delta DELTA =
      new Delta(
          OLD,
          OLD_CONFIG,
          MANIFEST.digest(),
          MANIFEST,
          CONFIG,
          List.of(new LayerDelta(DIFF, digest("layer"), Optional.of(Compression.parse("zstd:6")))),
          Map.of(digest("kept"), digest("kept tar")),
          List.of(),
          Map.of("usr/bin/program", digest("program")));

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(UTF_8));
  }

  @Test
  void theManifestHasTheAnnotationsOfTheFormat() {
    Manifest manifest = DELTA.toManifest();

    assertThat(manifest.artifactType()).contains(Delta.ARTIFACT_TYPE);
    assertThat(manifest.config().mediaType()).isEqualTo("application/vnd.oci.empty.v1+json");
    assertThat(manifest.annotations())
        .isEqualTo(
            Map.of(
                "io.github.containers.delta.target",
                MANIFEST.digest().toString(),
                "io.github.containers.delta.source",
                OLD.toString(),
                "io.github.containers.delta.source-config",
                OLD_CONFIG.toString(),
                "io.github.containers.delta.reused",
                "[\"" + digest("kept") + "\"]",
                "io.github.containers.delta.reused-diff-id",
                "[\"" + digest("kept tar") + "\"]",
                "dev.varve.delta.source-files",
                "{\"usr/bin/program\":\"" + digest("program") + "\"}"));
    assertThat(manifest.layers())
        .containsExactly(
            MANIFEST.withAnnotations(
                Map.of("io.github.containers.delta.content", "image-manifest")),
            CONFIG.withAnnotations(Map.of("io.github.containers.delta.content", "image-config")),
            DIFF.withAnnotations(
                Map.of(
                    "io.github.containers.delta.content",
                    "image-layer",
                    "io.github.containers.delta.to",
                    digest("layer").toString(),
                    "dev.varve.delta.compression",
                    "zstd:6")));
  }

  @Test
  void whatIsWrittenIsParsed() throws MalformedJsonException {
    Delta parsed = Delta.parse(DELTA.toManifest(), "it");

    assertThat(parsed.toManifest()).isEqualTo(DELTA.toManifest());
    assertThat(parsed.kept()).isEqualTo(DELTA.kept());
    assertThat(parsed.samples()).isEqualTo(DELTA.samples());
    assertThat(parsed.downloadedBytes()).isEqualTo(8 + 6 + 4);
  }

  @Test
  void blobsOfAnUnknownContentAreIgnored() throws MalformedJsonException {
    Descriptor unknown =
        DIFF.withAnnotations(Map.of("io.github.containers.delta.content", "something-new"));

    assertThat(Delta.parse(with(unknown), "it").layers()).hasSize(1);
  }

  @Test
  void aDeltaWithoutKeptLayersOrSamplesIsParsed() throws MalformedJsonException {
    Map<String, @Nullable String> without = new LinkedHashMap<>();
    without.put("io.github.containers.delta.reused", null);
    without.put("io.github.containers.delta.reused-diff-id", null);
    without.put("dev.varve.delta.source-files", null);

    Delta parsed = Delta.parse(changed(without), "it");

    assertThat(parsed.kept()).isEmpty();
    assertThat(parsed.samples()).isEmpty();
  }

  @Test
  void malformedAnnotationsAreRefused() {
    refuses(
        "io.github.containers.delta.source-config",
        null,
        "expected an annotation io.github.containers.delta.source-config, got none");
    refuses(
        "io.github.containers.delta.target",
        "md5:1",
        "io.github.containers.delta.target: expected a digest of the form sha256:<hex> or"
            + " sha512:<hex>, got \"md5:1\"");
    refuses(
        "io.github.containers.delta.reused",
        "[]",
        "expected as many digests in io.github.containers.delta.reused-diff-id as in"
            + " io.github.containers.delta.reused, got 1 and 0");
    assertThatThrownBy(
            () -> Delta.parse(changed(Map.of("io.github.containers.delta.reused", "[")), "it"))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void samplesOutOfTheImageAreRefused() {
    for (String path : List.of("../etc/hostname", "/etc/hostname", "usr/./b", "")) {
      refuses(
          "dev.varve.delta.source-files",
          "{\"" + path + "\":\"" + digest("content") + "\"}",
          "dev.varve.delta.source-files: expected a relative, normal path, got '" + path + "'");
    }
    refuses(
        "dev.varve.delta.source-files",
        "{\"usr/\\u0000x\":\"" + digest("content") + "\"}",
        "dev.varve.delta.source-files: expected a relative, normal path, got 'usr/\uFFFDx'");
  }

  @Test
  void aLayerWithAnUnknownCompressionIsRefused() {
    Descriptor layer =
        DIFF.withAnnotations(
            Map.of(
                "io.github.containers.delta.content",
                "image-layer",
                "io.github.containers.delta.to",
                digest("other").toString(),
                "dev.varve.delta.compression",
                "lz4:1"));

    assertThatThrownBy(() -> Delta.parse(with(layer), "it"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("unknown compression 'lz4:1'");
  }

  @Test
  void twoManifestsAreRefused() {
    Descriptor second =
        CONFIG.withAnnotations(Map.of("io.github.containers.delta.content", "image-manifest"));

    assertThatThrownBy(() -> Delta.parse(with(second), "it"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining(
            "expected one blob with io.github.containers.delta.content image-manifest, got 2");
  }

  @Test
  void anotherArtifactIsNoDelta() {
    Manifest other = Manifest.artifact(MANIFEST, "application/vnd.other", CONFIG, DIFF, Map.of());

    assertThat(Delta.isDelta(other)).isFalse();
    assertThatThrownBy(() -> Delta.parse(other, "it"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining(
            "expected artifact type application/vnd.io.github.containers.oci-delta.v1, got"
                + " application/vnd.other");
  }

  private static void refuses(String annotation, @Nullable String value, String message) {
    Map<String, @Nullable String> replaced = new LinkedHashMap<>();
    replaced.put(annotation, value);
    assertThatThrownBy(() -> Delta.parse(changed(replaced), "it"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("reading the delta it: " + message);
  }

  /** Returns the manifest with annotations replaced, or removed if the value is null. */
  private static Manifest changed(Map<String, @Nullable String> replaced) {
    Manifest manifest = DELTA.toManifest();
    Map<String, String> annotations = new LinkedHashMap<>(manifest.annotations());
    replaced.forEach(
        (key, value) -> {
          if (value == null) {
            annotations.remove(key);
          } else {
            annotations.put(key, value);
          }
        });
    return new Manifest(
        manifest.mediaType(),
        manifest.artifactType(),
        manifest.config(),
        manifest.layers(),
        manifest.subject(),
        annotations);
  }

  private static Manifest with(Descriptor blob) {
    Manifest manifest = DELTA.toManifest();
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(blob);
    return new Manifest(
        manifest.mediaType(),
        manifest.artifactType(),
        manifest.config(),
        blobs,
        manifest.subject(),
        manifest.annotations());
  }
}
