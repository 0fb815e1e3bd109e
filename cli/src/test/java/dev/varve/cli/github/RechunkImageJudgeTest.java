package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Documents;
import dev.varve.cli.Tools;
import dev.varve.cli.YamlNode;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import dev.varve.runner.container.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jobs of the reusable workflow, run step by step: buildah builds, distribution's registry gets
 * the result. Left out is what others' actions do, and making room on the runner.
 */
@Tag("judge")
final class RechunkImageJudgeTest {
  private static final String WORKFLOW = "rechunk-image.yml";

  @TempDir private Path directory;
  private RealRegistry registry;
  private Tools tools;
  private ActionsRunner runner;
  private final Map<String, Object> inputs = new HashMap<>();
  private final Map<String, Object> secrets =
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
    // The jar that was built, where the action would fetch a release.
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

  /** Has date(1) say another time than it is. */
  private void day(String instant) throws IOException {
    long now = Instant.parse(instant).getEpochSecond();
    runner.program(
        "date", "[ \"$*\" = +%s ] && exec echo " + now + "\nexec /usr/bin/date \"$@\"\n");
  }

  private Map<String, Object> contexts(Map<String, Object> more) {
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

  private Map<String, String> plan() throws Exception {
    return runner.job(WORKFLOW, "plan", contexts(Map.of()));
  }

  private void image(Map<String, String> plan, String platform) throws Exception {
    runner.job(
        WORKFLOW,
        "image",
        contexts(
            Map.of(
                "needs", Map.of("plan", Map.of("outputs", plan)),
                "matrix", Map.of("image", Map.of("image", "My-OS"), "platform", platform))));
  }

  private JsonObject inspect(String tag, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("skopeo", "inspect", "--tls-verify=false"));
    command.addAll(List.of(options));
    command.add("docker://" + registry.host() + "/owner/my-os:" + tag);
    return tools.json(command.toArray(String[]::new));
  }

  @Test
  void theDayIsDecidedOnceForAllJobs() throws Exception {
    assertThat(plan())
        .containsEntry("registry", registry.host() + "/owner")
        .containsEntry("version", "40-20251011")
        .containsEntry("tags", "latest latest.20251011 20251011")
        .containsEntry("fresh", "false")
        .containsEntry("publish", "true")
        .containsEntry("index", "false");
    inputs.put("registry", "");
    assertThat(plan()).containsEntry("registry", "ghcr.io/owner");
  }

  @Test
  void theFirstOfTheMonthAndWhoeverAsksStartFresh() throws Exception {
    day("2025-11-01T00:00:00Z");
    assertThat(plan()).containsEntry("fresh", "true");
    day("2025-11-02T00:00:00Z");
    assertThat(plan()).containsEntry("fresh", "false");
    inputs.put("fresh-rechunk", "true");
    assertThat(plan()).containsEntry("fresh", "true");
  }

  @Test
  void aPullRequestOrAnotherBranchPublishesNothing() throws Exception {
    runner.with("GITHUB_EVENT_NAME", "pull_request").with("GITHUB_REF", "refs/pull/1/merge");
    Map<String, String> plan = plan();
    assertThat(plan).containsEntry("publish", "false");
    image(plan, "linux/amd64");
    assertThat(runner.log()).anyMatch(line -> line.contains("COMMIT localhost/my-os:build"));
    assertThat(registry.log()).doesNotContain("/v2/owner");

    runner.with("GITHUB_EVENT_NAME", "push").with("GITHUB_REF", "refs/heads/feature");
    assertThat(plan()).containsEntry("publish", "false");
  }

  @Test
  void anImageIsBuiltAndPublishedNightAfterNight() throws Exception {
    image(plan(), "linux/amd64");
    JsonObject monday = inspect("40-20251011");
    assertThat(monday.stringMap("Labels"))
        .containsEntry("org.opencontainers.image.title", "My OS")
        .containsEntry("org.opencontainers.image.source", "https://github.com/Owner/os")
        .containsEntry(
            "org.opencontainers.image.revision", "0123456789012345678901234567890123456789")
        .containsEntry("org.opencontainers.image.created", "2025-10-11T23:59:58Z")
        .containsEntry("org.opencontainers.image.version", "40-20251011");
    assertThat(monday.strings("RepoTags"))
        .contains("40-20251011", "latest", "latest.20251011", "20251011");

    day("2025-10-12T20:00:00Z");
    Files.writeString(runner.workspace().resolve("content"), "tuesday");
    image(plan(), "linux/amd64");
    JsonObject tuesday = inspect("latest");
    assertThat(tuesday.stringMap("Labels").get("rechunk.prev-ref"))
        .endsWith("@" + monday.string("Digest"));
    assertThat(inspect("40-20251012").string("Digest")).isEqualTo(tuesday.string("Digest"));
    assertThat(inspect("40-20251011").string("Digest")).isEqualTo(monday.string("Digest"));
  }

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
              if (!value.text().contains("${{")) { // else it is the default here
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
    Run inside =
        new Cli(directory)
            .with("VARVE_USERNAME", RealRegistry.USER)
            .with("VARVE_PASSWORD", RealRegistry.PASSWORD)
            .run(
                "inspect",
                "--all",
                "--plain-http",
                "docker://" + registry.host() + "/owner/my-os:latest");
    assertThat(inside.out()).contains("group:my-tools");
  }

  /** Puts the example that the documents show into the workspace. */
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

  /** Builds an image with the name of the example's base: a shell, and programs that do nothing. */
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

  @Test
  void theContainerEngineWorksInABtrfsThatIsGoneAfterwards() throws Exception {
    // The tool reads root's own storage, as on a runner.
    Path storage =
        Files.writeString(
            directory.resolve("roots.conf"),
            """
            [storage]
            driver = "overlay"
            graphroot = "/var/lib/containers/storage"
            runroot = "/run/containers/storage"
            """);
    runner.with("CONTAINERS_STORAGE_CONF", storage.toString());
    StandIn tool = StandIn.make(directory, "{\"tool\":\"1.0-1\"}", "varve-workflow-judge");
    inputs.put("engine", "container");
    inputs.put("rechunk", tool.with("none"));
    inputs.put("on-known-failure", "ignore"); // there is no kernel in the image
    try {
      image(plan(), "linux/amd64");
    } finally {
      new Cli(directory).with("PATH", System.getenv("PATH")).run("storage", "unmount");
      tools.run("podman", "rmi", "--force", "--ignore", "localhost/my-os:build");
      tool.remove();
    }

    JsonObject published = inspect("latest");
    assertThat(published.stringMap("Labels"))
        .containsEntry("org.opencontainers.image.title", "My OS")
        .containsEntry("org.opencontainers.image.version", "40-20251011")
        .containsEntry("org.opencontainers.image.title", "My OS")
        .containsEntry("rechunk.version", "hhd-dev/rechunk " + inputs.get("rechunk"));
    assertThat(inspect("40-20251011").string("Digest")).isEqualTo(published.string("Digest"));
    assertThat(runner.log())
        .anyMatch(line -> line.startsWith("mounted /var/tmp/rechunk.img at /var/tmp/rechunk-btrfs"))
        .anyMatch(line -> line.startsWith("unmounted /var/tmp/rechunk-btrfs and removed"));
    assertThat(Path.of("/var/tmp/rechunk.img")).doesNotExist();
    assertThat(Path.of("/var/tmp/rechunk-btrfs")).doesNotExist();
  }

  @Test
  void platformsAreBuiltApartAndGetOneIndex() throws Exception {
    inputs.put("platforms", "[\"linux/amd64\", \"linux/arm64\"]");
    Map<String, String> plan = plan();
    assertThat(plan).containsEntry("index", "true");
    image(plan, "linux/amd64");
    image(plan, "linux/arm64");
    index(plan);
    for (String tag : List.of("40-20251011", "latest", "20251011")) {
      List<JsonObject> images = inspect(tag, "--raw").objects("manifests");
      assertThat(images)
          .extracting(each -> each.object("platform").string("architecture"))
          .containsExactly("amd64", "arm64");
      assertThat(images.get(1).string("digest"))
          .isEqualTo(inspect("40-20251011-arm64").string("Digest"));
    }
  }

  @Test
  void tagsOfAnIndexAreNoPatterns() throws Exception {
    inputs.put("platforms", "[\"linux/amd64\", \"linux/arm64\"]");
    inputs.put("tags", "latest\n*\n");
    Map<String, String> plan = plan();
    assertThat(plan).containsEntry("tags", "latest * ");
    image(plan, "linux/amd64");
    image(plan, "linux/arm64");
    assertThatThrownBy(() -> index(plan)).hasMessageContaining("*");
    assertThat(inspect("40-20251011-amd64").strings("RepoTags"))
        .filteredOn(tag -> !tag.startsWith("sha256-"))
        .containsExactlyInAnyOrder("40-20251011-amd64", "40-20251011-arm64");
  }

  @Test
  void anIndexIsMadeOfOneBuildsImages() throws Exception {
    inputs.put("platforms", "[\"linux/amd64\", \"linux/arm64\"]");
    Map<String, String> plan = plan();
    image(plan, "linux/amd64");
    image(plan, "linux/arm64");
    Files.writeString(runner.workspace().resolve("content"), "later on monday");
    runner.with("GITHUB_RUN_ID", "8");
    image(plan, "linux/amd64");
    assertThatThrownBy(() -> index(plan))
        .hasMessageContaining(
            "expected the label"
                + " io.github-actions.build.url=https://github.com/Owner/os/actions/runs/8")
        .hasMessageContaining("40-20251011-arm64, got https://github.com/Owner/os/actions/runs/7");
    assertThat(inspect("40-20251011-amd64").strings("RepoTags")).doesNotContain("latest");
  }

  private void index(Map<String, String> plan) throws Exception {
    runner.job(
        WORKFLOW,
        "index",
        contexts(
            Map.of(
                "needs", Map.of("plan", Map.of("outputs", plan)),
                "matrix", Map.of("image", Map.of("image", "My-OS")))));
  }
}
