package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of the reusable workflow with several platforms. */
@Tag("judge")
final class RechunkImageIndexJudgeTest extends RechunkImageTestBase {
  @Test
  void platformsAreBuiltSeparatelyAndGetOneIndex() throws Exception {
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
  void thePageOfAPlatformHasTheImagesOfThatPlatform() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    runner.with("RUNNER_TEMP", temporary.toString());
    inputs.put("report", "true");
    inputs.put("platforms", "[\"linux/amd64\", \"linux/arm64\"]");
    Map<String, String> plan = plan();
    image(plan, "linux/amd64");
    Files.writeString(runner.workspace().resolve("content"), "for arm64");
    image(plan, "linux/arm64");
    assertThat(temporary.resolve("report.html"))
        .content()
        .contains("\"name\":\"40-20251011-arm64\"")
        .doesNotContain("40-20251011-amd64");
  }

  @Test
  void tagsOfAnIndexAreNotExpanded() throws Exception {
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
  void anIndexOfImagesFromTwoRunsIsRefused() throws Exception {
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
