package dev.varve.core.plan;

import static dev.varve.core.plan.CheckedPlans.NONE;
import static dev.varve.core.plan.CheckedPlans.download;
import static dev.varve.core.plan.CheckedPlans.names;
import static dev.varve.core.plan.CheckedPlans.plan;
import static dev.varve.core.plan.CheckedPlans.published;
import static dev.varve.core.plan.CheckedPlans.remembered;
import static dev.varve.core.plan.CheckedPlans.withLayers;
import static dev.varve.core.plan.TestComponents.DAY;
import static dev.varve.core.plan.TestComponents.MB;
import static dev.varve.core.plan.TestComponents.NOW;
import static dev.varve.core.plan.TestComponents.changed;
import static dev.varve.core.plan.TestComponents.component;
import static dev.varve.core.plan.TestComponents.nextBuild;
import static dev.varve.core.plan.TestComponents.randomComponents;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Plans of a series of builds, by the history of the earlier builds. */
class PlannedSeriesTest {
  @Test
  void withoutChangelogsTheHistoryPredictsChanges() {
    List<Component> components =
        List.of(
            component("never-1"), component("never-2"), component("often-1"), component("often-2"));
    PlanState state = NONE;
    for (int build = 0; build < 6; build++) {
      components =
          components.stream().map(c -> c.name().startsWith("often") ? changed(c) : c).toList();
      LayerPlan plan = Planner.plan(components, 4, remembered(state), NOW + build * DAY);
      state = published(plan, components, state, NOW + build * DAY);
    }

    PlanState history = withLayers(state, List.of());
    assertThat(names(Planner.plan(components, 2, Optional.of(history), NOW + 6 * DAY)))
        .containsExactly(List.of("never-1", "never-2"), List.of("often-1", "often-2"));
  }

  @Test
  void buildsWithTheSameDateArePlannedByTheirHistory() {
    List<Component> components =
        List.of(
            component("never-1"), component("never-2"), component("often-1"), component("often-2"));
    PlanState state = NONE;
    for (int build = 0; build < 6; build++) {
      components =
          components.stream().map(c -> c.name().startsWith("often") ? changed(c) : c).toList();
      LayerPlan plan = Planner.plan(components, 4, remembered(state), 0);
      state = published(plan, components, state, 0);
    }

    PlanState history = withLayers(state, List.of());
    assertThat(names(Planner.plan(components, 2, Optional.of(history), 0)))
        .containsExactly(List.of("never-1", "never-2"), List.of("often-1", "often-2"));
  }

  @Test
  void publishedChangesReplaceTheChangelogOfAKnownComponent() {
    // Both changelogs have daily changes; only "busy" has really changed since its first
    // publication.
    Long[] daily = IntStream.range(0, 200).mapToObj(i -> NOW - i * DAY).toArray(Long[]::new);
    List<Component> components =
        List.of(
            component("busy", 10 * MB, daily),
            component("calm", 10 * MB, daily),
            component("rare", 10 * MB, NOW - 364 * DAY));
    PlanState state = NONE;
    for (int build = 200; build >= 1; build--) {
      components = components.stream().map(c -> c.name().equals("busy") ? changed(c) : c).toList();
      state = published(new LayerPlan(List.of()), components, state, NOW - build * DAY);
    }

    assertThat(names(Planner.plan(components, 2, Optional.empty(), NOW)))
        .containsExactly(List.of("busy", "calm"), List.of("rare"));
    assertThat(names(Planner.plan(components, 2, Optional.of(state), NOW)))
        .containsExactly(List.of("busy"), List.of("calm", "rare"));
  }

  @Property(tries = 60)
  void everyPlanOfASeriesKeepsTheInvariants(
      @ForAll long seed, @ForAll @IntRange(min = 5, max = 40) int maxLayers) {
    Random random = new Random(seed);
    List<Component> components = randomComponents(random, 30, 2);
    PlanState state = NONE;
    for (int build = 0; build < 10; build++) {
      long date = NOW + build * DAY;
      LayerPlan plan = plan(components, maxLayers, state, date);
      state = published(plan, components, state, date);
      components = nextBuild(components, random, build, date);
    }
  }

  @Test
  void plansWithHistoryDownloadLessThanPlansWithout() {
    Random random = new Random(42);
    List<Component> components = randomComponents(random, 120, 1);
    PlanState remembered = NONE;
    PlanState fresh = NONE;
    long withMemory = 0;
    long without = 0;
    for (int build = 0; build < 12; build++) {
      long date = NOW + build * DAY;
      LayerPlan plan = plan(components, 20, remembered, date);
      LayerPlan again = plan(components, 20, NONE, date);
      if (build > 0) {
        withMemory += download(plan, remembered);
        without += download(again, fresh);
      }
      remembered = published(plan, components, remembered, date);
      fresh = published(again, components, fresh, date);
      components = nextBuild(components, random, build, date);
    }

    assertThat(withMemory).isPositive().isLessThan(without);
  }
}
