package dev.varve.runner;

import dev.varve.core.image.Digest;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.state.PublishedImage;
import java.util.Optional;
import java.util.Set;

/**
 * What came of rechunking.
 *
 * @param image as it was published
 * @param previous what was planned with, if anything
 * @param reused the blobs that were taken over from the previous image as they are
 * @param hasState whether the image's state lies with it, for the next build to plan with
 * @param verified whether the result was read again and found equal to the source
 * @param notes what the image says of itself, and what is new in it
 */
public record RechunkResult(
    PublishedImage image,
    Optional<PublishedImage> previous,
    Set<Digest> reused,
    boolean hasState,
    boolean verified,
    Substitutions notes) {
  /** Freezes the set. */
  public RechunkResult {
    reused = Set.copyOf(reused);
  }
}
