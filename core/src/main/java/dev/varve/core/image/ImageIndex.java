package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of manifests: an image's platforms, or the images of an OCI layout.
 *
 * @param manifests in their order
 * @param json the document, for the fields that are not read here
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md">OCI: image
 *     index</a>
 */
public record ImageIndex(List<Descriptor> manifests, JsonObject json) {
  /** An index without manifests. */
  public static final ImageIndex EMPTY =
      new ImageIndex(
          List.of(),
          JsonObject.EMPTY.with("schemaVersion", 2).with("mediaType", MediaTypes.OCI_INDEX));

  /** Freezes the list. */
  public ImageIndex {
    manifests = List.copyOf(manifests);
  }

  /**
   * Parses an index or a Docker manifest list.
   *
   * @param bytes the document
   * @param name what it is, for error messages
   */
  public static ImageIndex parse(byte[] bytes, String name) throws MalformedJsonException {
    JsonObject json = JsonObject.parse(bytes, name);
    List<Descriptor> manifests = new ArrayList<>();
    for (JsonObject manifest : json.objects("manifests")) {
      manifests.add(Descriptor.fromJson(manifest));
    }
    return new ImageIndex(manifests, json);
  }

  /** A copy that lists these manifests. */
  public ImageIndex withManifests(List<Descriptor> replacement) {
    return new ImageIndex(replacement, json);
  }

  /** The index as compact JSON. */
  public byte[] toBytes() {
    return json.with("manifests", manifests.stream().map(Descriptor::toJson).toList()).toBytes();
  }
}
