package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image manifest: the config and the layers, lowest first. Docker's schema 2 reads as the same
 * thing. An artifact (Varve's state, a signature) is a manifest with a type and a subject.
 *
 * @param mediaType {@link MediaTypes#OCI_MANIFEST} or {@link MediaTypes#DOCKER_MANIFEST}
 * @param artifactType what an artifact is; empty for an image
 * @param config the config blob
 * @param layers the layer blobs, lowest first
 * @param subject the manifest that this one belongs to
 * @param annotations in their order
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">OCI: image
 *     manifest</a>
 */
public record Manifest(
    String mediaType,
    Optional<String> artifactType,
    Descriptor config,
    List<Descriptor> layers,
    Optional<Descriptor> subject,
    Map<String, String> annotations) {

  /** The longest manifest that registries accept, in bytes. */
  public static final int MAX_BYTES = 4 << 20;

  /** Freezes the lists. */
  public Manifest {
    layers = List.copyOf(layers);
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /** An OCI image's manifest. */
  public Manifest(Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    this(MediaTypes.OCI_MANIFEST, Optional.empty(), config, layers, Optional.empty(), annotations);
  }

  /**
   * Parses a manifest.
   *
   * @param bytes the document
   * @param name what it is, for error messages
   */
  public static Manifest parse(byte[] bytes, String name) throws MalformedJsonException {
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
        json.stringMap("annotations"));
  }

  /** The manifest as compact JSON, the same bytes for the same manifest. */
  public byte[] toBytes() {
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
    return json.toBytes();
  }

  /** The bytes a client downloads that has nothing yet: config and layers. */
  public long totalSize() {
    return config.size() + layers.stream().mapToLong(Descriptor::size).sum();
  }
}
