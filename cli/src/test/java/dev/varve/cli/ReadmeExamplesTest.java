package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples, run as they stand by bash, with a registry in ghcr.io's place. */
final class ReadmeExamplesTest {
  @TempDir private Path directory;

  /** The lines of the section with the examples. */
  static List<String> section() throws IOException {
    return Documents.section("README.md", "## Examples");
  }

  private void publish(String build, String now, String repository) {
    Run run =
        new Cli(directory)
            .at(now)
            .run(
                "publish",
                "-q",
                "oci:DIR/build:" + build,
                "docker://" + repository,
                "--tag=latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @Test
  void theyWork() throws Exception {
    new Sample().file("a", "1").file("b", "1").writeTo(directory.resolve("build"), "monday");
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("build"), "tuesday");
    Files.writeString(directory.resolve("sbom.json"), "{}");
    try (FakeRegistry registry = FakeRegistry.start()) {
      String repository = registry.host() + "/me/my-os";
      publish("monday", "2025-10-10T20:00:00Z", repository);
      publish("tuesday", "2025-10-11T20:00:00Z", repository);
      Run login =
          new Cli(directory)
              .run("login", registry.host(), "-u", "me", "-p", "x", "--authfile=DIR/auth.json");
      assertThat(login.exitCode()).as(login.err()).isZero();
      String script =
          String.join("\n", Documents.commandLines(section()))
              .replace("ghcr.io", registry.host())
              .replace("containers-storage:localhost/my-os", "oci:build:tuesday");

      String said = bash(script);

      assertThat(said)
          .contains("\n40-20251010\n40-20251011\n")
          .contains(repository + "@sha256:")
          .containsPattern("\n40-[0-9]{8}\n");
      assertThat(directory.resolve("plan.json")).isNotEmptyFile();
      assertThat(directory.resolve("varve.bash")).isNotEmptyFile();
      assertThat(directory.resolve("cosign.pub"))
          .content()
          .startsWith("-----BEGIN PUBLIC KEY-----");
      assertThat(registry.tags("me/my-os"))
          .contains(
              "40-20251010", "40-20251011", "latest", "stable", "testing", "testing.20251011");
    }
  }

  /** Runs a script with the jar as varve, and returns what it printed. */
  private String bash(String script) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path jar = Documents.ROOT.resolve("cli/target/varve.jar");
    Path varve =
        Files.writeString(
            bin.resolve("varve"),
            "#!/bin/sh\nexec %s -XX:TieredStopAtLevel=1 -Xlog:disable -jar %s \"$@\"\n"
                .formatted(java, jar));
    assertThat(varve.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-ec", "echo; varve generate-key-pair; rm cosign.pub\n" + script)
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("TMPDIR", directory.toString());
    builder.environment().put("REGISTRY_AUTH_FILE", directory.resolve("auth.json").toString());
    builder.environment().put("COSIGN_PASSWORD", "s3cret");
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
