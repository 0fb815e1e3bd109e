package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image manifest: the config and the layers, lowest first, in OCI's format or Docker's schema 2.
 * An artifact (Varve's state, a signature) is a manifest with a type and a subject. A parsed
 * manifest keeps its bytes and digest; manifests are equal if their bytes are.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">OCI: image
 *     manifest</a>
 */
public final class Manifest {
  /** The longest manifest that registries accept, in bytes. */
  public static final int MAX_BYTES = 4 << 20;

  private final String mediaType;
  private final Optional<String> artifactType;
  private final Descriptor config;
  private final List<Descriptor> layers;
  private final Optional<Descriptor> subject;
  private final Map<String, String> annotations;
  private final byte[] bytes;
  private final Digest.Algorithm algorithm;

  /**
   * Creates a manifest.
   *
   * @param mediaType {@link MediaTypes#OCI_MANIFEST} or {@link MediaTypes#DOCKER_MANIFEST}
   * @param artifactType the type of an artifact; empty for an image
   * @param config the config blob
   * @param layers the layer blobs, lowest first
   * @param subject the manifest that an artifact refers to
   * @param annotations the annotations, in order
   */
  public Manifest(
      String mediaType,
      Optional<String> artifactType,
      Descriptor config,
      List<Descriptor> layers,
      Optional<Descriptor> subject,
      Map<String, String> annotations) {
    this(
        mediaType,
        artifactType,
        config,
        layers,
        subject,
        annotations,
        new byte[0],
        Digest.Algorithm.SHA256);
  }

  /** Creates the manifest of an OCI image. */
  public Manifest(Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    this(MediaTypes.OCI_MANIFEST, Optional.empty(), config, layers, Optional.empty(), annotations);
  }

  private Manifest(
      String mediaType,
      Optional<String> artifactType,
      Descriptor config,
      List<Descriptor> layers,
      Optional<Descriptor> subject,
      Map<String, String> annotations,
      byte[] parsed,
      Digest.Algorithm algorithm) {
    this.mediaType = mediaType;
    this.artifactType = artifactType;
    this.config = config;
    this.layers = List.copyOf(layers);
    this.subject = subject;
    this.annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    this.bytes = parsed.length > 0 ? parsed : json().toBytes();
    this.algorithm = algorithm;
  }

  /**
   * Returns the manifest of an artifact that belongs to another manifest.
   *
   * @param subject the manifest or index that the artifact belongs to
   * @param config the empty config, {@link MediaTypes#OCI_EMPTY}
   * @param blob the one layer of the artifact
   */
  public static Manifest artifact(
      Descriptor subject,
      String artifactType,
      Descriptor config,
      Descriptor blob,
      Map<String, String> annotations) {
    // Without the annotations and platform that the descriptor has in an index.
    Descriptor plain = new Descriptor(subject.mediaType(), subject.digest(), subject.size());
    return new Manifest(
        MediaTypes.OCI_MANIFEST,
        Optional.of(artifactType),
        config,
        List.of(blob),
        Optional.of(plain),
        annotations);
  }

  /**
   * Parses a manifest.
   *
   * @param bytes the document
   * @param name what it is, for error messages
   */
  public static Manifest parse(byte[] bytes, String name) throws MalformedJsonException {
    return parse(bytes, name, Digest.Algorithm.SHA256);
  }

  /**
   * Parses a manifest.
   *
   * @param bytes the document
   * @param name what it is, for error messages
   * @param algorithm of the digest that it is known by
   */
  public static Manifest parse(byte[] bytes, String name, Digest.Algorithm algorithm)
      throws MalformedJsonException {
    JsonObject json = JsonObject.parse(bytes, name);
    if (json.number("schemaVersion") != 2) {
      throw json.malformed("expected schemaVersion 2, got " + json.number("schemaVersion"));
    }
    String mediaType = json.optionalString("mediaType").orElse(MediaTypes.OCI_MANIFEST);
    if (!MediaTypes.isManifest(mediaType)) {
      throw json.malformed("expected an image manifest, got media type " + mediaType);
    }
    List<Descriptor> layers = new ArrayList<>();
    for (JsonObject layer : json.objects("layers")) {
      layers.add(Descriptor.fromJson(layer));
    }
    Optional<JsonObject> subject = json.optionalObject("subject");
    Descriptor config = Descriptor.fromJson(json.object("config"));
    requireSum(config, layers, json);
    return new Manifest(
        mediaType,
        json.optionalString("artifactType"),
        config,
        layers,
        subject.isEmpty() ? Optional.empty() : Optional.of(Descriptor.fromJson(subject.get())),
        json.stringMap("annotations"),
        bytes.clone(),
        algorithm);
  }

  /** Checks that the total size is a number of bytes. */
  private static void requireSum(Descriptor config, List<Descriptor> layers, JsonObject json)
      throws MalformedJsonException {
    long left = Long.MAX_VALUE - config.size();
    for (Descriptor layer : layers) {
      if (layer.size() > left) {
        throw json.malformed("expected a config and layers of less than 2^63 bytes in all");
      }
      left -= layer.size();
    }
  }

  private JsonObject json() {
    JsonObject json = JsonObject.EMPTY.with("schemaVersion", 2).with("mediaType", mediaType);
    if (artifactType.isPresent()) {
      json = json.with("artifactType", artifactType.get());
    }
    json = json.with("config", config.toJson());
    json = json.with("layers", layers.stream().map(Descriptor::toJson).toList());
    if (subject.isPresent()) {
      json = json.with("subject", subject.get().toJson());
    }
    if (!annotations.isEmpty()) {
      json = json.with("annotations", annotations);
    }
    return json;
  }

  /** The media type, OCI's or Docker's. */
  public String mediaType() {
    return mediaType;
  }

  /** The type of an artifact; empty for an image. */
  public Optional<String> artifactType() {
    return artifactType;
  }

  /** The artifact type, or by the older convention the config's media type. */
  public String effectiveArtifactType() {
    return artifactType.orElse(config.mediaType());
  }

  /**
   * Whether this is an artifact, not an image: the config is not an image's, or no layer has files.
   * Cosign's signatures and BuildKit's attestations have an image's config, but other layers.
   */
  public boolean isArtifact() {
    return !MediaTypes.isConfig(config.mediaType())
        || (!layers.isEmpty()
            && layers.stream().noneMatch(layer -> MediaTypes.isAnyLayer(layer.mediaType())));
  }

  /**
   * Checks that this is an image.
   *
   * @param name the image as the user named it, for the message
   * @throws IOException if this is an artifact; the message says its type
   */
  public void requireImage(String name) throws IOException {
    if (isArtifact()) {
      String type = effectiveArtifactType();
      throw new IOException(
          "opening "
              + name
              + ": expected an image, got an artifact of type "
              + (MediaTypes.isConfig(type) ? layers.get(0).mediaType() : type));
    }
  }

  /** The config blob. */
  public Descriptor config() {
    return config;
  }

  /** The layer blobs, lowest first. */
  public List<Descriptor> layers() {
    return layers;
  }

  /** The manifest that an artifact refers to. */
  public Optional<Descriptor> subject() {
    return subject;
  }

  /** The annotations, in order. */
  public Map<String, String> annotations() {
    return annotations;
  }

  /** The blobs without duplicates: the config, then the layers. */
  public List<Descriptor> blobs() {
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    blobs.put(config.digest(), config);
    layers.forEach(layer -> blobs.putIfAbsent(layer.digest(), layer));
    return List.copyOf(blobs.values());
  }

  /** Returns the parsed bytes, or for a new manifest compact, deterministic JSON. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The manifest's descriptor. */
  public Descriptor descriptor() {
    return new Descriptor(mediaType, algorithm.of(bytes), bytes.length);
  }

  /** The total size of config and layers: the download of a client without any blob. */
  public long totalSize() {
    return config.size() + layers.stream().mapToLong(Descriptor::size).sum();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Manifest that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns the document. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
