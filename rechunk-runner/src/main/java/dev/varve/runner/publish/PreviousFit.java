package dev.varve.runner.publish;

import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Platform;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.UpdateCost;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Detects a previous image that is probably the wrong one. */
public final class PreviousFit {
  private PreviousFit() {}

  /**
   * Compares the platforms of the source and the previous image.
   *
   * @param source the config of the source
   * @param previous the previous image; null if there is none
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
                + ", and the new one for "
                + now);
  }

  /** Compares the layers that clients have with those of the new image. */
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
                + " is in the new one: clients download the whole image");
  }
}
