package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Documents;
import dev.varve.cli.YamlNode;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the reusable workflow on the documents' example repository. */
@Tag("judge")
final class ExampleRepositoryJudgeTest extends RechunkImageTestBase {
  @Test
  void theExampleRepositoryIsBuiltSignedAndPublished() throws Exception {
    copyExample();
    Run keys =
        new Cli(directory)
            .with("COSIGN_PASSWORD", "s3cret")
            .run("generate-key-pair", "--output-key-prefix=DIR/cosign");
    assertThat(keys.exitCode()).as(keys.err()).isZero();
    Files.copy(directory.resolve("cosign.pub"), runner.workspace().resolve("cosign.pub"));
    buildBase();
    secrets.put("signing-key", Files.readString(directory.resolve("cosign.key")));
    secrets.put("signing-password", "s3cret");
    YamlNode job =
        YamlNode.read(runner.workspace().resolve(".github/workflows/build.yml"))
            .get("jobs")
            .get("image");
    job.get("with")
        .entries()
        .forEach(
            (name, value) -> {
              if (!value.text().contains("${{")) { // inputs with an expression keep their default
                inputs.put(name, value.text());
              }
            });

    runner.job(
        WORKFLOW,
        "image",
        contexts(
            Map.of(
                "needs", Map.of("plan", Map.of("outputs", plan())),
                "matrix", Map.of("image", Map.of("image", "my-os"), "platform", "linux/amd64"))));

    JsonObject published = inspect("latest");
    assertThat(published.strings("RepoTags"))
        .contains("44-20251011", "latest", "latest.20251011", "20251011")
        .anyMatch(tag -> tag.endsWith(".sig"));
    Run inspected =
        new Cli(directory)
            .with("VARVE_USERNAME", RealRegistry.USER)
            .with("VARVE_PASSWORD", RealRegistry.PASSWORD)
            .run(
                "inspect",
                "--all",
                "--plain-http",
                "docker://" + registry.host() + "/owner/my-os:latest");
    assertThat(inspected.out()).contains("group:my-tools");
  }

  /** Copies the documents' example repository to the workspace. */
  private void copyExample() throws IOException {
    Path example = Documents.ROOT.resolve(Documents.EXAMPLE);
    try (Stream<Path> files = Files.walk(example)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = runner.workspace().resolve(example.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /**
   * Builds an image with the name of the example's base image; it has a shell, and programs that do
   * nothing.
   */
  private void buildBase() throws Exception {
    Path base = directory.resolve("base");
    Files.createDirectories(base.resolve("root/bin"));
    Files.createDirectories(base.resolve("root/usr/bin"));
    Files.copy(Path.of("/bin/busybox"), base.resolve("root/bin/busybox"));
    for (String applet : List.of("sh", "rm")) {
      Files.createSymbolicLink(base.resolve("root/bin").resolve(applet), Path.of("busybox"));
    }
    for (String program : List.of("dnf", "bootc")) {
      Path file = Files.writeString(base.resolve("root/usr/bin").resolve(program), "#!/bin/sh\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(base.resolve("Containerfile"), "FROM scratch\nCOPY root /\n");
    String from =
        Files.readAllLines(runner.workspace().resolve("Containerfile")).stream()
            .filter(line -> line.startsWith("FROM "))
            .findFirst()
            .orElseThrow()
            .substring("FROM ".length());
    runner.with("BUILDAH_ISOLATION", "chroot");
    tools.run(
        "env",
        "CONTAINERS_STORAGE_CONF=" + directory.resolve("storage.conf"),
        "buildah",
        "build",
        "--tag",
        from,
        base.toString());
  }
}
