package dev.varve.core.bindiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Applies steps, as a reader of a patch does. */
final class Patch {
  private Patch() {}

  /** Asserts that steps make the new file of the old one and that each is within both. */
  static void assertMakes(List<Step> steps, byte[] before, byte[] after) {
    byte[] made = new byte[after.length];
    int at = 0;
    for (Step step : steps) {
      assertThat(step.matched() + step.fresh()).isPositive();
      assertThat(step.position() + step.matched()).isLessThanOrEqualTo(before.length);
      assertThat(at + step.matched() + step.fresh()).isLessThanOrEqualTo(after.length);
      for (int i = 0; i < step.matched(); i++) {
        byte old = before[step.position() + i];
        byte difference = (byte) (after[at + i] - old);
        made[at + i] = (byte) (old + difference);
      }
      at += step.matched();
      System.arraycopy(after, at, made, at, step.fresh());
      at += step.fresh();
    }
    assertThat(at).isEqualTo(after.length);
    assertThat(made).isEqualTo(after);
  }

  /** The bytes that a patch has to contain: those that differ, and those without counterpart. */
  static int cost(List<Step> steps, byte[] before, byte[] after) {
    int cost = 0;
    int at = 0;
    for (Step step : steps) {
      for (int i = 0; i < step.matched(); i++) {
        cost += before[step.position() + i] == after[at + i] ? 0 : 1;
      }
      cost += step.fresh();
      at += step.matched() + step.fresh();
    }
    return cost;
  }
}
