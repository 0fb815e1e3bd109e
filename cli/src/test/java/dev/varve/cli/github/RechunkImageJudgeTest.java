package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.container.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of the reusable workflow with one platform. */
@Tag("judge")
final class RechunkImageJudgeTest extends RechunkImageTestBase {
  @Test
  void theDateIsPlannedOnceForAllJobs() throws Exception {
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
  void aFreshPlanIsMadeOnTheFirstOfTheMonthOrByInput() throws Exception {
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
  void anImageIsBuiltAndPublishedEachNight() throws Exception {
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
  void aPageAboutTheUpdatesIsKeptByInput() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    runner.with("RUNNER_TEMP", temporary.toString());
    inputs.put("report", "true");
    image(plan(), "linux/amd64");
    assertThat(temporary.resolve("report.html")).content().contains("\"name\":\"40-20251011\"");

    day("2025-10-12T20:00:00Z");
    Files.writeString(runner.workspace().resolve("content"), "tuesday");
    image(plan(), "linux/amd64");
    assertThat(temporary.resolve("report.html")).content().contains("\"name\":\"40-20251012\"");
    assertThat(directory.resolve("summary"))
        .content()
        .contains("xychart-beta", "x-axis [\"40-20251012\"]");
  }

  @Test
  void theContainerEngineUsesABtrfsThatIsRemovedAfterwards() throws Exception {
    // The tool reads root's default storage, as on a runner.
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
}
