package dev.varve.core.delta;

import dev.varve.core.bytes.PlainText;
import dev.varve.core.compress.Compression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.tardiff.SourcePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The manifest of a delta: what its blobs contain.
 *
 * @param source the digest of the old image's manifest
 * @param sourceConfig the digest of the old image's config
 * @param target the digest of the new image's manifest
 * @param manifest the blob with the bytes of the new image's manifest
 * @param config the blob with the bytes of the new image's config
 * @param layers the layers that the old image lacks, in the order of the new image
 * @param kept the layers that the old image has: the digest of each in the new image, and its
 *     diffID
 * @param signature the blobs of the new image's signature in cosign's format, the manifest first;
 *     may be empty
 * @param samples files of the old image and the digests of their contents, which tell whether a
 *     directory contains the old image's files; may be empty
 * @see <a href="https://github.com/containers/oci-delta">containers/oci-delta</a>
 */
public record Delta(
    Digest source,
    Digest sourceConfig,
    Digest target,
    Descriptor manifest,
    Descriptor config,
    List<LayerDelta> layers,
    Map<Digest, Digest> kept,
    List<Descriptor> signature,
    Map<String, Digest> samples) {

  /** The artifact type of a delta. */
  public static final String ARTIFACT_TYPE = "application/vnd.io.github.containers.oci-delta.v1";

  /** The media type of a tar-diff. */
  public static final String TAR_DIFF = "application/vnd.tar-diff";

  private static final String PREFIX = "io.github.containers.delta.";
  private static final String TARGET = PREFIX + "target";
  private static final String SOURCE = PREFIX + "source";
  private static final String SOURCE_CONFIG = PREFIX + "source-config";
  private static final String REUSED = PREFIX + "reused";
  private static final String REUSED_DIFF_ID = PREFIX + "reused-diff-id";
  private static final String CONTENT = PREFIX + "content";
  private static final String TO = PREFIX + "to";

  private static final String IMAGE_MANIFEST = "image-manifest";
  private static final String IMAGE_CONFIG = "image-config";
  private static final String IMAGE_LAYER = "image-layer";
  private static final String SIGNATURE = "cosign-signature";
  private static final String SIGNATURE_CONTENT = "cosign-signature-content";

  /** Varve's own annotations, which other readers ignore. */
  private static final String COMPRESSION = "dev.varve.delta.compression";

  private static final String SAMPLES = "dev.varve.delta.source-files";

  private static final Descriptor EMPTY_CONFIG =
      Descriptor.of(MediaTypes.OCI_EMPTY, "{}".getBytes(StandardCharsets.US_ASCII));

  /** Copies the collections. */
  public Delta {
    layers = List.copyOf(layers);
    kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
    signature = List.copyOf(signature);
    samples = Collections.unmodifiableMap(new TreeMap<>(samples));
  }

  /**
   * A layer that the old image lacks.
   *
   * @param blob the tar-diff, or the layer as it was published
   * @param to the digest of the published layer
   * @param compression how to compress the rebuilt tar to get the published layer, if known
   */
  public record LayerDelta(Descriptor blob, Digest to, Optional<Compression> compression) {
    /** Whether the blob is a tar-diff. */
    public boolean isTarDiff() {
      return blob.mediaType().equals(TAR_DIFF);
    }

    private Descriptor described() {
      Map<String, String> annotations = new LinkedHashMap<>();
      annotations.put(CONTENT, IMAGE_LAYER);
      annotations.put(TO, to.toString());
      compression.ifPresent(known -> annotations.put(COMPRESSION, known.toString()));
      return blob.withAnnotations(annotations);
    }
  }

  /** Returns whether a manifest is a delta's. */
  public static boolean isDelta(Manifest manifest) {
    return manifest.artifactType().equals(Optional.of(ARTIFACT_TYPE));
  }

  /**
   * Parses the manifest of a delta.
   *
   * @param name the delta, for error messages
   */
  public static Delta parse(Manifest artifact, String name) throws MalformedJsonException {
    JsonObject json = JsonObject.parse(artifact.toBytes(), "the delta " + name);
    if (!isDelta(artifact)) {
      throw json.malformed(
          "expected artifact type "
              + ARTIFACT_TYPE
              + ", got "
              + artifact.artifactType().orElse("none"));
    }
    Map<String, String> annotations = artifact.annotations();
    List<LayerDelta> layers = new ArrayList<>();
    for (Descriptor blob : withContent(artifact, IMAGE_LAYER)) {
      layers.add(layer(blob, json));
    }
    return new Delta(
        digest(annotations, SOURCE, json),
        digest(annotations, SOURCE_CONFIG, json),
        digest(annotations, TARGET, json),
        only(artifact, IMAGE_MANIFEST, json),
        only(artifact, IMAGE_CONFIG, json),
        layers,
        kept(annotations, json),
        signature(artifact),
        samples(annotations, json));
  }

  /** Returns the artifact's manifest, with the new image's manifest as its subject. */
  public Manifest toManifest() {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(TARGET, target.toString());
    annotations.put(SOURCE, source.toString());
    annotations.put(SOURCE_CONFIG, sourceConfig.toString());
    if (!kept.isEmpty()) {
      annotations.put(REUSED, array(kept.keySet().stream()));
      annotations.put(REUSED_DIFF_ID, array(kept.values().stream()));
    }
    if (!samples.isEmpty()) {
      JsonObject digests = JsonObject.EMPTY;
      for (Map.Entry<String, Digest> sample : samples.entrySet()) {
        digests = digests.with(sample.getKey(), sample.getValue().toString());
      }
      annotations.put(SAMPLES, digests.toString());
    }
    Descriptor subject = new Descriptor(manifest.mediaType(), target, manifest.size());
    List<Descriptor> blobs = new ArrayList<>();
    blobs.add(manifest.withAnnotations(Map.of(CONTENT, IMAGE_MANIFEST)));
    blobs.add(config.withAnnotations(Map.of(CONTENT, IMAGE_CONFIG)));
    layers.forEach(layer -> blobs.add(layer.described()));
    for (int i = 0; i < signature.size(); i++) {
      String content = i == 0 ? SIGNATURE : SIGNATURE_CONTENT;
      blobs.add(signature.get(i).withAnnotations(Map.of(CONTENT, content)));
    }
    return new Manifest(
        MediaTypes.OCI_MANIFEST,
        Optional.of(ARTIFACT_TYPE),
        EMPTY_CONFIG,
        blobs,
        Optional.of(subject),
        annotations);
  }

  /** The download of a client that has the old image: the blobs of the delta, in bytes. */
  public long downloadedBytes() {
    return manifest.size()
        + config.size()
        + layers.stream().mapToLong(layer -> layer.blob().size()).sum()
        + signature.stream().mapToLong(Descriptor::size).sum();
  }

  /** What is downloaded for each layer, in bytes, by the digest of the published layer. */
  public Map<Digest, Long> bytesOfLayers() {
    Map<Digest, Long> bytes = new HashMap<>();
    layers.forEach(layer -> bytes.merge(layer.to(), layer.blob().size(), Long::sum));
    return bytes;
  }

  /**
   * The download of a client that has the old image and no delta, in bytes: the layers that the
   * delta replaces.
   *
   * @param image the manifest of the new image
   */
  public long replacedBytes(Manifest image) {
    Map<Digest, Long> sizes = new HashMap<>();
    image.layers().forEach(layer -> sizes.put(layer.digest(), layer.size()));
    return layers.stream().mapToLong(layer -> sizes.getOrDefault(layer.to(), 0L)).sum();
  }

  /** Returns the delta of a layer, by the digest of the published layer. */
  Optional<LayerDelta> layer(Digest published) {
    return layers.stream().filter(layer -> layer.to().equals(published)).findFirst();
  }

  private static LayerDelta layer(Descriptor blob, JsonObject json) throws MalformedJsonException {
    Digest to = digest(blob.annotations(), TO, json);
    String compression = blob.annotations().getOrDefault(COMPRESSION, "");
    try {
      return new LayerDelta(
          blob,
          to,
          compression.isEmpty() ? Optional.empty() : Optional.of(Compression.parse(compression)));
    } catch (IllegalArgumentException e) {
      throw json.malformed("layer " + blob.digest() + ": " + e.getMessage());
    }
  }

  private static Map<Digest, Digest> kept(Map<String, String> annotations, JsonObject json)
      throws MalformedJsonException {
    List<Digest> digests = digests(annotations, REUSED, json);
    List<Digest> diffIds = digests(annotations, REUSED_DIFF_ID, json);
    if (digests.size() != diffIds.size()) {
      throw json.malformed(
          "expected as many digests in "
              + REUSED_DIFF_ID
              + " as in "
              + REUSED
              + ", got "
              + diffIds.size()
              + " and "
              + digests.size());
    }
    Map<Digest, Digest> kept = new LinkedHashMap<>();
    for (int i = 0; i < digests.size(); i++) {
      kept.put(digests.get(i), diffIds.get(i));
    }
    return kept;
  }

  private static Map<String, Digest> samples(Map<String, String> annotations, JsonObject json)
      throws MalformedJsonException {
    Map<String, Digest> samples = new TreeMap<>();
    JsonObject digests =
        JsonObject.parse(
            annotations.getOrDefault(SAMPLES, "{}").getBytes(StandardCharsets.UTF_8), SAMPLES);
    for (String path : digests.names()) {
      if (!SourcePath.isValid(path)) {
        throw json.malformed(
            SAMPLES + ": expected a relative, normal path, got '" + PlainText.of(path) + "'");
      }
      samples.put(path, digest(Map.of(path, digests.string(path)), path, json));
    }
    return samples;
  }

  private static List<Digest> digests(Map<String, String> annotations, String key, JsonObject json)
      throws MalformedJsonException {
    String array = annotations.getOrDefault(key, "[]");
    byte[] wrapped = ("{\"digests\":" + array + "}").getBytes(StandardCharsets.UTF_8);
    List<Digest> digests = new ArrayList<>();
    for (String text : JsonObject.parse(wrapped, key).strings("digests")) {
      digests.add(digest(Map.of(key, text), key, json));
    }
    return digests;
  }

  private static Digest digest(Map<String, String> annotations, String key, JsonObject json)
      throws MalformedJsonException {
    String text = annotations.get(key);
    if (text == null) {
      throw json.malformed("expected an annotation " + key + ", got none");
    }
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw json.malformed(key + ": " + e.getMessage());
    }
  }

  private static Descriptor only(Manifest artifact, String content, JsonObject json)
      throws MalformedJsonException {
    List<Descriptor> found = withContent(artifact, content);
    if (found.size() != 1) {
      throw json.malformed(
          "expected one blob with " + CONTENT + " " + content + ", got " + found.size());
    }
    return found.get(0);
  }

  private static List<Descriptor> signature(Manifest artifact) {
    List<Descriptor> blobs = new ArrayList<>(withContent(artifact, SIGNATURE));
    blobs.addAll(withContent(artifact, SIGNATURE_CONTENT));
    return blobs;
  }

  private static List<Descriptor> withContent(Manifest artifact, String content) {
    return artifact.layers().stream().filter(blob -> content(blob).equals(content)).toList();
  }

  private static String content(Descriptor blob) {
    return blob.annotations().getOrDefault(CONTENT, "");
  }

  private static String array(Stream<Digest> digests) {
    return digests.map(digest -> "\"" + digest + "\"").collect(Collectors.joining(",", "[", "]"));
  }
}
