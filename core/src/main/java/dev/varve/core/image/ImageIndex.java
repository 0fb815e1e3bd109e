package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A list of manifests: an image's platforms, or the images of an OCI layout. A parsed index keeps
 * its bytes and digest.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md">OCI: image
 *     index</a>
 */
public final class ImageIndex {
  /** An index without manifests. */
  public static final ImageIndex EMPTY =
      new ImageIndex(
          JsonObject.EMPTY.with("schemaVersion", 2).with("mediaType", MediaTypes.OCI_INDEX),
          List.of());

  private final List<Descriptor> manifests;
  private final JsonObject json;
  private final byte[] bytes;
  private final Digest.Algorithm algorithm;

  private ImageIndex(
      List<Descriptor> manifests, JsonObject json, byte[] bytes, Digest.Algorithm algorithm) {
    this.manifests = List.copyOf(manifests);
    this.json = json;
    this.bytes = bytes;
    this.algorithm = algorithm;
  }

  private ImageIndex(JsonObject before, List<Descriptor> manifests) {
    this.manifests = List.copyOf(manifests);
    this.json = before.with("manifests", manifests.stream().map(Descriptor::toJson).toList());
    this.bytes = json.toBytes();
    this.algorithm = Digest.Algorithm.SHA256;
  }

  /**
   * Parses an index or a Docker manifest list.
   *
   * @param bytes the document
   * @param name what it is, for error messages
   */
  public static ImageIndex parse(byte[] bytes, String name) throws MalformedJsonException {
    return parse(bytes, name, Digest.Algorithm.SHA256);
  }

  /**
   * Parses an index or a Docker manifest list.
   *
   * @param bytes the document
   * @param name what it is, for error messages
   * @param algorithm of the digest that it is known by
   */
  public static ImageIndex parse(byte[] bytes, String name, Digest.Algorithm algorithm)
      throws MalformedJsonException {
    JsonObject json = JsonObject.parse(bytes, name);
    List<Descriptor> manifests = new ArrayList<>();
    for (JsonObject manifest : json.objects("manifests")) {
      manifests.add(Descriptor.fromJson(manifest));
    }
    return new ImageIndex(manifests, json, bytes.clone(), algorithm);
  }

  /**
   * Parses the index of a layout, where entries may have digests with unknown algorithms. Such
   * entries are not in {@link #manifests}.
   *
   * @param bytes the document
   * @param name what it is, for error messages
   */
  public static ImageIndex parseLayout(byte[] bytes, String name) throws MalformedJsonException {
    JsonObject json = JsonObject.parse(bytes, name);
    List<Descriptor> manifests = new ArrayList<>();
    for (JsonObject manifest : json.objects("manifests")) {
      if (!isForeign(manifest)) {
        manifests.add(Descriptor.fromJson(manifest));
      }
    }
    return new ImageIndex(manifests, json, bytes.clone(), Digest.Algorithm.SHA256);
  }

  /** Returns whether an entry's digest has an unknown algorithm. */
  public static boolean isForeign(JsonObject entry) throws MalformedJsonException {
    return Digest.isForeign(entry.string("digest"));
  }

  /** The entries whose digests have unknown algorithms, unparsed. */
  public List<JsonObject> foreign() throws MalformedJsonException {
    List<JsonObject> foreign = new ArrayList<>();
    if (json.has("manifests")) {
      for (JsonObject entry : json.objects("manifests")) {
        if (isForeign(entry)) {
          foreign.add(entry);
        }
      }
    }
    return foreign;
  }

  /** The manifests, in order. */
  public List<Descriptor> manifests() {
    return manifests;
  }

  /** The document, with fields that this class does not read. */
  public JsonObject json() {
    return json;
  }

  /** The media type; OCI's if missing. */
  public String mediaType() throws MalformedJsonException {
    return json.optionalString("mediaType").orElse(MediaTypes.OCI_INDEX);
  }

  /** The index's descriptor. */
  public Descriptor descriptor() throws MalformedJsonException {
    return new Descriptor(mediaType(), algorithm.of(bytes), bytes.length);
  }

  /** The annotations, in order. */
  public Map<String, String> annotations() throws MalformedJsonException {
    return json.stringMap("annotations");
  }

  /** Returns a copy with other annotations. */
  public ImageIndex withAnnotations(Map<String, String> replacement) {
    return new ImageIndex(
        replacement.isEmpty() ? json.without("annotations") : json.with("annotations", replacement),
        manifests);
  }

  /** Returns a copy with other manifests. */
  public ImageIndex withManifests(List<Descriptor> replacement) {
    return new ImageIndex(json, replacement);
  }

  /** Returns the parsed bytes, or for a new index compact JSON. */
  public byte[] toBytes() {
    return bytes.clone();
  }
}
