package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.Main;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.container.StandIn;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of interrupted and killed runs of the container engine. */
@Tag("judge")
final class ContainerInterruptionJudgeTest extends ContainerTestBase {
  /** Starts a run in a process of its own, and waits until this step hangs. */
  private Process startHanging(String step) throws Exception {
    standIn.with(step + "-hang");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    for (String argument : line(step + "-hang", "--fresh")) {
      command.add(argument.replace("DIR", directory.toString()));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TMPDIR", directory.resolve("scratch").toString());
    Process process = builder.start();
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    List<String> seen = new ArrayList<>();
    for (String line = reader.readLine(); ; line = reader.readLine()) {
      seen.add(String.valueOf(line));
      assertThat(line).as(String.join("\n", seen)).isNotNull();
      if (line.contains("hanging in " + step)) {
        return process;
      }
    }
  }

  private List<String> containers() throws Exception {
    String root = directory.resolve("btrfs/storage").toString();
    String run = directory.resolve("btrfs/run").toString();
    return StandIn.run(
            "podman",
            "--root",
            root,
            "--runroot",
            run,
            "--storage-driver",
            "overlay",
            "ps",
            "--all",
            "--format",
            "{{.Names}}")
        .lines()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"prune,INT", "commit,INT", "chunk,INT", "chunk,TERM"})
  void anInterruptedRunLeavesNothing(String step, String signal) throws Exception {
    Process process = startHanging(step);
    assertThat(containers()).isNotEmpty();
    StandIn.run("kill", "-" + signal, Long.toString(process.pid()));

    assertThat(process.waitFor()).isEqualTo(signal.equals("INT") ? 130 : 143);
    assertThat(containers()).isEmpty();
    assertThat(storage("status", "--json").json().strings("volumes")).isEmpty();
    assertThat(cli.scratch()).isEmpty();
    assertThat(directory.resolve("out/index.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"prune", "chunk"})
  void theNextRunRemovesTheLeftoversOfAKilledRun(String step) throws Exception {
    Process process = startHanging(step);
    process.destroyForcibly().waitFor();
    JsonObject status = storage("status", "--json").json();
    assertThat(status.strings("containers")).anyMatch(name -> name.endsWith("-" + step));

    Run next = rechunk("--fresh");

    assertThat(next.exitCode()).as(next.err()).isZero();
    assertThat(next.lines())
        .anyMatch(
            line -> line.startsWith("note: removing the leftovers of a killed run: container "));
    assertThat(containers()).isEmpty();
    assertThat(storage("status", "--json").json().strings("containers")).isEmpty();
  }

  @Test
  void unmountingRemovesTheLeftoversOfAKilledRun() throws Exception {
    startHanging("commit").destroyForcibly().waitFor();
    assertThat(storage("status", "--json").json().strings("containers")).isNotEmpty();
    // assertNothingIsLeft unmounts the storage and checks it after each test.
  }
}
