package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a blob is, how long, and its digest.
 *
 * @param mediaType the blob's type
 * @param digest the digest of its bytes
 * @param size its length in bytes
 * @param annotations in their order
 * @param platform where the blob is an image in an index: the machine it is for
 * @param artifactType where the blob is an artifact's manifest: the artifact's type
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

  /** A descriptor with a type, a digest and a size alone. */
  public Descriptor(String mediaType, Digest digest, long size) {
    this(mediaType, digest, size, Map.of(), Optional.empty(), Optional.empty());
  }

  /** Describes {@code blob}. */
  public static Descriptor of(String mediaType, byte[] blob) {
    return new Descriptor(mediaType, Digest.of(blob), blob.length);
  }

  /** A copy with these annotations in place of its own. */
  public Descriptor withAnnotations(Map<String, String> replacement) {
    return new Descriptor(mediaType, digest, size, replacement, platform, artifactType);
  }

  /** A copy with this platform. */
  public Descriptor withPlatform(Platform replacement) {
    return new Descriptor(
        mediaType, digest, size, annotations, Optional.of(replacement), artifactType);
  }

  /** A copy with this artifact type. */
  public Descriptor withArtifactType(String replacement) {
    return new Descriptor(mediaType, digest, size, annotations, platform, Optional.of(replacement));
  }

  /**
   * Whether it says that what it describes is an artifact. An image's "artifact type" is that of
   * its config, where a tool gives it one.
   */
  public boolean saysArtifact() {
    return artifactType
        .filter(type -> !type.equals(MediaTypes.OCI_CONFIG))
        .filter(type -> !type.equals(MediaTypes.DOCKER_CONFIG))
        .isPresent();
  }

  /** Reads one from a manifest, an index, or another document that names a blob. */
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

  /** The descriptor as it stands in a manifest or an index. */
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
