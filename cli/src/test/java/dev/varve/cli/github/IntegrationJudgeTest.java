package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Documents;
import dev.varve.cli.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the workflow that tests the action on a small image, step by step, without installing tools
 * and building the jar.
 */
@Tag("judge")
final class IntegrationJudgeTest {
  @TempDir private Path directory;
  private Tools tools;
  private ActionsRunner runner;

  @BeforeEach
  void start() throws Exception {
    tools =
        new Tools(
            directory, "podman", "skopeo", "cosign", "jq", "busybox", "docker-registry", "curl");
    runner = new ActionsRunner(directory, Documents.ROOT);
    for (String done : new String[] {"apt-get", "systemctl", "mvn"}) {
      runner.program(done, "exit 0\n");
    }
    Path jar = runner.workspace().resolve("cli/target/quick/varve.jar");
    Files.createDirectories(jar.getParent());
    Files.copy(Documents.ROOT.resolve("cli/target/varve.jar"), jar);
  }

  @AfterEach
  void stop() throws Exception {
    // podman names an image from a layout after the layout's path.
    for (String image :
        tools.run("podman", "images", "--format", "{{.Repository}}:{{.Tag}}").lines().toList()) {
      if (image.equals("localhost/small:build") || image.contains(directory.toString())) {
        tools.run("podman", "rmi", "--force", image);
      }
    }
    String registry = directory.resolve("temp/registry.yml").toString();
    ProcessHandle.allProcesses()
        .filter(each -> each.info().commandLine().orElse("").contains(registry))
        .forEach(ProcessHandle::destroy);
  }

  @Test
  void theActionPassesItsOwnJob() throws Exception {
    runner.job("integration.yml", "action", new HashMap<>());
    assertThat(runner.log())
        .anyMatch(line -> line.startsWith("mounted /var/tmp/rechunk.img at /var/tmp/rechunk-btrfs"))
        .anyMatch(line -> line.startsWith("unmounted /var/tmp/rechunk-btrfs and removed"));
  }
}
