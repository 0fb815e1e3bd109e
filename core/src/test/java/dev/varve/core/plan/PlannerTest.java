package dev.varve.core.plan;

import static dev.varve.core.plan.TestTree.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final long DAY = 86_400;
  private static final long NOW = 20_000 * DAY;
  private static final long MB = 1_000_000;

  /** There is no previous image. */
  private static final PlanState NONE =
      new PlanState(0, "", "", List.of(), List.of(), Map.of(), Map.of());

  @Test
  void nothingNeedsNoLayer() {
    assertThat(plan(List.of(), 5, NONE).layers()).isEmpty();
  }

  @Test
  void everyComponentHasItsOwnLayerWhereThereIsRoom() {
    assertThat(names(plan(List.of(component("b"), component("a"), component("c")), 3, NONE)))
        .containsExactly(List.of("a"), List.of("b"), List.of("c"));
  }

  @Test
  void whatChangesOnTheSameDaysSharesALayer() {
    List<Component> components =
        List.of(
            component("a", 5 * MB, NOW - DAY, NOW - 9 * DAY),
            component("b", 5 * MB, NOW - 3 * DAY, NOW - 30 * DAY),
            component("c", 5 * MB, NOW - DAY, NOW - 9 * DAY));

    assertThat(names(plan(components, 2, NONE))).containsExactly(List.of("a", "c"), List.of("b"));
  }

  @Test
  void oneLayerHoldsAllIfItMust() {
    assertThat(names(plan(List.of(component("b"), component("a"), component("c")), 1, NONE)))
        .containsExactly(List.of("a", "b", "c"));
  }

  @Test
  void anIntervalSaysHowOftenAComponentChanges() {
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
  void aDedicatedComponentIsAlone() {
    List<Component> components =
        List.of(component("a"), dedicated("kernel"), component("b"), dedicated("steam"));

    assertThat(names(plan(components, 3, NONE)))
        .containsExactly(List.of("a", "b"), List.of("kernel"), List.of("steam"));
  }

  @Test
  void dedicatedComponentsMayTakeAllLayersIfThereIsNothingElse() {
    assertThat(names(plan(List.of(dedicated("a"), dedicated("b")), 2, NONE)))
        .containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void tooManyDedicatedComponentsAreRefused() {
    List<Component> components = List.of(component("a"), dedicated("b"), dedicated("c"));

    assertThatThrownBy(() -> plan(components, 2, NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "planning at most 2 layers: 2 are taken by what must have a layer of its own"
                + " (dedicated groups, and the directories that no file brings along); allow at"
                + " least 3, or have fewer dedicated groups");
    assertThatThrownBy(() -> plan(components.subList(1, 3), 1, NONE))
        .hasMessageContaining("2 are taken")
        .hasMessageContaining("allow at least 2,");
  }

  @Test
  void anUnchangedImageKeepsEveryLayer() {
    List<Component> components = randomComponents(new Random(1), 40, 0);
    LayerPlan first = plan(components, 10, NONE);
    PlanState state = published(first, components, NONE, NOW);

    LayerPlan second = plan(components, 10, state);

    assertThat(names(second)).isEqualTo(names(first));
    assertThat(second.layers()).allMatch(layer -> layer.kept().isPresent());
    assertThat(download(second, state)).isZero();
  }

  @Test
  void anUnchangedImageKeepsItsLayersAlsoWhereMoreAreAllowed() {
    List<Component> components = randomComponents(new Random(1), 40, 0);
    LayerPlan first = plan(components, 10, NONE);
    PlanState state = published(first, components, NONE, NOW);

    assertThat(names(plan(components, 40, state))).isEqualTo(names(first));
  }

  @Test
  void oneChangedComponentReplansItsOwnLayerAlone() {
    List<Component> components = randomComponents(new Random(2), 40, 0);
    LayerPlan first = plan(components, 10, NONE);
    PlanState state = published(first, components, NONE, NOW);
    PlannedLayer victim =
        first.layers().stream().filter(l -> l.names().size() > 3).findFirst().orElseThrow();
    List<Component> next = replace(components, changed(victim.components().get(1)));

    LayerPlan second = plan(next, 10, state);

    assertThat(second.layers().stream().filter(l -> l.kept().isPresent()).map(PlannedLayer::names))
        .containsExactlyElementsOf(
            first.layers().stream()
                .filter(l -> !l.equals(victim))
                .map(PlannedLayer::names)
                .toList());
    assertThat(
            second.layers().stream()
                .filter(layer -> layer.kept().isEmpty())
                .flatMap(layer -> layer.names().stream()))
        .containsExactlyInAnyOrderElementsOf(victim.names());
  }

  @Test
  void whereTheChangedLayerIsReplannedRoomThatIsLeftIsUsed() {
    List<Component> components =
        List.of(component("a", 5 * MB, NOW - DAY), component("b", 5 * MB, NOW - 9 * DAY));
    PlanState state = published(plan(components, 1, NONE), components, NONE, NOW);

    assertThat(names(plan(replace(components, changed(components.get(0))), 2, state)))
        .containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void aNewComponentHasItsOwnLayerWhereThereIsRoom() {
    List<Component> components = List.of(component("a"), component("b"));
    PlanState state = published(plan(components, 3, NONE), components, NONE, NOW);

    LayerPlan next = plan(List.of(component("0"), component("a"), component("b")), 3, state);

    assertThat(names(next)).containsExactly(List.of("a"), List.of("b"), List.of("0"));
    assertThat(next.layers().stream().map(layer -> layer.kept().isPresent()))
        .containsExactly(true, true, false);
  }

  @Test
  void withoutRoomANewComponentGoesWhereItCostsLeast() {
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
    assertThat(next.layers().stream().map(layer -> layer.kept().isPresent()))
        .containsExactly(true, false);
  }

  @Test
  void aComponentThatIsInTwoPreviousLayersKeepsNeither() {
    List<Component> components = List.of(component("a"), component("b"));
    PlanState foreign =
        withLayers(
            published(plan(components, 2, NONE), components, NONE, NOW),
            List.of(List.of("a"), List.of("a"), List.of("b")));

    assertThat(plan(components, 3, foreign).layers().stream().map(PlannedLayer::kept))
        .containsExactly(Optional.of(layerDigest(2)), Optional.empty());
  }

  @Test
  void aComponentThatIsTwiceInOnePreviousLayerDoesNotKeepIt() {
    List<Component> components = List.of(component("a"));
    PlanState odd =
        withLayers(
            published(plan(components, 1, NONE), components, NONE, NOW),
            List.of(List.of("a", "a")));

    assertThat(plan(components, 1, odd).layers().get(0).kept()).isEmpty();
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
  void aPreviousLayerOfAComponentThatTheStateDoesNotDescribeIsNotKept() {
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

    assertThat(plan(components, 3, state).layers().get(0).kept()).isEmpty();
  }

  @Test
  void fewerLayersThanBeforeMergeAsFewOfThemAsPossible() {
    List<Component> components =
        IntStream.range(0, 10).mapToObj(i -> component("c" + i, (i + 1) * MB, NOW - DAY)).toList();
    PlanState state = published(plan(components, 10, NONE), components, NONE, NOW);

    LayerPlan next = plan(components, 9, state);

    assertThat(next.layers()).hasSize(9);
    assertThat(next.layers().stream().filter(layer -> layer.kept().isPresent())).hasSize(8);
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
    assertThat(next.layers()).allMatch(layer -> layer.kept().isEmpty());
  }

  @Test
  void aDedicatedComponentKeepsItsLayer() {
    List<Component> components = List.of(component("a"), component("b"), dedicated("kernel"));
    LayerPlan first = plan(components, 2, NONE);
    PlanState state = published(first, components, NONE, NOW);

    assertThat(plan(replace(components, changed(components.get(0))), 2, state).layers())
        .filteredOn(layer -> layer.kept().isPresent())
        .extracting(PlannedLayer::names)
        .containsExactly(List.of("kernel"));
  }

  @Test
  void keptLayersStayInTheirOrderAndOthersFollow() {
    List<Component> components = List.of(component("a"), component("b"), component("c"));
    PlanState state =
        withLayers(
            published(plan(components, 3, NONE), components, NONE, NOW),
            List.of(List.of("c"), List.of("a"), List.of("b")));

    assertThat(names(plan(replace(components, changed(components.get(0))), 3, state)))
        .containsExactly(List.of("c"), List.of("b"), List.of("a"));
  }

  @Test
  void whatOftenChangedSoFarIsExpectedToChangeWhereNoChangelogTells() {
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
  void buildsThatAllBearTheSameDatePlanAsWell() {
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
  void fromWhenOnAComponentIsKnownPublishedChangesReplaceItsChangelog() {
    // Both say they change each day; only "busy" really did since it was first published.
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
  void aSeriesOfBuildsIsPlannedSoundly(
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
  void memoryDownloadsLessThanPlanningAfreshEachTime() {
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

  @Test
  void aThousandAndAHalfComponentsArePlannedInOneGo() {
    List<Component> components = randomComponents(new Random(3), 1_500, 3);

    LayerPlan plan = Planner.plan(components, 120, Optional.empty(), NOW);

    check(plan, components, 120, NONE);
    assertThat(plan.layers()).hasSize(120);
  }

  /**
   * Plans, checks what must hold of every plan, and that the order of the input is nothing to it.
   */
  private static LayerPlan plan(List<Component> components, int maxLayers, PlanState previous) {
    return plan(components, maxLayers, previous, NOW);
  }

  private static LayerPlan plan(
      List<Component> components, int maxLayers, PlanState previous, long now) {
    LayerPlan plan = Planner.plan(components, maxLayers, remembered(previous), now);
    check(plan, components, maxLayers, previous);
    List<Component> shuffled = new ArrayList<>(components);
    Collections.shuffle(shuffled, new Random(components.size()));
    assertThat(Planner.plan(shuffled, maxLayers, remembered(previous), now)).isEqualTo(plan);
    return plan;
  }

  private static Optional<PlanState> remembered(PlanState previous) {
    return Optional.of(previous).filter(state -> !state.equals(NONE));
  }

  private static void check(
      LayerPlan plan, List<Component> components, int maxLayers, PlanState previous) {
    assertThat(plan.layers()).hasSizeLessThanOrEqualTo(maxLayers);
    assertThat(plan.layers().stream().flatMap(layer -> layer.components().stream()))
        .containsExactlyInAnyOrderElementsOf(components);
    assertThat(plan.layers().stream().flatMap(layer -> layer.kept().stream()))
        .doesNotHaveDuplicates();
    for (PlannedLayer layer : plan.layers()) {
      assertThat(layer.components()).isNotEmpty();
      assertThat(
              layer.names().size() == 1
                  || layer.components().stream().noneMatch(Component::dedicated))
          .isTrue();
      if (layer.kept().isPresent()) {
        checkKept(layer, previous);
      } else {
        assertThat(layer.names()).isSorted();
      }
    }
  }

  private static void checkKept(PlannedLayer layer, PlanState previous) {
    List<LayerState> same =
        previous.layers().stream()
            .filter(before -> layer.kept().equals(Optional.of(before.diffId())))
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
   * The state of an image written as planned; a layer's diffID is a digest of all that is in it.
   */
  private static PlanState published(
      LayerPlan plan, List<Component> components, PlanState previous, long date) {
    List<LayerState> layers =
        plan.layers().stream()
            .map(layer -> new LayerState(diffId(layer), layer.size(), layer.names()))
            .toList();
    return History.next(
        remembered(previous), date, 0, "none", "", layers, components, List.of(), false);
  }

  private static Digest diffId(PlannedLayer layer) {
    List<String> content =
        layer.components().stream()
            .sorted(Comparator.comparing(Component::name))
            .map(component -> component.name() + component.hash())
            .toList();
    return digest(content.toString());
  }

  /** The bytes of the layers that are not in the previous image. */
  private static long download(LayerPlan plan, PlanState previous) {
    Set<Digest> had = new HashSet<>();
    previous.layers().forEach(layer -> had.add(layer.diffId()));
    return plan.layers().stream()
        .filter(layer -> !had.contains(diffId(layer)))
        .mapToLong(PlannedLayer::size)
        .sum();
  }

  private static PlanState withLayers(PlanState state, List<List<String>> layers) {
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

  private static Digest layerDigest(int i) {
    return digest("layer " + i);
  }

  private static List<List<String>> names(LayerPlan plan) {
    return plan.layers().stream().map(PlannedLayer::names).toList();
  }

  private static List<Component> randomComponents(Random random, int count, int dedicated) {
    return IntStream.range(0, count)
        .mapToObj(i -> randomComponent(random, "c" + i, i < dedicated, NOW))
        .toList();
  }

  private static Component randomComponent(
      Random random, String name, boolean dedicated, long now) {
    List<Long> times =
        random
            .ints(random.nextInt(4) * (long) random.nextInt(10), 0, 400)
            .mapToObj(ago -> now - ago * DAY)
            .toList();
    return new Component(
        name,
        List.of(),
        1L << (10 + random.nextInt(16)),
        digest(name),
        times,
        random.nextInt(10) == 0 ? OptionalDouble.of(7) : OptionalDouble.empty(),
        dedicated);
  }

  /**
   * Some components change, the likelier the longer their changelog; now and then one comes or
   * goes.
   */
  private static List<Component> nextBuild(
      List<Component> components, Random random, int build, long date) {
    Map<String, Component> next = new TreeMap<>();
    for (Component component : components) {
      boolean changes = random.nextInt(200) < 5 + 2 * component.changelogTimes().size();
      if (random.nextInt(60) > 0) {
        next.put(component.name(), changes ? changed(component) : component);
      }
    }
    if (random.nextBoolean()) {
      String name = "new" + build;
      next.put(name, randomComponent(random, name, random.nextInt(20) == 0, date));
    }
    return List.copyOf(next.values());
  }

  private static List<Component> replace(List<Component> components, Component replacement) {
    return components.stream()
        .map(c -> c.name().equals(replacement.name()) ? replacement : c)
        .toList();
  }

  private static Component changed(Component before) {
    return new Component(
        before.name(),
        before.entries(),
        before.size(),
        digest(before.hash().hex()),
        before.changelogTimes(),
        before.interval(),
        before.dedicated());
  }

  private static Component component(String name) {
    return component(name, MB);
  }

  private static Component component(String name, long size, Long... times) {
    return new Component(
        name, List.of(), size, digest(name), List.of(times), OptionalDouble.empty(), false);
  }

  private static Component interval(String name, double days) {
    return new Component(
        name, List.of(), MB, digest(name), List.of(), OptionalDouble.of(days), false);
  }

  private static Component dedicated(String name) {
    return dedicated(name, digest(name));
  }

  private static Component dedicated(String name, Digest hash) {
    return new Component(name, List.of(), 20 * MB, hash, List.of(), OptionalDouble.empty(), true);
  }
}
