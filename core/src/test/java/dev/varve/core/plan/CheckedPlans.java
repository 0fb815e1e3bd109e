package dev.varve.core.plan;

import static dev.varve.core.plan.TestComponents.NOW;
import static dev.varve.core.plan.TestTree.digest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Digest;
import dev.varve.core.plan.LayerPlan.PlannedLayer;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Makes plans for tests, and checks the invariants of every plan. */
final class CheckedPlans {
  /** Stands for no previous image. */
  static final PlanState NONE = new PlanState(0, "", "", List.of(), List.of(), Map.of(), Map.of());

  private CheckedPlans() {}

  /**
   * Plans, and checks that the plan keeps the invariants and does not depend on the input's order.
   */
  static LayerPlan plan(List<Component> components, int maxLayers, PlanState previous) {
    return plan(components, maxLayers, previous, NOW);
  }

  static LayerPlan plan(List<Component> components, int maxLayers, PlanState previous, long now) {
    LayerPlan plan = Planner.plan(components, maxLayers, remembered(previous), now);
    check(plan, components, maxLayers, previous);
    List<Component> shuffled = new ArrayList<>(components);
    Collections.shuffle(shuffled, new Random(components.size()));
    assertThat(Planner.plan(shuffled, maxLayers, remembered(previous), now)).isEqualTo(plan);
    return plan;
  }

  static Optional<PlanState> remembered(PlanState previous) {
    return Optional.of(previous).filter(state -> !state.equals(NONE));
  }

  static void check(LayerPlan plan, List<Component> components, int maxLayers, PlanState previous) {
    assertThat(plan.layers()).hasSizeLessThanOrEqualTo(maxLayers);
    assertThat(plan.layers().stream().flatMap(layer -> layer.components().stream()))
        .containsExactlyInAnyOrderElementsOf(components);
    assertThat(plan.layers().stream().flatMap(layer -> layer.expectedDiffId().stream()))
        .doesNotHaveDuplicates();
    for (PlannedLayer layer : plan.layers()) {
      assertThat(layer.components()).isNotEmpty();
      assertThat(
              layer.names().size() == 1
                  || layer.components().stream().noneMatch(Component::dedicated))
          .isTrue();
      if (layer.expectedDiffId().isPresent()) {
        checkKept(layer, previous);
      } else {
        assertThat(layer.names()).isSorted();
      }
    }
  }

  static void checkKept(PlannedLayer layer, PlanState previous) {
    List<LayerState> same =
        previous.layers().stream()
            .filter(before -> layer.expectedDiffId().equals(Optional.of(before.diffId())))
            .toList();
    assertThat(same).hasSize(1);
    assertThat(layer.names()).isEqualTo(same.get(0).components());
    for (Component component : layer.components()) {
      assertThat(previous.components().get(component.name()))
          .extracting(ComponentState::hash)
          .isEqualTo(component.hash());
      assertThat(
              previous.layers().stream()
                  .flatMap(before -> before.components().stream())
                  .filter(component.name()::equals))
          .hasSize(1);
    }
  }

  /**
   * Returns the state of an image written as planned; the diffID of a layer is a digest of the
   * names and hashes of its components.
   */
  static PlanState published(
      LayerPlan plan, List<Component> components, PlanState previous, long date) {
    List<LayerState> layers =
        plan.layers().stream()
            .map(layer -> new LayerState(diffId(layer), layer.size(), layer.names()))
            .toList();
    return History.next(
        remembered(previous), date, 0, "none", "", layers, components, List.of(), false);
  }

  static Digest diffId(PlannedLayer layer) {
    List<String> content =
        layer.components().stream()
            .sorted(Comparator.comparing(Component::name))
            .map(component -> component.name() + component.hash())
            .toList();
    return digest(content.toString());
  }

  /** Returns the bytes of the layers that the previous image lacks. */
  static long download(LayerPlan plan, PlanState previous) {
    Set<Digest> had = new HashSet<>();
    previous.layers().forEach(layer -> had.add(layer.diffId()));
    return plan.layers().stream()
        .filter(layer -> !had.contains(diffId(layer)))
        .mapToLong(PlannedLayer::size)
        .sum();
  }

  static PlanState withLayers(PlanState state, List<List<String>> layers) {
    List<LayerState> states = new ArrayList<>();
    layers.forEach(names -> states.add(new LayerState(layerDigest(states.size()), 1, names)));
    return new PlanState(
        state.clamp(),
        state.compression(),
        state.compressor(),
        state.images(),
        states,
        state.components(),
        state.packages());
  }

  static Digest layerDigest(int i) {
    return digest("layer " + i);
  }

  static List<List<String>> names(LayerPlan plan) {
    return plan.layers().stream().map(PlannedLayer::names).toList();
  }
}
