package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The media type, size and digest of a blob.
 *
 * @param mediaType the media type
 * @param digest the digest of the bytes
 * @param size the size in bytes
 * @param annotations the annotations, in order
 * @param platform for an image in an index: the platform of the image
 * @param artifactType for an artifact's manifest: the type of the artifact
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md">OCI:
 *     descriptor</a>
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Map<String, String> annotations,
    Optional<Platform> platform,
    Optional<String> artifactType) {

  /** Checks the size and freezes the annotations. */
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("expected a size of at least 0, got " + size);
    }
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /** Creates a descriptor with only a type, a digest and a size. */
  public Descriptor(String mediaType, Digest digest, long size) {
    this(mediaType, digest, size, Map.of(), Optional.empty(), Optional.empty());
  }

  /** Returns the descriptor of {@code blob}. */
  public static Descriptor of(String mediaType, byte[] blob) {
    return new Descriptor(mediaType, Digest.of(blob), blob.length);
  }

  /** Returns a copy with other annotations. */
  public Descriptor withAnnotations(Map<String, String> replacement) {
    return new Descriptor(mediaType, digest, size, replacement, platform, artifactType);
  }

  /** Returns a copy with a platform. */
  public Descriptor withPlatform(Platform replacement) {
    return new Descriptor(
        mediaType, digest, size, annotations, Optional.of(replacement), artifactType);
  }

  /** Returns a copy with an artifact type. */
  public Descriptor withArtifactType(String replacement) {
    return new Descriptor(mediaType, digest, size, annotations, platform, Optional.of(replacement));
  }

  /**
   * Whether the descriptor is marked as an artifact's. Some tools mark images with their config's
   * type, which does not count.
   */
  public boolean saysArtifact() {
    return artifactType
        .filter(type -> !type.equals(MediaTypes.OCI_CONFIG))
        .filter(type -> !type.equals(MediaTypes.DOCKER_CONFIG))
        .isPresent();
  }

  /** Parses a descriptor in a manifest, an index, or another document. */
  public static Descriptor fromJson(JsonObject json) throws MalformedJsonException {
    Optional<JsonObject> platform = json.optionalObject("platform");
    long size = json.number("size");
    if (size < 0) {
      throw json.malformed("expected a size of at least 0, got " + size);
    }
    return new Descriptor(
        json.string("mediaType"),
        Digest.parse(json.string("digest"), json),
        size,
        json.stringMap("annotations"),
        platform.isEmpty() ? Optional.empty() : Optional.of(Platform.fromJson(platform.get())),
        json.optionalString("artifactType"));
  }

  /** Returns the descriptor in the form of manifests and indexes. */
  public JsonObject toJson() {
    JsonObject json =
        JsonObject.EMPTY
            .with("mediaType", mediaType)
            .with("digest", digest.toString())
            .with("size", size);
    if (!annotations.isEmpty()) {
      json = json.with("annotations", annotations);
    }
    if (platform.isPresent()) {
      json = json.with("platform", platform.get().toJson());
    }
    if (artifactType.isPresent()) {
      json = json.with("artifactType", artifactType.get());
    }
    return json;
  }
}
