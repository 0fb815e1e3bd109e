package dev.varve.core.signing;

import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;

/**
 * The signed document about an image: its digest and its repository.
 *
 * @param repository in the form {@code HOST[:PORT]/PATH}; without a tag, because one signature is
 *     valid for all tags
 * @param image the digest of its manifest or index
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-signature.5.md">containers-signature:
 *     the JSON that is signed</a>
 */
public record Payload(String repository, Digest image) {
  private static final String TYPE = "cosign container image signature";

  /**
   * Parses a payload; other fields, such as {@code optional}, are ignored.
   *
   * @param name the document's name, for messages
   */
  static Payload parse(byte[] bytes, String name) throws MalformedJsonException {
    JsonObject critical = JsonObject.parse(bytes, name).object("critical");
    String type = critical.string("type");
    if (!type.equals(TYPE)) {
      throw critical.malformed("expected type \"" + TYPE + "\", got \"" + type + "\"");
    }
    JsonObject image = critical.object("image");
    String digest = image.string("docker-manifest-digest");
    try {
      return new Payload(
          critical.object("identity").string("docker-reference"), Digest.parse(digest));
    } catch (IllegalArgumentException e) {
      throw image.malformed("expected a digest, got \"" + digest + "\"");
    }
  }

  /** Returns the bytes to sign. */
  public byte[] toBytes() {
    JsonObject critical =
        JsonObject.EMPTY
            .with("identity", JsonObject.EMPTY.with("docker-reference", repository))
            .with("image", JsonObject.EMPTY.with("docker-manifest-digest", image.toString()))
            .with("type", TYPE);
    return JsonObject.EMPTY.with("critical", critical).withNull("optional").toBytes();
  }
}
