package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepException;
import dev.varve.core.process.StepResult;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.PullException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KnownFailuresTest {
  private static StepException failure(String step, String... lines) {
    Step failed = Step.reporting(step, Duration.ofMinutes(1), List.of("podman"));
    return new StepResult(failed, 126, "", List.of(lines), List.of()).failure();
  }

  private static IOException explained(String step, String... lines) {
    return KnownFailures.explain(failure(step, lines));
  }

  @Test
  void aDenialForTheRuntimeIsAFaultOfTheMachine() {
    String crun =
        "Error: crun: open `/proc/sys/net/ipv4/ping_group_range`: Permission denied: OCI permission"
            + " denied";
    for (String step : List.of("prune", "pull")) {
      assertThat(explained(step, crun))
          .isInstanceOf(MachineLacksException.class)
          .hasMessageEndingWith("; podman can't run containers here")
          .asInstanceOf(type(MachineLacksException.class))
          .returns(Optional.of(Remedy.EXAMINE_MACHINE), MachineLacksException::remedy);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error: reading manifest z in ghcr.io/x/y: denied: requested access is denied",
        "denied: requested access to the resource is denied",
        "Error: unauthorized: authentication required"
      })
  void aDenialByTheRegistryIsAFaultOfTheLogin(String line) {
    assertThat(explained("pull", line))
        .isInstanceOfSatisfying(
            PullException.class,
            failure -> assertThat(failure.kind()).isEqualTo(PullException.Kind.NOT_AUTHORIZED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "denied: requested access to the resource is denied",
        "manifest unknown",
        "dial tcp: lookup example.org: no such host"
      })
  void onlyAPullBlamesTheRegistry(String line) {
    StepException failure = failure("chunk", line);

    assertThat(KnownFailures.explain(failure)).isSameAs(failure);
  }

  @Test
  void aPullBlamesTheRegistryOrTheReference() {
    assertThat(explained("pull", "Error: dial tcp: lookup ghcr.io: no such host"))
        .isInstanceOfSatisfying(
            PullException.class,
            failure -> assertThat(failure.kind()).isEqualTo(PullException.Kind.UNAVAILABLE));
    assertThat(explained("pull", "Error: reading manifest v9 in ghcr.io/x/y: manifest unknown"))
        .asInstanceOf(type(RemediableException.class))
        .returns(Optional.of(Remedy.OTHER_TOOL), RemediableException::remedy);
  }

  @Test
  void aTracebackIsReportedFromItsException() {
    assertThat(
            explained(
                "chunk",
                "Traceback (most recent call last):",
                "  File \"/usr/lib/python3/rechunk/utils.py\", line 1, in get_update_matrix",
                "    p_upd[i, w] = 1",
                "FileNotFoundError: /usr/share/rpm/x",
                "and what belongs to it"))
        .hasMessage(
            "running the step chunk: exit code 126; its last lines: FileNotFoundError:"
                + " /usr/share/rpm/x | and what belongs to it");
    assertThat(explained("chunk", "ImportError: of no traceback", "b", "c"))
        .hasMessageEndingWith("; its last lines: ImportError: of no traceback | b | c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "error: Multiple kernels found in /usr/lib/modules",
        "error: No kernel found in /usr/lib/modules",
        "error: Opening usr/lib/modules: No such file or directory"
      })
  void anotherNumberOfKernelsIsAFaultOfTheImage(String line) {
    assertThat(explained("commit", line))
        .hasMessageEndingWith(
            "; ostree requires exactly one kernel, in /usr/lib/modules/*/vmlinuz; use the built-in"
                + " engine");
  }

  @Test
  void aWarningAboutCgroupsIsNoFailure() {
    StepException failure =
        failure(
            "chunk",
            "time=\"2025-10-11T00:00:00Z\" level=warning msg=\"Using cgroups-v1 which is"
                + " deprecated\"",
            "KeyError: 'layers'");
    assertThat(KnownFailures.explain(failure)).isSameAs(failure);

    assertThat(explained("chunk", "a line", "Error: crun: writing to a cgroup file"))
        .isInstanceOf(MachineLacksException.class);
  }
}
