package dev.varve.runner.publish;

import dev.varve.core.delta.UpdateCost;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Platform;
import dev.varve.core.state.PublishedImage;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a user must hear of a previous image that is hardly the one before. */
public final class PreviousFit {
  private PreviousFit() {}

  /**
   * Compares what the images are for, before anything is done.
   *
   * @param source the config of what is rechunked
   * @param previous the image that it is to be planned with, if there is one
   */
  public static Optional<String> problem(ImageConfig source, @Nullable ImageSource previous)
      throws IOException {
    if (previous == null) {
      return Optional.empty();
    }
    Platform now = source.platform();
    Platform before = previous.config().platform();
    return now.accepts(before) || before.accepts(now)
        ? Optional.empty()
        : Optional.of(
            "the previous image "
                + previous.reference()
                + " is for "
                + before
                + ", and this one for "
                + now);
  }

  /** Compares what clients have with what they get. */
  public static Optional<String> problem(RechunkResult result) {
    Optional<PublishedImage> previous = result.previous();
    if (previous.isEmpty()) {
      return Optional.empty();
    }
    UpdateCost cost = UpdateCost.between(previous.get(), result.image());
    long layers =
        result.image().layers().stream().map(layer -> layer.blob().digest()).distinct().count();
    return cost.downloads().size() < layers
        ? Optional.empty()
        : Optional.of(
            "no layer of the previous image "
                + previous.get().reference()
                + " is in this one: clients download all of it");
  }
}
