package dev.varve.core.plan;

import static dev.varve.core.plan.CheckedPlans.NONE;
import static dev.varve.core.plan.CheckedPlans.check;
import static dev.varve.core.plan.CheckedPlans.names;
import static dev.varve.core.plan.CheckedPlans.plan;
import static dev.varve.core.plan.TestComponents.DAY;
import static dev.varve.core.plan.TestComponents.MB;
import static dev.varve.core.plan.TestComponents.NOW;
import static dev.varve.core.plan.TestComponents.component;
import static dev.varve.core.plan.TestComponents.dedicated;
import static dev.varve.core.plan.TestComponents.interval;
import static dev.varve.core.plan.TestComponents.ofSource;
import static dev.varve.core.plan.TestComponents.randomComponents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Plans of images without a previous image. */
class PlannerTest {
  @Test
  void noComponentsNeedNoLayer() {
    assertThat(plan(List.of(), 5, NONE).layers()).isEmpty();
  }

  @Test
  void everyComponentHasItsOwnLayerBelowTheMaximum() {
    assertThat(names(plan(List.of(component("b"), component("a"), component("c")), 3, NONE)))
        .containsExactly(List.of("a"), List.of("b"), List.of("c"));
  }

  @Test
  void componentsThatChangeOnTheSameDaysShareALayer() {
    List<Component> components =
        List.of(
            component("a", 5 * MB, NOW - DAY, NOW - 9 * DAY),
            component("b", 5 * MB, NOW - 3 * DAY, NOW - 30 * DAY),
            component("c", 5 * MB, NOW - DAY, NOW - 9 * DAY));

    assertThat(names(plan(components, 2, NONE))).containsExactly(List.of("a", "c"), List.of("b"));
  }

  @Test
  void packagesOfOneSourceWithoutAChangelogAreTogether() {
    List<Component> components =
        List.of(
            ofSource("gcc", "a"),
            component("b"),
            ofSource("gcc", "c"),
            ofSource("other", "d"),
            ofSource("gcc", "e", NOW - DAY));

    assertThat(names(plan(components, 9, NONE)))
        .containsExactly(List.of("a", "c", "e"), List.of("b"), List.of("d"));
  }

  @Test
  void packagesOfOneSourceChangeAtOnce() {
    // By itself each changes as likely as the others; of the pairs, that of one source costs least.
    List<Component> components =
        List.of(
            component("a", 2 * MB),
            component("b", 2 * MB),
            ofSource("gcc", "c"),
            ofSource("gcc", "d"));

    assertThat(names(plan(components, 3, NONE)))
        .containsExactly(List.of("a"), List.of("b"), List.of("c", "d"));
  }

  /** RPM's components have no source; a stable release of Debian changes less often. */
  @Test
  void changesOfTheLastThreeYearsCountIfComponentsHaveSources() {
    long ago = NOW - 500 * DAY;
    List<Component> components =
        List.of(
            ofSource("x", "a", ago, ago - 9 * DAY),
            ofSource("y", "b", ago - 3 * DAY, ago - 30 * DAY),
            ofSource("z", "c", ago, ago - 9 * DAY));
    assertThat(names(plan(components, 2, NONE))).containsExactly(List.of("a", "c"), List.of("b"));
  }

  @Test
  void aChangelogSaysMoreThanTheSource() {
    List<Component> components =
        List.of(
            ofSource("gcc", "a", NOW - DAY, NOW - 9 * DAY),
            ofSource("gcc", "b", NOW - 3 * DAY, NOW - 30 * DAY));

    assertThat(names(plan(components, 9, NONE))).containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void oneLayerCanHoldAllComponents() {
    assertThat(names(plan(List.of(component("b"), component("a"), component("c")), 1, NONE)))
        .containsExactly(List.of("a", "b", "c"));
  }

  @Test
  void anIntervalPredictsTheChangesOfAComponent() {
    List<Component> components =
        List.of(
            interval("daily-1", 1),
            interval("daily-2", 1),
            interval("hourly", 0.04),
            interval("yearly-1", 365),
            interval("yearly-2", 365));

    assertThat(names(plan(components, 2, NONE)))
        .containsExactly(List.of("daily-1", "daily-2", "hourly"), List.of("yearly-1", "yearly-2"));
  }

  @Test
  void aDedicatedComponentHasItsOwnLayer() {
    List<Component> components =
        List.of(component("a"), dedicated("kernel"), component("b"), dedicated("steam"));

    assertThat(names(plan(components, 3, NONE)))
        .containsExactly(List.of("a", "b"), List.of("kernel"), List.of("steam"));
  }

  @Test
  void dedicatedComponentsMayTakeAllLayersIfThereAreNoOthers() {
    assertThat(names(plan(List.of(dedicated("a"), dedicated("b")), 2, NONE)))
        .containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void tooManyDedicatedComponentsAreRefused() {
    List<Component> components = List.of(component("a"), dedicated("b"), dedicated("c"));

    assertThatThrownBy(() -> plan(components, 2, NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "planning at most 2 layers: 2 are dedicated (groups with their own layer, and"
                + " directories without files); allow at least 3, or have fewer dedicated groups");
    assertThatThrownBy(() -> plan(components.subList(1, 3), 1, NONE))
        .hasMessageContaining("2 are dedicated")
        .hasMessageContaining("allow at least 2,");
  }

  @Test
  void fifteenHundredComponentsArePlannedAtOnce() {
    List<Component> components = randomComponents(new Random(3), 1_500, 3);

    LayerPlan plan = Planner.plan(components, 120, Optional.empty(), NOW);

    check(plan, components, 120, NONE);
    assertThat(plan.layers()).hasSize(120);
  }
}
