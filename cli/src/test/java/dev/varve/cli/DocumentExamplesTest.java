package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the commands of the documents with bash, with a local registry in place of ghcr.io. */
final class DocumentExamplesTest {
  private static final String KEYS = "varve generate-key-pair";

  @TempDir private Path directory;
  private FakeRegistry registry;

  /** Returns the pages whose commands this test runs. */
  static Stream<String> pages() throws IOException {
    return Stream.concat(
        Documents.pages().stream().filter(page -> page.startsWith("docs/")),
        Stream.of(Documents.JUSTFILE));
  }

  /** Returns the command lines of a page that this test runs. */
  static List<String> lines(String page) throws IOException {
    List<String> lines =
        new ArrayList<>(
            page.equals(Documents.JUSTFILE)
                ? Documents.recipeLines()
                : Documents.commandLines(Documents.lines(page)));
    lines.removeAll(DocumentedCommandsTest.NOT_RUN.keySet());
    return lines;
  }

  private static Stream<String> pagesWithCommands() throws IOException {
    List<String> pages = new ArrayList<>();
    for (String page : pages().toList()) {
      if (!lines(page).isEmpty()) {
        pages.add(page);
      }
    }
    return pages.stream();
  }

  @BeforeEach
  void publishTwoDays() throws IOException {
    registry = FakeRegistry.start();
    new Sample().file("a", "1").file("b", "1").writeTo(directory.resolve("build"), "monday");
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("build"), "tuesday");
    for (String variant : List.of("", "-gaming")) {
      publish("monday", "2025-10-10T20:00:00Z", variant);
      publish("tuesday", "2025-10-11T20:00:00Z", variant);
    }
    Files.writeString(directory.resolve("sbom.json"), "{}");
    Files.copy(
        Documents.ROOT.resolve(Documents.EXAMPLE).resolve("groups.yml"),
        directory.resolve("groups.yml"));
    Run login =
        new Cli(directory)
            .run("login", registry.host(), "-u", "me", "-p", "x", "--authfile=DIR/auth.json");
    assertThat(login.exitCode()).as(login.err()).isZero();
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private void publish(String build, String now, String variant) {
    Run run =
        new Cli(directory)
            .at(now)
            .run("publish", "-q", "oci:DIR/build:" + build, repository() + variant, "--tag=latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private String repository() {
    return "docker://" + registry.host() + "/me/my-os";
  }

  @ParameterizedTest
  @MethodSource("pagesWithCommands")
  void theCommandsOfAPageWork(String page) throws Exception {
    List<String> lines = lines(page);
    String keys = lines.contains(KEYS) ? "" : KEYS + "\nrm cosign.pub\n";
    String script =
        String.join("\n", lines)
            .replace("ghcr.io", registry.host())
            .replace("containers-storage:localhost/my-os", "oci:build:tuesday");

    String output = bash(keys + "echo\n" + script);

    switch (page) {
      case "docs/tutorial.md" -> {
        assertThat(output).contains("oci:os:monday → oci:os:tuesday: ");
        assertThat(registry.tags("me/my-os")).contains("testing");
        assertThat(directory.resolve("varve.bash")).isNotEmptyFile();
      }
      case "docs/how-to/publish.md" -> {
        assertThat(output)
            .contains("\n40-20251010\n40-20251011\n")
            .contains(registry.host() + "/me/my-os@sha256:")
            .containsPattern("\n40-[0-9]{8}\n");
        assertThat(directory.resolve("plan.json")).isNotEmptyFile();
        assertThat(registry.tags("me/my-os")).contains("testing", "testing.20251011");
      }
      case "docs/how-to/sign.md" -> {
        assertThat(directory.resolve("cosign.pub"))
            .content()
            .startsWith("-----BEGIN PUBLIC KEY-----");
        assertThat(directory.resolve("rootfs/etc/containers/policy.json")).isNotEmptyFile();
        assertThat(registry.tags("me/my-os")).anyMatch(tag -> tag.endsWith(".sig"));
      }
      case "docs/how-to/variants.md" ->
          assertThat(registry.tags("me/my-os")).contains("40-20251011", "stable");
      case Documents.JUSTFILE -> {
        assertThat(registry.tags("me/my-os"))
            .anyMatch(tag -> tag.startsWith("44-"))
            .anyMatch(tag -> tag.endsWith(".sig"));
        assertThat(directory.resolve("files/etc/containers/policy.json")).isNotEmptyFile();
      }
      default -> {
        // Each command had the exit code 0, which bash -e has checked.
      }
    }
  }

  /** Runs a script with the jar as varve, and returns its output. */
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
        new ProcessBuilder("bash", "-ec", script)
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("TMPDIR", directory.toString());
    builder.environment().put("REGISTRY_AUTH_FILE", directory.resolve("auth.json").toString());
    builder.environment().put("COSIGN_PASSWORD", "s3cret");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
