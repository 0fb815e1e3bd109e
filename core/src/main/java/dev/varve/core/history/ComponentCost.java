package dev.varve.core.history;

import dev.varve.core.update.UpdateCost;
import dev.varve.core.update.UpdateCost.ComponentChange;
import dev.varve.core.update.UpdateCost.LayerDownload;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the changes of a component cost over a series.
 *
 * @param name the component
 * @param size its uncompressed size in the last image that has it, in bytes
 * @param updates the number of updates in which it changed
 * @param downloadedBytes the downloads that it caused, in bytes: of a downloaded layer, each
 *     changed component has a part as large as its size among the changed ones
 */
public record ComponentCost(String name, long size, int updates, long downloadedBytes) {
  /** Returns the costs of all components, largest first. */
  static List<ComponentCost> of(List<HistoryImage> images, List<SeriesUpdate> updates) {
    Map<String, Long> sizes = new HashMap<>();
    for (HistoryImage image : images) {
      image.image().state().components().forEach((name, state) -> sizes.put(name, state.size()));
      image.image().state().layers().stream()
          .flatMap(layer -> layer.components().stream())
          .forEach(name -> sizes.putIfAbsent(name, 0L));
    }
    Map<String, Long> bytes = new HashMap<>();
    Map<String, Integer> changes = new HashMap<>();
    for (SeriesUpdate update : updates) {
      parts(update.cost()).forEach((name, part) -> bytes.merge(name, part, Long::sum));
      parts(update.cost()).keySet().forEach(name -> changes.merge(name, 1, Integer::sum));
    }
    List<ComponentCost> costs = new ArrayList<>();
    sizes.forEach(
        (name, size) ->
            costs.add(
                new ComponentCost(
                    name, size, changes.getOrDefault(name, 0), bytes.getOrDefault(name, 0L))));
    costs.sort(
        Comparator.comparingLong((ComponentCost cost) -> -cost.downloadedBytes())
            .thenComparing(ComponentCost::name));
    return costs;
  }

  /** Returns the parts of an update's bytes that changed components caused, by component. */
  static Map<String, Long> parts(UpdateCost cost) {
    Map<String, Long> parts = new HashMap<>();
    for (LayerDownload layer : cost.downloads()) {
      if (!layer.changed().isEmpty()) {
        add(parts, layer);
      }
    }
    return parts;
  }

  /** Divides a layer's bytes among the changed components, without a remainder. */
  private static void add(Map<String, Long> parts, LayerDownload layer) {
    List<ComponentChange> changed = new ArrayList<>(layer.changed());
    changed.sort(
        Comparator.comparingLong((ComponentChange change) -> -change.size())
            .thenComparing(ComponentChange::name));
    long all = changed.stream().mapToLong(ComponentChange::size).sum();
    long rest = layer.blob().size();
    for (ComponentChange change : changed) {
      long part =
          all == 0
              ? 0
              : BigInteger.valueOf(layer.blob().size())
                  .multiply(BigInteger.valueOf(change.size()))
                  .divide(BigInteger.valueOf(all))
                  .longValue();
      parts.merge(change.name(), part, Long::sum);
      rest -= part;
    }
    parts.merge(changed.get(0).name(), rest, Long::sum);
  }
}
