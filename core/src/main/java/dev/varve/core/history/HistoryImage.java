package dev.varve.core.history;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image of a series.
 *
 * @param release what its downloads depend on
 * @param version the version in its labels; empty without one
 * @param image its layers and its state
 * @param hasState whether the state is known; otherwise {@code image} has one without components
 *     and packages
 * @param built the layers of the image that it was made from, if that image is known
 * @param signing who signed it
 */
public record HistoryImage(
    Release release,
    String version,
    PublishedImage image,
    boolean hasState,
    Optional<List<Descriptor>> built,
    Signing signing) {
  /** Copies the layers. */
  public HistoryImage {
    built = built.map(List::copyOf);
  }

  /**
   * Creates an image from its manifest.
   *
   * @param diffIds one for each layer of the manifest
   * @param state the state that is attached to the image, if any
   */
  public static HistoryImage of(
      Release release,
      String version,
      Manifest manifest,
      List<Digest> diffIds,
      Optional<PlanState> state,
      Optional<List<Descriptor>> built,
      Signing signing) {
    return new HistoryImage(
        release,
        version,
        PublishedImage.of(
            release.name(),
            manifest.descriptor(),
            manifest,
            diffIds,
            state.orElseGet(() -> withoutComponents(diffIds))),
        state.isPresent(),
        built,
        signing);
  }

  private static PlanState withoutComponents(List<Digest> diffIds) {
    List<LayerState> layers = new ArrayList<>();
    diffIds.forEach(diffId -> layers.add(new LayerState(diffId, 0, List.of())));
    return new PlanState(0, "unknown", "unknown", List.of(), layers, Map.of(), Map.of());
  }

  /** The image as it was built, for downloads. */
  Optional<Release> asBuilt() {
    return built.map(
        layers ->
            new Release(release.name(), release.digest(), release.created(), layers, Map.of()));
  }
}
