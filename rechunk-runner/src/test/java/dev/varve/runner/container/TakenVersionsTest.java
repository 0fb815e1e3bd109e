package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TakenVersionsTest {
  @Test
  void aNumberedVersionTakesTheNumbersBefore() {
    assertThat(TakenVersions.upTo("40-20251011")).containsExactly("40-20251011");
    assertThat(TakenVersions.upTo("40-20251011.1"))
        .containsExactlyInAnyOrder("40-20251011", "40-20251011.1");
    assertThat(TakenVersions.upTo("40-20251011.3"))
        .containsExactlyInAnyOrder(
            "40-20251011", "40-20251011.1", "40-20251011.2", "40-20251011.3");
  }

  @Test
  void onlyASingleDigitIsANumberOfTheTool() {
    assertThat(TakenVersions.upTo("41.20251011")).containsExactly("41.20251011");
    assertThat(TakenVersions.upTo("41.0")).containsExactly("41.0");
    assertThat(TakenVersions.upTo(".1")).containsExactly(".1");
    assertThat(TakenVersions.upTo("")).containsExactly("");
  }
}
