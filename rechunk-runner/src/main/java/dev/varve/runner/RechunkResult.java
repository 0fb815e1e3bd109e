package dev.varve.runner;

import dev.varve.core.image.Digest;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.state.PublishedImage;
import java.util.Optional;
import java.util.Set;

/**
 * The result of rechunking.
 *
 * @param image the new image
 * @param previous the image that the plan continues; empty for a fresh plan
 * @param reused the blobs that were taken over from the previous image as they are
 * @param hasState whether the state was published with the image, for the next build
 * @param verified whether the result was read again and found equal to the source
 * @param notes the values of the names in labels and changelog
 */
public record RechunkResult(
    PublishedImage image,
    Optional<PublishedImage> previous,
    Set<Digest> reused,
    boolean hasState,
    boolean verified,
    Substitutions notes) {
  /** Copies the set. */
  public RechunkResult {
    reused = Set.copyOf(reused);
  }
}
