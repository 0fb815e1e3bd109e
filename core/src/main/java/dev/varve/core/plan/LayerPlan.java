package dev.varve.core.plan;

import dev.varve.core.image.Digest;
import java.util.List;
import java.util.Optional;

/**
 * A division of components into layers.
 *
 * @param layers the layers, lowest first
 */
public record LayerPlan(List<PlannedLayer> layers) {
  /** Copies the list. */
  public LayerPlan {
    layers = List.copyOf(layers);
  }

  /**
   * A layer to write.
   *
   * @param components the layer's components, sorted by name
   * @param expectedDiffId the diffID of the previous image's layer with the same components; empty
   *     for a new layer
   */
  public record PlannedLayer(List<Component> components, Optional<Digest> expectedDiffId) {
    /** Copies the list. */
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
