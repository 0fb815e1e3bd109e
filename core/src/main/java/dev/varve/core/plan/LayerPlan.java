package dev.varve.core.plan;

import dev.varve.core.image.Digest;
import java.util.List;
import java.util.Optional;

/**
 * Which components share a layer.
 *
 * @param layers lowest first
 */
public record LayerPlan(List<PlannedLayer> layers) {
  /** Freezes the list. */
  public LayerPlan {
    layers = List.copyOf(layers);
  }

  /**
   * A layer to be written.
   *
   * @param components what it holds, by name
   * @param kept the diffID of the previous image's layer that it is expected to equal, if any
   */
  public record PlannedLayer(List<Component> components, Optional<Digest> kept) {
    /** Freezes the list. */
    public PlannedLayer {
      components = List.copyOf(components);
    }

    /** Returns the names of the components. */
    public List<String> names() {
      return components.stream().map(Component::name).toList();
    }

    /** Returns the uncompressed bytes, approximately. */
    public long size() {
      return components.stream().mapToLong(Component::size).sum();
    }
  }
}
