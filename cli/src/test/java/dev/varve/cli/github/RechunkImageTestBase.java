package dev.varve.cli.github;

import dev.varve.cli.Documents;
import dev.varve.cli.Tools;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the jobs of the reusable workflow step by step, with buildah and distribution's registry,
 * without other projects' actions and without freeing disk space.
 */
@Tag("judge")
abstract class RechunkImageTestBase {
  static final String WORKFLOW = "rechunk-image.yml";

  @TempDir Path directory;
  RealRegistry registry;
  Tools tools;
  ActionsRunner runner;
  final Map<String, Object> inputs = new HashMap<>();
  final Map<String, Object> secrets =
      new HashMap<>(
          Map.of(
              "registry-username", RealRegistry.USER, "registry-password", RealRegistry.PASSWORD));

  @BeforeEach
  void start() throws IOException {
    tools = new Tools(directory, "skopeo", "buildah", "podman");
    registry = RealRegistry.startWithLogin();
    tools.login(registry);
    runner = new ActionsRunner(directory, Documents.ROOT);
    Path storage =
        Files.writeString(
            directory.resolve("storage.conf"),
            """
            [storage]
            driver = "vfs"
            graphroot = "%1$s/graph"
            runroot = "%1$s/run"
            """
                .formatted(directory));
    runner.with("CONTAINERS_STORAGE_CONF", storage.toString());
    // The built jar replaces the release that the action would download.
    runner.with("VARVE_JAR", Documents.ROOT.resolve("cli/target/varve.jar").toString());
    day("2025-10-11T23:59:58Z");
    inputs.putAll(runner.defaults(WORKFLOW));
    inputs.putAll(
        Map.of(
            "images", "[{\"image\": \"My-OS\"}]",
            "registry", registry.host() + "/Owner",
            "make-room", "false",
            "labels", "org.opencontainers.image.title=My OS\n\n"));
    Files.writeString(
        runner.workspace().resolve("Containerfile"), "FROM scratch\nCOPY content /content\n");
    Files.writeString(runner.workspace().resolve("content"), "monday");
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  /** Replaces date(1) by a program that prints this time. */
  void day(String instant) throws IOException {
    long now = Instant.parse(instant).getEpochSecond();
    runner.program(
        "date", "[ \"$*\" = +%s ] && exec echo " + now + "\nexec /usr/bin/date \"$@\"\n");
  }

  Map<String, Object> contexts(Map<String, Object> more) {
    Map<String, Object> contexts = new HashMap<>(more);
    contexts.put("inputs", inputs);
    contexts.put(
        "github",
        Map.of(
            "actor", "somebody",
            "token", "not for this registry",
            "event", Map.of("repository", Map.of("default_branch", "main"))));
    contexts.put("secrets", secrets);
    return contexts;
  }

  Map<String, String> plan() throws Exception {
    return runner.job(WORKFLOW, "plan", contexts(Map.of()));
  }

  void image(Map<String, String> plan, String platform) throws Exception {
    runner.job(
        WORKFLOW,
        "image",
        contexts(
            Map.of(
                "needs", Map.of("plan", Map.of("outputs", plan)),
                "matrix", Map.of("image", Map.of("image", "My-OS"), "platform", platform))));
  }

  JsonObject inspect(String tag, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("skopeo", "inspect", "--tls-verify=false"));
    command.addAll(List.of(options));
    command.add("docker://" + registry.host() + "/owner/my-os:" + tag);
    return tools.json(command.toArray(String[]::new));
  }
}
