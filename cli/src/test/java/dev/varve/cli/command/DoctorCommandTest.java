package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.core.bytes.Owner;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void findNoPrograms() {
    cli = new Cli(directory).with("PATH", directory.resolve("bin").toString());
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.createDirectories(directory.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void theBuiltInEngineNeedsNothingElse() throws IOException {
    Run run = cli.run("doctor", "--engine", "builtin", "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().names()).containsExactly("works", "builtin");
    List<String> found = new ArrayList<>();
    for (JsonObject finding : run.json().objects("builtin")) {
      found.add(finding.string("subject") + " " + finding.string("state"));
    }
    assertThat(found).containsExactly("Java fine", "scratch fine", "logins doubtful", "clock fine");
  }

  @Test
  void storedLoginsAreNamed() throws IOException {
    Files.createDirectories(directory.resolve("containers"));
    Files.writeString(directory.resolve("containers/auth.json"), "{}");

    assertThat(cli.run("doctor", "--engine", "builtin").report())
        .contains("  ok  logins   DIR/containers/auth.json");
  }

  @Test
  void aClockInThePastIsReported() {
    Run run = cli.at("2001-01-01T00:00:00Z").run("doctor", "--engine", "builtin");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out())
        .contains("every engine: can't work here")
        .contains("2001-01-01T00:00:00Z is in the past")
        .contains("→ set it: TLS, signatures and version tags need the time");
  }

  @Test
  void anOldPodmanIsReported() throws IOException {
    program("podman", "echo podman version 3.4.4");
    Run run = cli.run("doctor", "--engine", "container");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out())
        .contains("--engine container: can't work here")
        .contains("expected 4.0 or newer, got 3.4.4")
        .contains("→ install podman 4.0 or newer");
  }

  @Test
  void theTestContainerIsNamedAfterItsOwner() throws IOException {
    assumeTrue(
        Files.getAttribute(directory, "unix:uid").equals(0), "doctor tries podman only as root");
    program(
        "podman",
        "case $1 in --version) echo podman version 4.9.3 ;; *) echo \"$@\" >&2; exit 126 ;; esac");
    Run run = cli.run("doctor", "--engine", "container");

    assertThat(run.out()).contains("run --rm --name " + Owner.current() + "-doctor --network none");
  }

  @Test
  void aPodmanThatCannotRunContainersIsReported() throws IOException {
    assumeTrue(
        Files.getAttribute(directory, "unix:uid").equals(0), "doctor tries podman only as root");
    program(
        "podman",
        "case $1 in --version) echo podman version 4.9.3 ;; *) echo cgroups are odd >&2; exit 126 ;;"
            + " esac");
    Run run = cli.run("doctor", "--engine", "container");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out()).contains("podman can't run one: cgroups are odd");
  }
}
