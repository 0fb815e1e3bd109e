package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.Documents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a user without rights rechunks an image in that user's podman storage. */
@Tag("judge")
final class RootlessPodmanJudgeTest {
  /** The id of the user nobody, who owns no files. */
  private static final int NOBODY = 65534;

  @TempDir private Path directory;

  @BeforeEach
  void createHome() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/podman")), "podman is not installed");
    assumeTrue(
        Files.getAttribute(directory, "unix:uid").equals(0),
        "only root can run programs as another user");
    Files.copy(Documents.ROOT.resolve("cli/target/varve.jar"), directory.resolve("varve.jar"));
    Path tree = Files.createDirectories(directory.resolve("tree/etc"));
    Files.writeString(tree.resolve("motd"), "hello");
    for (String each : new String[] {"home", "run", "config"}) {
      Files.createDirectory(directory.resolve(each));
    }
    // The user has no subordinate ids, which the vfs driver does not need.
    Files.writeString(directory.resolve("config/storage.conf"), "[storage]\ndriver = \"vfs\"\n");
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.toList()) {
        Files.setAttribute(each, "unix:uid", NOBODY);
        Files.setAttribute(each, "unix:gid", NOBODY);
      }
    }
  }

  /** Runs a program, asserts that its exit code is 0, and returns its standard output. */
  private String run(String... command) throws Exception {
    Run run = start(command);
    assertThat(run.exitCode()).as(String.join(" ", command) + "\n" + run).isZero();
    return run.out().strip();
  }

  private Run start(String... command) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=" + directory.resolve("home"),
                "XDG_RUNTIME_DIR=" + directory.resolve("run"),
                "TMPDIR=" + directory,
                "CONTAINERS_STORAGE_CONF=" + directory.resolve("config/storage.conf")));
    all.addAll(List.of(command));
    Path errors = Files.createTempFile("rootless", null);
    try {
      Process process =
          new ProcessBuilder(all)
              .directory(directory.toFile())
              .redirectError(errors.toFile())
              .start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }

  private String varve(String... arguments) throws Exception {
    return run(line(arguments));
  }

  private static String[] line(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", "varve.jar"));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  @Test
  void theContainerEngineNeedsRoot() throws Exception {
    Run rechunk =
        start(
            line(
                "rechunk",
                "-q",
                "--engine=container",
                "containers-storage:localhost/os:built",
                "oci:out:x"));
    assertThat(rechunk.exitCode()).as(rechunk.err()).isEqualTo(7);
    assertThat(rechunk.err()).contains("becoming root");
    Run doctor = start(line("doctor", "--engine=container", "--json"));
    assertThat(doctor.exitCode()).as(doctor.err()).isEqualTo(7);
    assertThat(doctor.out()).containsPattern("\"works\": *false");
    assertThat(start(line("doctor")).exitCode()).isZero();
  }

  @Test
  void aUserWithoutRightsSeesTheStorageButNotItsOwner() throws Exception {
    Path image = Files.writeString(directory.resolve("btrfs.img"), "x".repeat(100_000));
    Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-------"));

    Run status = start(line("storage", "status", "--image=btrfs.img", "--mount=btrfs"));

    assertThat(status.exitCode()).as(status.err()).isZero();
    assertThat(status.report())
        .anyMatch(line -> line.startsWith("  file") && line.contains(image + ", takes "))
        .contains("  made for             unknown: only root may read the file");
  }

  @Test
  void anImageIsReadFromAndLoadedIntoAUsersStorage() throws Exception {
    assertThat(run("podman", "info", "--format", "{{.Host.Security.Rootless}}")).isEqualTo("true");
    run("tar", "-C", "tree", "--owner=0", "--group=0", "-cf", "tree.tar", ".");
    run("podman", "import", "-q", "tree.tar", "localhost/os:built");

    varve(
        "rechunk",
        "-q",
        "--fresh",
        "containers-storage:localhost/os:built",
        "containers-storage:localhost/os:rechunked",
        "--tag=latest");

    assertThat(run("podman", "images", "--format", "{{.Repository}}:{{.Tag}}").lines())
        .contains("localhost/os:built", "localhost/os:rechunked", "localhost/os:latest");
    assertThat(
            run(
                "podman",
                "image",
                "inspect",
                "--format",
                "{{index .Labels \"rechunk.chunks\"}}",
                "localhost/os:rechunked"))
        .isEqualTo("1");
    assertThat(
            varve(
                "verify-content",
                "containers-storage:localhost/os:built",
                "containers-storage:localhost/os:rechunked"))
        .startsWith("equal: ");
  }
}
