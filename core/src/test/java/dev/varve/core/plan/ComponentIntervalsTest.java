package dev.varve.core.plan;

import static dev.varve.core.plan.TestTree.file;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The intervals of components, which extended attributes set. */
class ComponentIntervalsTest {
  private static final String COMPONENT = "user.component";
  private static final String INTERVAL = "user.update-interval";
  private final TestTree tree = new TestTree();

  @ParameterizedTest
  @CsvSource({
    "daily, 1",
    "weekly, 7",
    "biweekly, 14",
    "monthly, 30",
    "quarterly, 90",
    "yearly, 365",
    "1, 1",
    "45, 45",
    "' 45\n', 45",
  })
  void anIntervalIsANameOrDays(String text, double days) {
    tree.put("app", file(10, COMPONENT, "app", INTERVAL, text));

    assertThat(tree.component("xattr:app").interval()).isEqualTo(OptionalDouble.of(days));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "often", "0", "-1", "1.5", "NaN", "1e3", "99999999999999", "Daily"})
  void otherTextIsNoInterval(String text) {
    tree.put("app", file(10, COMPONENT, "app", INTERVAL, text));

    assertThat(tree.component("xattr:app").interval()).isEmpty();
  }

  @Test
  void oneFileSetsTheIntervalOfItsWholeComponent() {
    tree.dir("opt/app", COMPONENT, "app")
        .file("opt/app/a")
        .put("opt/app/b", file(10, INTERVAL, "monthly"))
        .put("usr/bin/app", file(10, COMPONENT, "app"));

    assertThat(tree.component("xattr:app").interval()).isEqualTo(OptionalDouble.of(30));
  }

  @Test
  void theIntervalOfADirectoryHoldsForItsOwnComponentOnly() {
    tree.dir("opt/app", COMPONENT, "app", INTERVAL, "yearly")
        .file("opt/app/a")
        .put("opt/app/other", file(10, COMPONENT, "other"));

    assertThat(tree.component("xattr:app").interval()).isEqualTo(OptionalDouble.of(365));
    assertThat(tree.component("xattr:other").interval()).isEmpty();
  }

  @Test
  void ofSeveralIntervalsTheShortestCounts() {
    tree.put("a", file(10, COMPONENT, "app", INTERVAL, "yearly"))
        .put("b", file(10, COMPONENT, "app", INTERVAL, "weekly"))
        .put("c", file(10, COMPONENT, "app", INTERVAL, "monthly"));

    assertThat(tree.component("xattr:app").interval()).isEqualTo(OptionalDouble.of(7));
  }

  @Test
  void anIntervalWithoutAComponentIsIgnored() {
    tree.put("etc/a", file(10, INTERVAL, "daily"));

    assertThat(tree.component("dir:/etc").interval()).isEmpty();
  }
}
