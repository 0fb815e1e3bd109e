package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
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
 * An image manifest: the config and the layers, lowest first. Docker's schema 2 reads as the same
 * thing. An artifact (Varve's state, a signature) is a manifest with a type and a subject. One that
 * was parsed keeps its bytes, and so its digest; two are equal if their bytes are.
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
   * A manifest with these fields.
   *
   * @param mediaType {@link MediaTypes#OCI_MANIFEST} or {@link MediaTypes#DOCKER_MANIFEST}
   * @param artifactType what an artifact is; empty for an image
   * @param config the config blob
   * @param layers the layer blobs, lowest first
   * @param subject the manifest that this one belongs to
   * @param annotations in their order
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

  /** An OCI image's manifest. */
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
    return new Manifest(
        mediaType,
        json.optionalString("artifactType"),
        Descriptor.fromJson(json.object("config")),
        layers,
        subject.isEmpty() ? Optional.empty() : Optional.of(Descriptor.fromJson(subject.get())),
        json.stringMap("annotations"),
        bytes.clone(),
        algorithm);
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

  /** Its media type, OCI's or Docker's. */
  public String mediaType() {
    return mediaType;
  }

  /** What an artifact is; empty for an image. */
  public Optional<String> artifactType() {
    return artifactType;
  }

  /** What it is as an artifact: by old custom its config's type, if it says nothing. */
  public String effectiveArtifactType() {
    return artifactType.orElse(config.mediaType());
  }

  /** The config blob. */
  public Descriptor config() {
    return config;
  }

  /** The layer blobs, lowest first. */
  public List<Descriptor> layers() {
    return layers;
  }

  /** The manifest that this one belongs to. */
  public Optional<Descriptor> subject() {
    return subject;
  }

  /** The annotations, in their order. */
  public Map<String, String> annotations() {
    return annotations;
  }

  /** All blobs that it names: the config, then the layers; one that is named twice comes once. */
  public List<Descriptor> blobs() {
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    blobs.put(config.digest(), config);
    layers.forEach(layer -> blobs.putIfAbsent(layer.digest(), layer));
    return List.copyOf(blobs.values());
  }

  /** The document: the bytes that were parsed, or compact JSON, the same for the same fields. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** What an index or a subject says of it. */
  public Descriptor descriptor() {
    return new Descriptor(mediaType, algorithm.of(bytes), bytes.length);
  }

  /** The bytes a client downloads that has nothing yet: config and layers. */
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

  /** The document. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
