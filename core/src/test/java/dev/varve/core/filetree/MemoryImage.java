package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.compress.Compression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.VerifyingInputStream;
import dev.varve.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** An image in memory, for tests, with the reference {@code memory:image}. */
public final class MemoryImage implements ImageSource {
  private final Map<Digest, byte[]> blobs = new HashMap<>();
  private final List<Descriptor> layers = new ArrayList<>();
  private final List<Digest> diffIds = new ArrayList<>();
  private Map<String, String> annotations = Map.of();
  private JsonObject config =
      JsonObject.EMPTY
          .with("architecture", "amd64")
          .with("os", "linux")
          .with("created", "2025-01-01T00:00:00Z");
  private Optional<Manifest> referrer = Optional.empty();

  /** Returns an image of uncompressed tars, the lowest first. */
  public static MemoryImage of(byte[]... tars) {
    MemoryImage image = new MemoryImage();
    for (byte[] tar : tars) {
      image.layer("none", tar);
    }
    return image;
  }

  /**
   * Compresses a tar as {@link Compression#parse} reads {@code compression}, and adds the layer.
   */
  public MemoryImage layer(String compression, byte[] tar) {
    Compression parsed = Compression.parse(compression);
    String mediaType = MediaTypes.OCI_LAYER + parsed.mediaTypeSuffix();
    return layer(mediaType, compressed(compression, tar), Digest.of(tar));
  }

  /** Adds a layer by its blob. */
  public MemoryImage layer(String mediaType, byte[] blob, Digest diffId) {
    return layer(Descriptor.of(mediaType, blob), blob, diffId);
  }

  /** Adds a layer whose blob need not match the descriptor. */
  public MemoryImage layer(Descriptor descriptor, byte[] blob, Digest diffId) {
    put(descriptor, blob);
    layers.add(descriptor);
    diffIds.add(diffId);
    return this;
  }

  /** Adds a diffID that no layer has. */
  public MemoryImage diffId(Digest diffId) {
    diffIds.add(diffId);
    return this;
  }

  /** Removes a blob. */
  public MemoryImage without(Digest blob) {
    blobs.remove(blob);
    return this;
  }

  /** Annotates the manifest. */
  public MemoryImage annotated(Map<String, String> replacement) {
    annotations = replacement;
    return this;
  }

  /** Sets a field of the config. */
  public MemoryImage configured(String field, Object value) {
    config = config.with(field, value);
    return this;
  }

  /** Stores a blob that is no layer. */
  public Descriptor put(Descriptor descriptor, byte[] blob) {
    blobs.put(descriptor.digest(), blob);
    return descriptor;
  }

  /** Attaches an artifact. */
  public MemoryImage referredBy(Manifest artifact) {
    referrer = Optional.of(artifact);
    return this;
  }

  /** Returns a tar compressed as the blob of a layer. */
  public static byte[] compressed(String compression, byte[] tar) {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try {
      try (OutputStream out = Compression.parse(compression).compress(blob)) {
        out.write(tar);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return blob.toByteArray();
  }

  @Override
  public String reference() {
    return "memory:image";
  }

  @Override
  public Descriptor descriptor() {
    return Descriptor.of(MediaTypes.OCI_MANIFEST, manifest().toBytes());
  }

  @Override
  public Manifest manifest() {
    return new Manifest(
        Descriptor.of(MediaTypes.OCI_CONFIG, config().toBytes()), layers, annotations);
  }

  @Override
  public ImageConfig config() {
    try {
      byte[] json = config.toString().getBytes(UTF_8);
      return ImageConfig.parse(json, "the config").withLayers(diffIds, List.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    boolean isConfig = blob.digest().equals(manifest().config().digest());
    byte[] bytes = isConfig ? config().toBytes() : blobs.get(blob.digest());
    if (bytes == null) {
      throw new MissingBlobException(reference(), blob);
    }
    return new VerifyingInputStream(new ByteArrayInputStream(bytes), blob, reference());
  }

  @Override
  public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType) {
    return referrer.stream()
        .filter(manifest -> artifactType.test(manifest.effectiveArtifactType()))
        .toList();
  }

  @Override
  public void close() {}
}
