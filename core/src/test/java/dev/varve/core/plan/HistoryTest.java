package dev.varve.core.plan;

import static dev.varve.core.plan.TestTree.digest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final long DAY = 86_400;
  private static final long YEAR = 365 * DAY;

  /** Stands for no previous image. */
  private static final PlanState NONE =
      new PlanState(0, "", "", List.of(), List.of(), Map.of(), Map.of());

  @Test
  void aFirstImageKnowsOnlyItself() {
    List<LayerState> layers = List.of(new LayerState(digest("layer"), 10, List.of("a")));

    PlanState state =
        History.next(
            Optional.empty(),
            1_000,
            900,
            "gzip:6",
            "varve-deflate 1",
            layers,
            List.of(component("a", "1")),
            List.of(info("bash", "5.2-1", "x86_64")),
            false);

    assertThat(state)
        .isEqualTo(
            new PlanState(
                900,
                "gzip:6",
                "varve-deflate 1",
                List.of(1_000L),
                layers,
                Map.of("a", new ComponentState(digest("1"), 7, 1_000, List.of())),
                Map.of("bash", "5.2-1")));
  }

  @Test
  void anEqualComponentHasNotChanged() {
    PlanState next = next(next(NONE, 100, component("a", "1")), 200, component("a", "1"));

    assertThat(next.images()).containsExactly(100L, 200L);
    assertThat(next.components())
        .containsOnly(Map.entry("a", new ComponentState(digest("1"), 7, 100, List.of())));
  }

  @Test
  void anotherHashIsAChangeOnTheDateOfTheNewImage() {
    PlanState first = next(NONE, 100, component("a", "1"));
    PlanState second = next(first, 200, component("a", "2"));
    PlanState third = next(second, 300, component("a", "1"));

    assertThat(third.components().get("a"))
        .isEqualTo(new ComponentState(digest("1"), 7, 100, List.of(200L, 300L)));
  }

  @Test
  void aNewComponentIsSinceTheDateOfTheNewImage() {
    PlanState next = next(next(NONE, 100, component("a", "1")), 200, component("b", "1"));

    assertThat(next.components())
        .containsOnly(Map.entry("b", new ComponentState(digest("1"), 7, 200, List.of())));
  }

  @Test
  void aComponentThatComesBackIsNew() {
    PlanState gone = next(next(NONE, 100, component("a", "1")), 200);
    PlanState back = next(gone, 300, component("a", "2"));

    assertThat(back.components().get("a"))
        .isEqualTo(new ComponentState(digest("2"), 7, 300, List.of()));
  }

  @Test
  void changesOlderThanAYearAreForgottenButNotTheFirstDate() {
    PlanState state = next(NONE, 100, component("a", "1"));
    state = next(state, 200, component("a", "2"));
    state = next(state, 201, component("a", "3"));
    state = next(state, 200 + YEAR, component("a", "3"));

    assertThat(state.images()).containsExactly(200L, 201L, 200 + YEAR);
    assertThat(state.components().get("a"))
        .isEqualTo(new ComponentState(digest("3"), 7, 100, List.of(200L, 201L)));

    state = next(state, 201 + YEAR, component("a", "4"));

    assertThat(state.images()).containsExactly(201L, 200 + YEAR, 201 + YEAR);
    assertThat(state.components().get("a"))
        .isEqualTo(new ComponentState(digest("4"), 7, 100, List.of(201L, 201 + YEAR)));
  }

  @Test
  void switchingToPreservedMtimesRecordsNoChanges() {
    PlanState stable = next(NONE, 100, component("a", "1"));

    PlanState preserved =
        History.next(
            Optional.of(stable),
            200,
            0,
            "none",
            "",
            List.of(),
            List.of(component("a", "2")),
            List.of(),
            true);

    assertThat(preserved.preservesMtimes()).isTrue();
    assertThat(preserved.components().get("a"))
        .isEqualTo(new ComponentState(digest("2"), 7, 100, List.of()));
  }

  @Test
  void severalVersionsOfAPackageAreListedOnceEach() {
    PlanState state =
        History.next(
            Optional.empty(),
            0,
            0,
            "none",
            "",
            List.of(),
            List.of(),
            List.of(
                info("kernel", "6.11-1", "x86_64"),
                info("kernel", "6.12-1", "x86_64"),
                info("glibc", "2.40-1", "i686"),
                info("glibc", "2.40-1", "x86_64"),
                info("tool", "1.1-1", "x86_64"),
                info("tool", "1-1", "x86_64")),
            false);

    assertThat(state.packages())
        .containsOnly(
            Map.entry("kernel", "6.11-1 6.12-1"),
            Map.entry("glibc", "2.40-1"),
            Map.entry("tool", "1.1-1 1-1"));
  }

  private static PlanState next(PlanState previous, long date, Component... components) {
    return History.next(
        Optional.of(previous).filter(state -> !state.equals(NONE)),
        date,
        0,
        "none",
        "",
        List.of(),
        List.of(components),
        List.of(),
        false);
  }

  private static Component component(String name, String content) {
    return new Component(
        name, List.of(), 7, digest(content), List.of(), OptionalDouble.empty(), false);
  }

  private static PackageInfo info(String name, String version, String arch) {
    return new PackageInfo(PackageFormat.RPM, name, version, arch, "", List.of(), 0);
  }
}
