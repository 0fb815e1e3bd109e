package dev.varve.core.plan;

import static dev.varve.core.plan.CheckedPlans.NONE;
import static dev.varve.core.plan.CheckedPlans.download;
import static dev.varve.core.plan.CheckedPlans.layerDigest;
import static dev.varve.core.plan.CheckedPlans.names;
import static dev.varve.core.plan.CheckedPlans.plan;
import static dev.varve.core.plan.CheckedPlans.published;
import static dev.varve.core.plan.CheckedPlans.withLayers;
import static dev.varve.core.plan.TestComponents.DAY;
import static dev.varve.core.plan.TestComponents.MB;
import static dev.varve.core.plan.TestComponents.NOW;
import static dev.varve.core.plan.TestComponents.changed;
import static dev.varve.core.plan.TestComponents.component;
import static dev.varve.core.plan.TestComponents.dedicated;
import static dev.varve.core.plan.TestComponents.randomComponents;
import static dev.varve.core.plan.TestComponents.replace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.plan.LayerPlan.PlannedLayer;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Plans that keep layers of the previous image. */
class KeptLayersTest {
  @Test
  void anUnchangedImageKeepsEveryLayer() {
    List<Component> components = randomComponents(new Random(1), 40, 0);
    LayerPlan first = plan(components, 10, NONE);
    PlanState state = published(first, components, NONE, NOW);

    LayerPlan second = plan(components, 10, state);

    assertThat(names(second)).isEqualTo(names(first));
    assertThat(second.layers()).allMatch(layer -> layer.expectedDiffId().isPresent());
    assertThat(download(second, state)).isZero();
  }

  @Test
  void anUnchangedImageKeepsItsLayersEvenIfMoreAreAllowed() {
    List<Component> components = randomComponents(new Random(1), 40, 0);
    LayerPlan first = plan(components, 10, NONE);
    PlanState state = published(first, components, NONE, NOW);

    assertThat(names(plan(components, 40, state))).isEqualTo(names(first));
  }

  @Test
  void oneChangedComponentReplansOnlyItsOwnLayer() {
    List<Component> components = randomComponents(new Random(2), 40, 0);
    LayerPlan first = plan(components, 10, NONE);
    PlanState state = published(first, components, NONE, NOW);
    PlannedLayer replanned =
        first.layers().stream().filter(l -> l.names().size() > 3).findFirst().orElseThrow();
    List<Component> next = replace(components, changed(replanned.components().get(1)));

    LayerPlan second = plan(next, 10, state);

    assertThat(
            second.layers().stream()
                .filter(l -> l.expectedDiffId().isPresent())
                .map(PlannedLayer::names))
        .containsExactlyElementsOf(
            first.layers().stream()
                .filter(l -> !l.equals(replanned))
                .map(PlannedLayer::names)
                .toList());
    assertThat(
            second.layers().stream()
                .filter(layer -> layer.expectedDiffId().isEmpty())
                .flatMap(layer -> layer.names().stream()))
        .containsExactlyInAnyOrderElementsOf(replanned.names());
  }

  @Test
  void replanningAChangedLayerUsesUnusedLayers() {
    List<Component> components =
        List.of(component("a", 5 * MB, NOW - DAY), component("b", 5 * MB, NOW - 9 * DAY));
    PlanState state = published(plan(components, 1, NONE), components, NONE, NOW);

    assertThat(names(plan(replace(components, changed(components.get(0))), 2, state)))
        .containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void aNewComponentGetsItsOwnLayerBelowTheMaximum() {
    List<Component> components = List.of(component("a"), component("b"));
    PlanState state = published(plan(components, 3, NONE), components, NONE, NOW);

    LayerPlan next = plan(List.of(component("0"), component("a"), component("b")), 3, state);

    assertThat(names(next)).containsExactly(List.of("a"), List.of("b"), List.of("0"));
    assertThat(next.layers().stream().map(layer -> layer.expectedDiffId().isPresent()))
        .containsExactly(true, true, false);
  }

  @Test
  void atTheMaximumANewComponentJoinsTheLayerWithTheLeastCost() {
    List<Component> components =
        List.of(
            component("big", 900 * MB, NOW - 100 * DAY),
            component("medium", 300 * MB, NOW - 200 * DAY),
            component("small", MB, NOW - 300 * DAY));
    PlanState state = published(plan(components, 3, NONE), components, NONE, NOW);
    List<Component> next = new ArrayList<>(components);
    next.add(component("new", MB, NOW - DAY));

    LayerPlan plan = plan(next, 3, state);

    assertThat(names(plan))
        .containsExactly(List.of("big"), List.of("medium"), List.of("new", "small"));
    assertThat(download(plan, state)).isEqualTo(2 * MB);
  }

  @Test
  void aLayerThatLostAComponentIsReplannedWithoutIt() {
    List<Component> components =
        List.of(component("a", MB, NOW - DAY), component("b", MB, NOW - DAY), component("c"));
    LayerPlan first = plan(components, 2, NONE);
    assertThat(names(first)).containsExactly(List.of("a", "b"), List.of("c"));

    LayerPlan next = plan(components.subList(1, 3), 2, published(first, components, NONE, NOW));

    assertThat(names(next)).containsExactly(List.of("c"), List.of("b"));
    assertThat(next.layers().stream().map(layer -> layer.expectedDiffId().isPresent()))
        .containsExactly(true, false);
  }

  @Test
  void aComponentInTwoPreviousLayersKeepsNeitherLayer() {
    List<Component> components = List.of(component("a"), component("b"));
    PlanState foreign =
        withLayers(
            published(plan(components, 2, NONE), components, NONE, NOW),
            List.of(List.of("a"), List.of("a"), List.of("b")));

    assertThat(plan(components, 3, foreign).layers().stream().map(PlannedLayer::expectedDiffId))
        .containsExactly(Optional.of(layerDigest(2)), Optional.empty());
  }

  @Test
  void aComponentListedTwiceInAPreviousLayerDoesNotKeepTheLayer() {
    List<Component> components = List.of(component("a"));
    PlanState odd =
        withLayers(
            published(plan(components, 1, NONE), components, NONE, NOW),
            List.of(List.of("a", "a")));

    assertThat(plan(components, 1, odd).layers().get(0).expectedDiffId()).isEmpty();
  }

  @Test
  void aPreviousLayerWithoutComponentsKeepsNothing() {
    List<Component> components = List.of(component("a"));
    PlanState state =
        withLayers(
            published(plan(components, 1, NONE), components, NONE, NOW),
            List.of(List.of(), List.of("a"), List.of()));

    assertThat(plan(components, 3, state).layers())
        .containsExactly(new PlannedLayer(components, Optional.of(layerDigest(1))));
  }

  @Test
  void aPreviousLayerOfAnUnknownComponentIsNotKept() {
    List<Component> components = List.of(component("a"));
    PlanState state =
        new PlanState(
            0,
            "none",
            "",
            List.of(NOW),
            List.of(new LayerState(layerDigest(0), 1, List.of("a"))),
            Map.of(),
            Map.of());

    assertThat(plan(components, 3, state).layers().get(0).expectedDiffId()).isEmpty();
  }

  @Test
  void aLowerMaximumMergesAsFewLayersAsPossible() {
    List<Component> components =
        IntStream.range(0, 10).mapToObj(i -> component("c" + i, (i + 1) * MB, NOW - DAY)).toList();
    PlanState state = published(plan(components, 10, NONE), components, NONE, NOW);

    LayerPlan next = plan(components, 9, state);

    assertThat(next.layers()).hasSize(9);
    assertThat(next.layers().stream().filter(layer -> layer.expectedDiffId().isPresent()))
        .hasSize(8);
    assertThat(names(next)).contains(List.of("c0", "c1"));
    assertThat(names(plan(components, 1, state)).get(0)).hasSize(10);
  }

  @Test
  void aComponentThatBecomesDedicatedLeavesItsLayer() {
    List<Component> components =
        List.of(component("a", MB, NOW - DAY), component("b", MB, NOW - DAY));
    PlanState state = published(plan(components, 1, NONE), components, NONE, NOW);
    Component dedicated = dedicated("b", components.get(1).hash());

    LayerPlan next = plan(List.of(components.get(0), dedicated), 3, state);

    assertThat(names(next)).containsExactly(List.of("a"), List.of("b"));
    assertThat(next.layers()).allMatch(layer -> layer.expectedDiffId().isEmpty());
  }

  @Test
  void aDedicatedComponentKeepsItsLayer() {
    List<Component> components = List.of(component("a"), component("b"), dedicated("kernel"));
    LayerPlan first = plan(components, 2, NONE);
    PlanState state = published(first, components, NONE, NOW);

    assertThat(plan(replace(components, changed(components.get(0))), 2, state).layers())
        .filteredOn(layer -> layer.expectedDiffId().isPresent())
        .extracting(PlannedLayer::names)
        .containsExactly(List.of("kernel"));
  }

  @Test
  void keptLayersStayInTheirOrderAndNewLayersFollow() {
    List<Component> components = List.of(component("a"), component("b"), component("c"));
    PlanState state =
        withLayers(
            published(plan(components, 3, NONE), components, NONE, NOW),
            List.of(List.of("c"), List.of("a"), List.of("b")));

    assertThat(names(plan(replace(components, changed(components.get(0))), 3, state)))
        .containsExactly(List.of("c"), List.of("b"), List.of("a"));
  }
}
