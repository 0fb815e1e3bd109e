package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that Varve and other tools use each other's logins, with distribution's registry. */
@Tag("judge")
final class LoginJudgeTest {
  @TempDir private Path directory;
  private RealRegistry registry;
  private Tools tools;
  private Cli cli;
  private String repository;

  @BeforeEach
  void setUp() throws IOException {
    tools = new Tools(directory, "skopeo", "podman", "crane");
    registry = RealRegistry.startWithLogin();
    repository = registry.host() + "/owner/os";
    cli = new Cli(directory);
    new Sample().file("a", "1").writeTo(directory.resolve("os"), "1");
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  private void push() {
    Run run = cli.run("copy", "-q", "oci:DIR/os:1", "docker://" + repository + ":1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(cli.run("tags", repository)).isEqualTo(new Run(0, "1\n", ""));
  }

  private void varveLogin() {
    Run run =
        cli.run("login", registry.host(), "-u", RealRegistry.USER, "-p", RealRegistry.PASSWORD);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private String tags() throws Exception {
    return tools.run("skopeo", "list-tags", "--tls-verify=false", "docker://" + repository);
  }

  @Test
  void varveUsesPodmansLoginUntilPodmanLogsOut() throws Exception {
    assertThat(cli.run("tags", repository).exitCode()).isEqualTo(3);
    tools.runWithInput(
        RealRegistry.PASSWORD,
        "podman",
        "login",
        "--tls-verify=false",
        "-u",
        RealRegistry.USER,
        "--password-stdin",
        registry.host());
    push();
    tools.run("podman", "logout", registry.host());
    assertThat(cli.run("tags", repository).exitCode()).isEqualTo(3);
  }

  @Test
  void varveUsesTheLoginsOfCraneAndDocker() throws Exception {
    tools.run(
        "crane",
        "auth",
        "login",
        registry.host(),
        "-u",
        RealRegistry.USER,
        "-p",
        RealRegistry.PASSWORD);
    assertThat(directory.resolve("home/.docker/config.json")).exists();
    push();
  }

  @Test
  void podmanSkopeoAndCraneUseVarvesLogin() throws Exception {
    varveLogin();
    push();
    assertThat(tools.run("podman", "login", "--get-login", "--tls-verify=false", registry.host()))
        .isEqualTo(RealRegistry.USER + "\n");
    assertThat(tags()).contains("\"1\"");
    assertThat(tools.run("crane", "ls", repository)).isEqualTo("1\n");
    // The same with Docker's file.
    cli.run("logout", registry.host());
    Files.createDirectories(directory.resolve("home/.docker"));
    assertThatThrownBy(() -> tools.run("crane", "ls", repository)).hasMessageContaining("crane ls");
    String file = "DIR/home/.docker/config.json";
    cli.run(
        "login",
        registry.host(),
        "-u",
        RealRegistry.USER,
        "-p",
        RealRegistry.PASSWORD,
        "--authfile",
        file);
    assertThat(tools.run("crane", "ls", repository)).isEqualTo("1\n");
  }

  @Test
  void varvesLogoutEndsTheLoginForPodmanAndSkopeo() throws Exception {
    varveLogin();
    push();
    Run run = cli.run("logout", registry.host());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(cli.run("tags", repository).exitCode()).isEqualTo(3);
    assertThatThrownBy(this::tags).hasMessageContaining("unauthorized");
    assertThatThrownBy(
            () ->
                tools.run("podman", "login", "--get-login", "--tls-verify=false", registry.host()))
        .hasMessageContaining("not logged into");
  }
}
