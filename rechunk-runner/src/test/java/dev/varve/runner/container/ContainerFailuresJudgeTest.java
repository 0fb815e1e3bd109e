package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.varve.core.notes.Notes;
import dev.varve.core.process.StepException;
import dev.varve.runner.Elevation;
import dev.varve.runner.KnownFailureException;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.PullException;
import dev.varve.runner.VerificationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures of the container, its image and podman, and their messages. */
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
            "running the step " + step + ": it took longer than the limit of a step, 4.0 s")
        .hasMessageEndingWith("hanging in " + step);
  }

  @Test
  void allStepsTogetherHaveALimit() throws Exception {
    String tool = with("chunk-hang");
    assertThatThrownBy(() -> rechunk(settings().tool(tool).totalLimit(Duration.ofSeconds(8))))
        .hasMessageContaining("all steps together took longer than their limit, 8.0 s");
  }

  @Test
  void aTreeThatIsNotCleanedUpIsDetectedEvenIfTheScriptSucceeds() throws Exception {
    String tool = with("prune-keeps");
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .hasMessageStartingWith(
            "running the step prune: it exited with 0, but left /run/lock in the tree, which it"
                + " should remove; its last lines: ")
        .hasMessageContaining("rm: can't remove './run/lock': Operation not permitted");
    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }

  @Test
  void aFileThatIsRemovedWithoutACopyIsDetected() throws Exception {
    String tool = with("prune-loses");
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .hasMessageStartingWith(
            "running the step prune: it exited with 0, but lost /usr/lib/tool,"
                + " /usr/lib/tool/state, which it should move; its last lines: ")
        .hasMessageContaining("rsync: command not found");
  }

  @Test
  void lostDefaultsOfTheConfigurationAreDetected() throws Exception {
    Path root = directory.resolve("defaults");
    Files.createDirectories(root.resolve("usr/etc"));
    Files.writeString(root.resolve("usr/etc/hosts"), "127.0.0.1 localhost");
    Files.writeString(root.resolve("usr/etc/passwd-"), "the script removes it from /etc alone");
    Files.createDirectories(root.resolve("usr/share/rpm"));
    Files.copy(ImageNeedsTest.week53(directory), root.resolve("usr/share/rpm/rpmdb.sqlite"));
    Path tar = directory.resolve("defaults.tar");
    StandIn.run("tar", "-C", root.toString(), "-cf", tar.toString(), ".");
    String image = "localhost/varve-source-judge:defaults";
    StandIn.run("podman", "import", "--quiet", tar.toString(), image);
    ContainerSettings.Builder settings = settings().ignoreKnownFailures(true);
    try {
      rechunk(image, podman(), settings, request -> request);

      String tool = with("prune-loses-defaults");
      assertThatThrownBy(() -> rechunk(image, podman(), settings.tool(tool), request -> request))
          .hasMessageContaining("lost /usr/etc/hosts, which it should move");
    } finally {
      StandIn.run("podman", "rmi", "--force", image);
    }
  }

  @Test
  void aTracebackIsReportedByItsLastLine() throws Exception {
    String tool = with("chunk-week53");
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .hasMessage(
            "running the step chunk: exit code 1; its last lines: IndexError: index 53 is out of"
                + " bounds for axis 1 with size 53; a package has a changelog entry in an ISO week"
                + " 53, such as 2026-12-28 to 2027-01-03, at which the tool fails until the entry is"
                + " older than 365 days; use the built-in engine");
  }

  @Test
  void aDescriptionOfTwoLinesThatTheToolDoesNotEscapeIsExplained() throws Exception {
    String tool = with("unescaped");
    assertThatThrownBy(
            () ->
                rechunk(
                    podman(),
                    settings().tool(tool),
                    request -> request.label(Notes.DESCRIPTION_LABEL, "An OS.\nOf two lines.")))
        .hasMessageStartingWith("running the step chunk: exit code 1; its last lines: ")
        .hasMessageEndingWith(
            "; hhd-dev/rechunk up to 1.2.3 does not escape line breaks and other control"
                + " characters of labels in JSON: use a description of one line, or a newer version");
    rechunk(
        podman(),
        settings().tool(tool),
        request -> request.label(Notes.DESCRIPTION_LABEL, "An OS of one line."));
  }

  @Test
  void anImageThatTheToolIsKnownToFailWithIsRefusedBeforeItsScriptsRun() throws Exception {
    Path root = directory.resolve("no-kernel");
    Files.createDirectories(root.resolve("usr/share/rpm"));
    Files.copy(ImageNeedsTest.week53(directory), root.resolve("usr/share/rpm/rpmdb.sqlite"));
    Path tar = directory.resolve("no-kernel.tar");
    StandIn.run("tar", "-C", root.toString(), "-cf", tar.toString(), ".");
    String image = "localhost/varve-source-judge:unfit";
    StandIn.run("podman", "import", "--quiet", tar.toString(), image);
    Clock clock = Clock.fixed(Instant.parse("2026-12-29T00:00:00Z"), ZoneOffset.UTC);
    try {
      assertThatThrownBy(
              () -> rechunk(image, podman(), settings().clock(clock), request -> request))
          .isInstanceOf(KnownFailureException.class)
          .hasMessage(
              "checking containers-storage:"
                  + image
                  + " for localhost/"
                  + NAME
                  + ":none: it has no kernel (/usr/lib/modules/*/vmlinuz), but ostree needs one;"
                  + " the changelog of winter has an entry of 2027-01-03, in an ISO week 53, at which"
                  + " hhd-dev/rechunk up to 1.2.4 fails with an IndexError until the entry is older"
                  + " than 365 days (2028-01-04); use the built-in engine");
      assertThat(progressLines).noneMatch(line -> line.startsWith("prune: "));
      assertThat(directory.resolve("dest/index.json")).doesNotExist();
      assertThatThrownBy(
              () -> rechunk(image, podman(), settings().tool(ABSENT), request -> request))
          .isInstanceOf(KnownFailureException.class)
          .hasMessageStartingWith("checking containers-storage:" + image + " for " + ABSENT);
      assertThat(progressLines).noneMatch(line -> line.startsWith("pulling "));

      rechunk(
          image, podman(), settings().clock(clock).ignoreKnownFailures(true), request -> request);
      assertThat(progressLines)
          .anyMatch(line -> line.startsWith("note: checking containers-storage:" + image))
          .anyMatch(line -> line.startsWith("prune: "));
    } finally {
      StandIn.run("podman", "rmi", "--force", image);
    }
  }

  @Test
  void aKnownFailureIsExplained() throws Exception {
    String tool = with("prune-denied");
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .isInstanceOf(MachineLacksException.class)
        .hasMessageEndingWith(
            "Permission denied; podman's storage must be owned by root, and on a file system"
                + " with extended attributes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "duplicate|has usr/bin/tool twice, at which podman load fails",
        "wrong-diffid|: expected diffID sha256:",
        "no-info|it has no label dev.hhd.rechunk.info",
        "lost-label|it has no label title",
      })
  void aFaultyImageIsNotPublished(String fault, String expected) throws Exception {
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
        "no-version|reading the version that hhd-dev/rechunk chose: version.txt is missing",
      })
  void unreadableOutputIsAFailure(String fault, String expected) throws Exception {
    String tool = with(fault);
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(expected);
    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }

  @Test
  void aMissingToolIsReported() {
    assertThatThrownBy(() -> rechunk(settings().tool(ABSENT)))
        .isInstanceOfSatisfying(
            PullException.class,
            failure -> assertThat(failure.kind()).isEqualTo(PullException.Kind.UNAVAILABLE))
        .hasMessageStartingWith("running the step pull: exit code 125; its last lines: ")
        .hasMessageEndingWith(
            "; the registry can't be reached; run again later, or load the tool's image first");
  }

  @Test
  void anImageMissingInRootsStorageIsExplained() {
    ContainerEngine engine = new ContainerEngine(podman(), settings().build());
    assertThatThrownBy(
            () -> engine.open("localhost/built/rootless:x", directory, "containers-storage:x"))
        .hasMessage(
            "opening containers-storage:x: no image \"localhost/built/rootless:x\" in root's podman"
                + " storage; to copy an image from a user's storage to root's, run podman save"
                + " localhost/built/rootless:x | sudo podman load");
  }

  @Test
  void aMissingOrOldPodmanIsReported() throws Exception {
    Podman missing = new Podman("/no/such/podman", Elevation.NONE);
    Path script =
        Files.writeString(directory.resolve("podman"), "#!/bin/sh\necho podman version 3.4.4\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Podman old = new Podman(script.toString(), Elevation.NONE);

    assertThatThrownBy(missing::requireVersion)
        .isInstanceOf(MachineLacksException.class)
        .hasMessage(
            "asking podman for its version: /no/such/podman can't be started; install the package"
                + " podman");
    assertThatThrownBy(old::requireVersion)
        .isInstanceOf(MachineLacksException.class)
        .hasMessage(
            "asking podman for its version: expected 4.0 or newer, got 3.4.4; upgrade podman");
    assertThat(podman().requireVersion()).matches("[4-9][0-9]*\\.[0-9].*");
  }
}
