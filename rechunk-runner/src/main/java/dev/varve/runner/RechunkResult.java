package dev.varve.runner;

import dev.varve.core.image.Digest;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.state.Inventory;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.UpdateCauses;
import java.util.Optional;
import java.util.Set;

/**
 * The result of rechunking.
 *
 * @param image the new image
 * @param previous the image that the plan continues; empty for a fresh plan
 * @param reused the digests of the layers that were reused from the previous image
 * @param hasState whether the state for the next build was published with the image
 * @param verified whether the files of the result were read again and compared with the source
 * @param causes what made layers change, down to files, if it was asked for and could be found
 * @param inventory the packages of the image, if the engine has read their databases
 * @param notes the values of the names in the templates of labels and changelog
 */
public record RechunkResult(
    PublishedImage image,
    Optional<PublishedImage> previous,
    Set<Digest> reused,
    boolean hasState,
    boolean verified,
    Optional<UpdateCauses> causes,
    Optional<Inventory> inventory,
    Substitutions notes) {
  /** Copies the set. */
  public RechunkResult {
    reused = Set.copyOf(reused);
  }
}
