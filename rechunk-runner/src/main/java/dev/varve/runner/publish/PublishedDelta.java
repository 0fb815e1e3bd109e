package dev.varve.runner.publish;

import dev.varve.core.image.Digest;
import dev.varve.runner.RechunkResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A delta that is attached to a published image.
 *
 * @param source the digest of the old image's manifest
 * @param version the version label of the old image; empty without one
 * @param digest the digest of the delta's manifest
 * @param bytes the download of a client that has the old image, in bytes
 * @param layerBytes the download of such a client without the delta, in bytes: the layers that the
 *     delta replaces
 * @param ofLayers what of this download is for each layer, by the layer's digest, in bytes
 */
public record PublishedDelta(
    Digest source,
    String version,
    Digest digest,
    long bytes,
    long layerBytes,
    Map<Digest, Long> ofLayers) {
  /** Copies the map. */
  public PublishedDelta {
    ofLayers = Map.copyOf(ofLayers);
  }

  /** Returns the version of the old image, or else its abbreviated digest. */
  public String name() {
    return version.isEmpty() ? source.abbreviated() : version;
  }

  /** Finds the delta from the image that another one was planned with. */
  static Optional<PublishedDelta> fromPrevious(List<PublishedDelta> deltas, RechunkResult result) {
    return deltas.stream()
        .filter(
            delta ->
                result
                    .previous()
                    .filter(previous -> previous.descriptor().digest().equals(delta.source()))
                    .isPresent())
        .findFirst();
  }
}
