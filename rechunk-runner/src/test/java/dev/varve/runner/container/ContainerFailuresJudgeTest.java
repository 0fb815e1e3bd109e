package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.varve.core.bytes.Progress;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.PullException;
import dev.varve.runner.VerificationException;
import dev.varve.runner.process.Elevation;
import dev.varve.runner.process.StepException;
import dev.varve.runner.process.StepRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said where the container, its image or podman is not as it should be. */
@Tag("judge")
final class ContainerFailuresJudgeTest extends ContainerFixture {
  @ParameterizedTest
  @ValueSource(strings = {"prune", "commit", "chunk"})
  void aStepThatFailsIsNamedWithItsExitCodeAndLastLines(String step) throws Exception {
    String tool = with(step + "-fail");
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .isInstanceOf(StepException.class)
        .hasMessageStartingWith("running the step " + step + ": exit code 3; its last lines: ")
        .hasMessageEndingWith("something in " + step + " is not as it should be");
    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"prune", "chunk"})
  void aStepThatHangsIsKilledWithItsContainer(String step) throws Exception {
    String tool = with(step + "-hang");
    Throwable failure =
        catchThrowable(() -> rechunk(settings().tool(tool).stepLimit(Duration.ofSeconds(4))));
    assertThat(failure)
        .hasMessageStartingWith(
            "running the step "
                + step
                + ": it took longer than the 4.0 s that a step has (--step-timeout)")
        .hasMessageEndingWith("hanging in " + step);
  }

  @Test
  void allStepsTogetherHaveALimit() throws Exception {
    String tool = with("chunk-hang");
    assertThatThrownBy(() -> rechunk(settings().tool(tool).totalLimit(Duration.ofSeconds(8))))
        .hasMessageContaining("all steps took longer than the 8.0 s that they have (--timeout)");
  }

  @Test
  void whatIsKnownOfAFailureIsSaid() throws Exception {
    String tool = with("prune-denied");
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .isInstanceOf(MachineLacksException.class)
        .hasMessageEndingWith(
            "Permission denied; podman's storage must be root's own, and on a file system that"
                + " takes extended attributes; varve doctor --engine container tells more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "duplicate|has usr/bin/tool twice, which podman load fails at",
        "wrong-diffid|that the config has uncompressed",
        "no-info|it has no label dev.hhd.rechunk.info",
        "lost-label|it has no label title",
      })
  void anImageThatIsNotAsItShouldBeIsNotPublished(String fault, String expected) throws Exception {
    String tool = with(fault);
    assertThatThrownBy(
            () -> rechunk(podman(), settings().tool(tool), request -> request.label("title", "OS")))
        .isInstanceOf(VerificationException.class)
        .hasMessageStartingWith("checking the image that hhd-dev/rechunk made: ")
        .hasMessageContaining(expected)
        .hasMessageEndingWith("; nothing was published");
    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bad-digest|expected",
        "no-output|there is no directory",
        "no-version|reading the version that hhd-dev/rechunk chose: it wrote none",
      })
  void outputThatCanNotBeReadIsAFailure(String fault, String expected) throws Exception {
    String tool = with(fault);
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(expected);
    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }

  @Test
  void aToolThatIsNotThereIsSaidToBe() {
    assertThatThrownBy(() -> rechunk(settings().tool("localhost:1/no/such/rechunk:v0")))
        .isInstanceOfSatisfying(
            PullException.class,
            failure -> assertThat(failure.kind()).isEqualTo(PullException.Kind.UNAVAILABLE))
        .hasMessageStartingWith("running the step pull: exit code 125; its last lines: ")
        .hasMessageEndingWith(
            "; the registry can't be reached now; run again, or load the tool's image before");
  }

  @Test
  void anImageOfAnotherUserIsSaidToBeThere() {
    ContainerEngine engine = new ContainerEngine(podman(), settings().build());
    assertThatThrownBy(
            () -> engine.open("localhost/built/rootless:x", directory, "containers-storage:x"))
        .hasMessage(
            "opening containers-storage:x: there is no image \"localhost/built/rootless:x\" in"
                + " root's podman storage; a run without --keep-ref removes it, also one that fails"
                + " later; one that a user built is in that user's: podman save"
                + " localhost/built/rootless:x | sudo podman load");
  }

  @Test
  void podmanThatIsMissingOrOldIsSaidToBe() throws Exception {
    Podman missing = new Podman("/no/such/podman", Elevation.NONE);
    Path script =
        Files.writeString(directory.resolve("podman"), "#!/bin/sh\necho podman version 3.4.4\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Podman old = new Podman(script.toString(), Elevation.NONE);

    try (StepRunner steps = new StepRunner(Progress.SILENT, Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> missing.requireVersion(steps))
          .isInstanceOf(MachineLacksException.class)
          .hasMessage(
              "asking podman for its version: /no/such/podman can't be started; install the package"
                  + " podman");
      assertThatThrownBy(() -> old.requireVersion(steps))
          .isInstanceOf(MachineLacksException.class)
          .hasMessage(
              "asking podman for its version: expected 4.0 or newer, got 3.4.4; upgrade podman");
      assertThat(podman().requireVersion(steps)).matches("[4-9][0-9]*\\.[0-9].*");
    }
  }
}
