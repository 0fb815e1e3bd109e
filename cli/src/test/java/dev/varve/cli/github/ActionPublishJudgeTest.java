package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of the rechunk action with a registry as its output. */
@Tag("judge")
final class ActionPublishJudgeTest extends ActionTestBase {
  @Test
  void anImageIsPublished() throws Exception {
    String evil = "$(touch pwned)`touch pwned`\"; touch pwned '";
    Map<String, String> outputs =
        runner.action(
            "rechunk",
            inputs(
                "image",
                "Owner/My-OS",
                "tags",
                "latest, stable",
                "labels",
                "title=" + evil + "\nx=y\n"));

    JsonObject latest = inspect(repository() + ":latest");
    assertThat(latest.string("Digest")).isEqualTo(outputs.get("digest"));
    assertThat(latest.stringMap("Labels"))
        .containsEntry("title", evil)
        .containsEntry("x", "y")
        .containsEntry("kept", "yes")
        .containsEntry("org.opencontainers.image.version", "40-" + today)
        .containsEntry("io.github-actions.build.url", "https://github.com/Owner/os/actions/runs/7");
    assertThat(latest.strings("RepoTags")).contains("40-" + today, "latest", "stable");
    assertThat(outputs)
        .containsEntry("tags", "40-" + today + " latest stable")
        .containsEntry("is-new", "true")
        .containsEntry("prev-ref", "");
    assertThat(outputs.get("registry-paths"))
        .startsWith("[\"" + registry.host() + "/owner/my-os:40-" + today + "\"");
    assertThat(Integer.parseInt(outputs.getOrDefault("chunks", ""))).isPositive();
    assertThat(runner.workspace()).isEmptyDirectory();
    assertThat(runner.log())
        .contains("::add-mask::" + RealRegistry.PASSWORD)
        .anyMatch(line -> line.startsWith("::warning title=No previous image::"))
        .anyMatch(line -> line.startsWith("::warning title=Not signed::"));
    assertThat(Path.of(outputs.getOrDefault("changelog", "")))
        .content()
        .startsWith("# 40-" + today);

    build("2");
    Map<String, String> next =
        runner.action("rechunk", inputs("image", "owner/my-os", "tags", "latest"));
    assertThat(next.get("prev-ref")).endsWith("@" + outputs.get("digest"));
    assertThat(next.get("digest")).isNotEqualTo(outputs.get("digest"));
    assertThat(inspect(repository() + ":latest").string("Digest")).isEqualTo(next.get("digest"));
  }

  @Test
  void aDryRunPublishesNothing() throws Exception {
    Map<String, String> outputs =
        runner.action("rechunk", inputs("image", "owner/my-os", "dry-run", "true"));
    assertThat(outputs).containsEntry("digest", "");
    assertThat(registry.log()).doesNotContain("\"PUT ");
  }

  @Test
  void anAsteriskAmongTheTagsIsNotExpanded() throws Exception {
    Files.writeString(runner.workspace().resolve("stable"), "a file");
    assertThatThrownBy(
            () -> runner.action("rechunk", inputs("image", "owner/my-os", "tags", "latest, *")))
        .isInstanceOf(ActionsRunner.FailedStep.class)
        .hasMessageContaining("*");
    assertThat(registry.log()).doesNotContain("\"PUT ");
  }

  @Test
  void commitsComeFromTheWorkspace() throws Exception {
    String git = "git -C " + runner.workspace() + " -c user.name=a -c user.email=a@b.c ";
    Files.writeString(runner.workspace().resolve("Containerfile"), "FROM scratch");
    tools.run("sh", "-ec", git + "init -q; " + git + "add .; " + git + "commit -q -m First");
    String first = tools.run("sh", "-c", git + "rev-parse HEAD").strip();
    Map<String, String> outputs =
        runner.action("rechunk", inputs("image", "owner/my-os", "revision", first));
    tools.run("sh", "-ec", git + "commit -q --allow-empty -m Second");
    String second = tools.run("sh", "-c", git + "rev-parse HEAD").strip();
    build("2");

    Map<String, String> next =
        runner.action(
            "rechunk",
            inputs(
                "prev-ref",
                repository() + "@" + outputs.get("digest"),
                "revision",
                second,
                "changelog",
                "<commits>"));

    assertThat(Path.of(next.getOrDefault("changelog", "")))
        .hasContent("- **" + second.substring(0, 7) + "** Second\n");
  }
}
