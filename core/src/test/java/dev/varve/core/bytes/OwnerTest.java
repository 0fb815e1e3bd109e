package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OwnerTest {
  @Test
  void aNameIdentifiesTheRunThatMadeTheFile() {
    Owner self = Owner.current();

    assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(Owner.of(self + "-1-prune")).contains(self);
    assertThat(Owner.of(self.toString())).contains(self);
    assertThat(Owner.of("varve-12-34-0123abcd-1")).contains(new Owner(12, 34, "0123abcd"));
    assertThat(self.isAlive()).isTrue();
  }

  @Test
  void otherNamesHaveNoOwner() {
    assertThat(Owner.of("varve")).isEmpty();
    assertThat(Owner.of("varve-judge-1")).isEmpty();
    assertThat(Owner.of("my-varve-1-2")).isEmpty();
    assertThat(Owner.of("varve-1-2")).isEmpty();
    assertThat(Owner.of("varve-1-2-0123abcdx")).isEmpty();
  }

  @Test
  void aReusedPidIsAnotherRun() {
    Owner self = Owner.current();

    assertThat(new Owner(self.pid(), self.began() + 1, self.boot()).isAlive()).isFalse();
    assertThat(new Owner(self.pid(), self.began(), "00000000").isAlive()).isFalse();
    assertThat(new Owner(999_999_999, self.began(), self.boot()).isAlive()).isFalse();
  }

  @Test
  void aRunWithAnUnknownStartTimeCountsAsAlive() {
    Owner self = Owner.current();

    assertThat(new Owner(self.pid(), 0, self.boot()).isAlive()).isTrue();
  }

  @Test
  void aZombieProcessIsNotAlive() throws Exception {
    // The child of the shell ends. By then, sleep has replaced the shell, and never reaps the
    // child.
    Process shell = new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 100").start();
    try {
      long child = Long.parseLong(shell.inputReader().readLine());
      Owner owner = new Owner(child, 0, Owner.current().boot());
      for (int i = 0; i < 500 && owner.isAlive(); i++) {
        Thread.sleep(10);
      }
      assertThat(owner.isAlive()).isFalse();
    } finally {
      shell.destroyForcibly();
    }
  }
}
