package dev.varve.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OwnerTest {
  @Test
  void whatARunMakesIsKnownByItsName() {
    Owner self = Owner.current();

    assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(Owner.of(self + "-1-prune")).contains(self);
    assertThat(Owner.of(self.toString())).contains(self);
    assertThat(Owner.of("varve-12-34-1")).contains(new Owner(12, 34));
    assertThat(self.isAlive()).isTrue();
  }

  @Test
  void whatHasAnotherNameIsNobodysRun() {
    assertThat(Owner.of("varve")).isEmpty();
    assertThat(Owner.of("varve-judge-1")).isEmpty();
    assertThat(Owner.of("my-varve-1-2")).isEmpty();
    assertThat(Owner.of("varve-1-2x")).isEmpty();
  }

  @Test
  void anotherProcessThatGotTheSameNumberIsAnotherRun() {
    Owner self = Owner.current();

    assertThat(new Owner(self.pid(), self.began() - 60).isAlive()).isFalse();
    assertThat(new Owner(self.pid(), self.began() + 2).isAlive()).isTrue();
    assertThat(new Owner(999_999_999, self.began()).isAlive()).isFalse();
  }
}
