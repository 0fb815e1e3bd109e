package dev.varve.core.plan;

import static java.util.stream.Collectors.toList;

import dev.varve.core.bytes.Quantity;
import dev.varve.core.image.Digest;
import dev.varve.core.plan.LayerPlan.PlannedLayer;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Plans layers, and continues the plan of the previous image if there is one. */
public final class Planner {
  private static final int YEAR = 365;

  /** The probability that a package without changes in the period changes in an update. */
  private static final double UNPRECEDENTED = 0.1 / YEAR;

  private final int maxLayers;
  private final Optional<PlanState> previous;
  private final long now;
  private final int period;

  private Planner(int maxLayers, Optional<PlanState> previous, long now, int period) {
    this.maxLayers = maxLayers;
    this.previous = previous;
    this.now = now;
    this.period = period;
  }

  /**
   * Plans the layers of an image.
   *
   * @param components all components of the image
   * @param maxLayers the largest number of layers
   * @param previous the state of the image that clients have
   * @param now the image's build time, in seconds since the epoch, at which the history ends
   * @throws IllegalArgumentException if {@code maxLayers} is too small for the dedicated components
   */
  public static LayerPlan plan(
      List<Component> components, int maxLayers, Optional<PlanState> previous, long now) {
    return new Planner(maxLayers, previous, now, period(components)).plan(components);
  }

  /**
   * Returns the days of the changelogs that count: a year, or three if components have sources,
   * which RPM's have not. A stable release of Debian mends a package once in years, and more likely
   * one that it has mended before.
   */
  private static int period(List<Component> components) {
    return components.stream().allMatch(component -> component.source().isEmpty())
        ? YEAR
        : 3 * YEAR;
  }

  private LayerPlan plan(List<Component> components) {
    Map<String, Component> free = new TreeMap<>();
    components.forEach(component -> free.put(component.name(), component));
    List<PlannedLayer> fixed = new ArrayList<>();
    List<PlannedLayer> movable = new ArrayList<>();
    for (PlannedLayer layer : unchangedLayers(free)) {
      layer.components().forEach(component -> free.remove(component.name()));
      (layer.components().stream().anyMatch(Component::dedicated) ? fixed : movable).add(layer);
    }
    for (Component component : List.copyOf(free.values())) {
      if (component.dedicated()) {
        free.remove(component.name());
        fixed.add(new PlannedLayer(List.of(component), Optional.empty()));
      }
    }
    boolean anyMovable = !movable.isEmpty() || !free.isEmpty();
    int room = maxLayers - fixed.size();
    if (room < (anyMovable ? 1 : 0)) {
      throw new IllegalArgumentException(
          "planning at most "
              + Quantity.of(maxLayers, "layer")
              + ": "
              + fixed.size()
              + (fixed.size() == 1 ? " is" : " are")
              + " dedicated (groups with their own layer, and directories without files); allow at"
              + " least "
              + (fixed.size() + (anyMovable ? 1 : 0))
              + ", or have fewer dedicated groups");
    }
    List<PlannedLayer> layers = merge(movable, List.copyOf(free.values()), room);
    layers.addAll(fixed);
    return new LayerPlan(ordered(layers));
  }

  /**
   * Returns the previous image's layers whose components are all unchanged; a dedicated component
   * must be alone in its layer.
   */
  private List<PlannedLayer> unchangedLayers(Map<String, Component> components) {
    List<PlannedLayer> unchanged = new ArrayList<>();
    if (previous.isEmpty()) {
      return unchanged;
    }
    // In a foreign image a component's files may be in several layers, none of which can be kept.
    Map<String, Integer> places = new HashMap<>();
    previous.get().layers().stream()
        .flatMap(layer -> layer.components().stream())
        .forEach(name -> places.merge(name, 1, Integer::sum));
    for (LayerState layer : previous.get().layers()) {
      List<Component> members = new ArrayList<>();
      for (String name : layer.components()) {
        Component component = components.get(name);
        ComponentState before = previous.get().components().get(name);
        if (component != null
            && places.getOrDefault(name, 0) == 1
            && before != null
            && before.hash().equals(component.hash())) {
          members.add(component);
        }
      }
      boolean whole = !members.isEmpty() && members.size() == layer.components().size();
      boolean alone = members.size() == 1 || members.stream().noneMatch(Component::dedicated);
      if (whole && alone) {
        unchanged.add(new PlannedLayer(members, Optional.of(layer.diffId())));
      }
    }
    return unchanged;
  }

  private List<PlannedLayer> merge(List<PlannedLayer> kept, List<Component> free, int room) {
    List<PlannedLayer> start = new ArrayList<>(kept);
    byChange(free).forEach(together -> start.add(new PlannedLayer(together, Optional.empty())));
    List<Merging.Piece> pieces = new ArrayList<>();
    for (int i = 0; i < start.size(); i++) {
      PlannedLayer layer = start.get(i);
      Volatility volatility =
          byChange(layer.components()).stream()
              .map(this::volatilityTogether)
              .reduce(Volatility.none(period), Volatility::with);
      long published = layer.expectedDiffId().isPresent() ? layer.size() : 0;
      pieces.add(new Merging.Piece(List.of(i), layer.size(), volatility, published));
    }
    List<PlannedLayer> merged = new ArrayList<>();
    for (Merging.Piece piece : Merging.merge(pieces, room)) {
      List<PlannedLayer> parts = piece.members().stream().map(start::get).toList();
      merged.add(
          parts.size() == 1 ? parts.get(0) : new PlannedLayer(sorted(parts), Optional.empty()));
    }
    return merged;
  }

  private static List<Component> sorted(List<PlannedLayer> parts) {
    return parts.stream()
        .flatMap(part -> part.components().stream())
        .sorted(Comparator.comparing(Component::name))
        .toList();
  }

  /**
   * Sorts layers: first kept layers in their previous order, then the others by their first
   * component, and last the directories' mtimes.
   */
  private List<PlannedLayer> ordered(List<PlannedLayer> layers) {
    Map<Digest, Integer> places = new HashMap<>();
    previous.ifPresent(
        state ->
            state.layers().forEach(layer -> places.putIfAbsent(layer.diffId(), places.size())));
    return layers.stream()
        .sorted(
            Comparator.comparing(
                    (PlannedLayer layer) -> layer.names().contains(Component.DIRECTORY_MTIMES))
                .thenComparing(
                    layer -> layer.expectedDiffId().map(places::get).orElse(Integer.MAX_VALUE))
                .thenComparing(layer -> layer.components().get(0).name()))
        .toList();
  }

  /** Returns the components in groups that change together, in the order of their first members. */
  private static Collection<List<Component>> byChange(List<Component> components) {
    return components.stream()
        .collect(Collectors.groupingBy(Component::changesWith, LinkedHashMap::new, toList()))
        .values();
  }

  /** Returns the volatility of components that change together: that of the one that does most. */
  private Volatility volatilityTogether(List<Component> components) {
    return components.stream()
        .map(this::volatility)
        .max(Comparator.comparingDouble(Volatility::probability))
        .orElseThrow();
  }

  /**
   * Returns the volatility of a component: from published changes since the first known image, and
   * from its changelog for the time before. Without a changelog, the probability follows from the
   * number of published changes (by the rule of succession).
   */
  private Volatility volatility(Component component) {
    ComponentState state = previous.map(p -> p.components().get(component.name())).orElse(null);
    if (component.interval().isPresent()) {
      return Volatility.independent(Math.min(1, 1 / component.interval().getAsDouble()), period);
    }
    if (component.changelogTimes().isEmpty()) {
      long seen = state == null ? 0 : seen(state.since());
      long changes = state == null ? 0 : Math.min(seen, state.changed().size());
      return Volatility.independent((changes + 1.0) / (seen + 2.0), period);
    }
    List<Long> times = new ArrayList<>();
    for (long time : component.changelogTimes()) {
      if (state == null || time < state.since()) {
        times.add(time);
      }
    }
    if (state != null) {
      times.addAll(state.changed());
    }
    return Volatility.of(times, now, period, UNPRECEDENTED);
  }

  /** Returns the number of images after the one with a date; dates need not be ascending. */
  private long seen(long since) {
    List<Long> images = previous.orElseThrow().images();
    return images.size() - 1L - images.indexOf(since);
  }
}
