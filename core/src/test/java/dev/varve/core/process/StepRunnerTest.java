package dev.varve.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StepRunnerTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir private Path directory;
  private final BlockingQueue<String> reported = new LinkedBlockingQueue<>();

  private StepRunner runner(Duration total) {
    return new StepRunner(
        new Progress() {
          @Override
          public void output(String program, String line) {
            reported.add(program + ": " + line);
          }
        },
        total,
        Remedy.LONGER_RUN);
  }

  private static List<String> sh(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean alive(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isPresent();
  }

  @Test
  void aCapturingStepReturnsTheOutput() throws IOException {
    StepResult result =
        runner(LONG).run(Step.capturing("ask", LONG, sh("printf 'a\nb'; echo c >&2")));

    assertThat(result.output()).isEqualTo("a\nb");
    assertThat(result.exitCode()).isZero();
    assertThat(result.lastLines()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(result.errors()).containsExactly("c");
    assertThat(reported).isEmpty();
  }

  @Test
  void linesAreReportedWithTheNameOfTheStepWhileTheProgramRuns() throws Exception {
    Path go = directory.resolve("go");
    CompletableFuture<StepResult> running =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                String script =
                    "echo first; while [ ! -e \"$1\" ]; do sleep 0.01; done; echo last >&2";
                return runner(LONG).run(Step.reporting("prune", LONG, sh(script, go.toString())));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });

    assertThat(reported.poll(30, TimeUnit.SECONDS)).isEqualTo("prune: first");
    assertThat(running).isNotDone();
    Files.createFile(go);
    assertThat(running.get().output()).isEmpty();
    assertThat(reported).containsExactly("prune: last");
  }

  @Test
  void onlyTheLastVersionOfAnOverwrittenLineIsReported() throws IOException {
    runner(LONG)
        .run(Step.reporting("chunk", LONG, sh("printf '10%%\\r50%%\\r100%%\\ndone\\r\\n\\n'")));

    assertThat(reported).containsExactly("chunk: 100%", "chunk: done");
  }

  @Test
  void argumentsArriveUnchanged() throws IOException {
    String label = "a=$(touch /tmp/x); `id` \"'\\ *\n<b>";
    StepResult result =
        runner(LONG).run(Step.capturing("print", LONG, List.of("printf", "%s|", label, "")));

    assertThat(result.output()).isEqualTo(label + "||");
  }

  @Test
  void aFailureNamesTheStepItsExitCodeAndItsLastLines() {
    assertThatThrownBy(
            () ->
                runner(LONG)
                    .require(
                        Step.reporting("commit", LONG, sh("seq 1 40; echo no space >&2; exit 7"))))
        .isInstanceOf(StepException.class)
        .hasMessage(
            "running the step commit: exit code 7; its last lines: 37 | 38 | 39 | 40 | no space");
  }

  @Test
  void aProgramWithoutOutputIsReported() {
    assertThatThrownBy(() -> runner(LONG).require(Step.reporting("rm", LONG, sh("exit 3"))))
        .hasMessage("running the step rm: exit code 3; it has no output");
  }

  @Test
  void aMissingProgramIsReported() {
    assertThatThrownBy(
            () -> runner(LONG).run(Step.capturing("mount", LONG, List.of("no-such-program"))))
        .isInstanceOf(MissingProgramException.class)
        .hasMessage(
            "running the step mount: no-such-program can't be started; install it, or add it to"
                + " PATH");
  }

  @Test
  void anExistingProgramThatCannotBeStartedIsNotReportedAsMissing() {
    String longest = "x".repeat(200_000); // the kernel accepts 131,071 bytes
    assertThatThrownBy(
            () -> runner(LONG).run(Step.capturing("chunk", LONG, List.of("true", longest))))
        .isNotInstanceOf(MissingProgramException.class)
        .hasMessage("running the step chunk: true can't be started")
        .cause()
        .hasMessageContaining("Argument list too long");
  }

  @Test
  void aProgramThatTakesTooLongIsKilledWithItsChildrenAndEndedElsewhere() {
    Path elsewhere = directory.resolve("ended");
    Step step =
        Step.reporting(
                "chunk",
                SHORT,
                sh("trap '' TERM; sh -c 'trap \"\" TERM; echo $$; sleep 100; :' & wait; sleep 100"))
            .endedBy(List.of("touch", elsewhere.toString()))
            .limitedBy(Remedy.LONGER_STEP);

    StepException failure = catchThrowableOfType(StepException.class, () -> runner(LONG).run(step));

    assertThat(failure)
        .hasMessageStartingWith(
            "running the step chunk: it took longer than the limit of a step, 0.2 s; its last"
                + " lines: ");
    assertThat(failure.remedy()).contains(Remedy.LONGER_STEP);
    assertThat(alive(failure.result().lastLines().get(0))).isFalse();
    assertThat(elsewhere).exists();
  }

  @Test
  void allStepsTogetherHaveALimit() throws IOException {
    StepRunner runner = runner(Duration.ofSeconds(1));
    runner.run(Step.capturing("quick", LONG, List.of("true")));

    assertThatThrownBy(() -> runner.run(Step.capturing("slow", LONG, List.of("sleep", "100"))))
        .hasMessage(
            "running the step slow: all steps together took longer than their limit, 1.0 s; it has"
                + " no output")
        .asInstanceOf(type(StepException.class))
        .returns(Optional.of(Remedy.LONGER_RUN), StepException::remedy);
    assertThatThrownBy(() -> runner.run(Step.capturing("late", LONG, List.of("sleep", "100"))))
        .hasMessageStartingWith("running the step late: all steps together took longer");
  }

  @Test
  void withoutALimitForAllStepsEachStepHasItsOwnLimit() throws IOException {
    StepRunner runner = new StepRunner(Progress.SILENT);
    for (String name : List.of("first", "second")) {
      assertThatThrownBy(() -> runner.run(Step.capturing(name, SHORT, List.of("sleep", "100"))))
          .hasMessageStartingWith(
              "running the step " + name + ": it took longer than the limit of a step, 0.2 s; it ");
    }
    assertThat(runner.run(Step.capturing("third", LONG, List.of("true"))).succeeded()).isTrue();
  }

  @Test
  void closingTheRunnerKillsTheProgramAndRefusesFurtherSteps() throws Exception {
    Path elsewhere = directory.resolve("ended");
    StepRunner runner = runner(LONG);
    Step step =
        Step.reporting("prune", LONG, sh("echo $$; exec sleep 100"))
            .endedBy(List.of("touch", elsewhere.toString()));
    CompletableFuture<StepResult> running =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return runner.run(step);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    String pid = String.valueOf(reported.poll(30, TimeUnit.SECONDS)).substring("prune: ".length());

    runner.close();

    assertThat(alive(pid)).isFalse();
    assertThat(elsewhere).exists();
    assertThatThrownBy(running::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("running the step prune: interrupted; its last lines: " + pid);
    assertThatThrownBy(() -> runner.run(step))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage("running the step prune: interrupted");
  }

  @Test
  void aStepEndsWithItsProgramEvenIfAChildLivesOn() throws IOException {
    StepResult result =
        runner(LONG).run(Step.capturing("leave", LONG, sh("sleep 60 >&2 & echo $!")));

    String pid = result.output().strip();
    assertThat(alive(pid)).isTrue();
    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
  }
}
