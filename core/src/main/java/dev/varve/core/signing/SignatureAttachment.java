package dev.varve.core.signing;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The signatures of an image under a tag that is derived from the image's digest: an image whose
 * layers are the payloads, with the signatures in the layers' annotations.
 *
 * @param manifest the manifest that the tag points to
 * @param config the manifest's config
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign:
 *     signature specification</a>
 */
public record SignatureAttachment(Manifest manifest, ImageConfig config) {
  /** The largest accepted payload, in bytes; payloads usually have a few hundred. */
  public static final int MAX_PAYLOAD = 1 << 20;

  private static final int MAX_TAG = 128;

  private static final String NEVER = "0001-01-01T00:00:00Z";

  private static final JsonObject EMPTY_CONFIG =
      JsonObject.EMPTY
          .with("architecture", "")
          .with("created", NEVER)
          .with("history", List.of())
          .with("os", "")
          .with("rootfs", JsonObject.EMPTY)
          .with("config", JsonObject.EMPTY);

  /** An attachment without signatures. */
  public static final SignatureAttachment NONE =
      of(new ImageConfig(EMPTY_CONFIG), List.of(), Map.of());

  private static SignatureAttachment of(
      ImageConfig config, List<Descriptor> layers, Map<String, String> annotations) {
    return new SignatureAttachment(
        new Manifest(Descriptor.of(MediaTypes.OCI_CONFIG, config.toBytes()), layers, annotations),
        config);
  }

  /**
   * Returns the tag of an image's signatures. For a SHA-512 digest the tag is longer than tags may
   * be; no registry has such a tag.
   */
  public static String tag(Digest image) {
    return image.algorithm().title() + "-" + image.hex() + ".sig";
  }

  /** Returns whether an image with this digest can have signatures under a tag. */
  public static boolean hasTag(Digest image) {
    return tag(image).length() <= MAX_TAG;
  }

  /**
   * Returns the signatures in an attachment's manifest, unverified, each as the descriptor of its
   * payload.
   */
  public static List<Descriptor> signatures(Manifest manifest) {
    return manifest.layers().stream().filter(ImageSignature::isSignature).toList();
  }

  /**
   * Returns a copy with one more signature.
   *
   * @param signature from {@link ImageSignature#descriptor}
   */
  public SignatureAttachment with(Descriptor signature) throws MalformedJsonException {
    List<Descriptor> layers = new ArrayList<>(manifest.layers());
    List<Digest> diffIds = new ArrayList<>(config.diffIds());
    List<JsonObject> history = new ArrayList<>(config.history());
    layers.add(signature);
    diffIds.add(signature.digest());
    history.add(JsonObject.EMPTY.with("created", NEVER));
    return of(config.withLayers(diffIds, history), layers, manifest.annotations());
  }
}
