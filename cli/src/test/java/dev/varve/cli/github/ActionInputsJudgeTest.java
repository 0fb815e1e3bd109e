package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.cli.Documents;
import dev.varve.core.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that the actions refuse wrong inputs, and a release other than the pinned one. */
@Tag("judge")
final class ActionInputsJudgeTest extends ActionTestBase {
  @Test
  void anUnknownEngineIsNamed() {
    assertThatThrownBy(() -> runner.action("rechunk", inputs("engine", "steam")))
        .hasMessageContaining(
            "::error title=Rechunk::engine: expected builtin or container, got steam");
  }

  @Test
  void aMissingInputIsNamed() {
    assertThatThrownBy(() -> runner.action("rechunk", inputs("ref", "")))
        .hasMessageContaining(
            "::error title=Rechunk::ref: expected the image to rechunk, got nothing");
  }

  @Test
  void onlyThePinnedReleaseRuns() throws Exception {
    Path project = directory.resolve("project");
    Path action = project.resolve(".github/actions/setup-varve");
    Files.createDirectories(action);
    for (String file : List.of("action.yml", "setup")) {
      Path original = Documents.ROOT.resolve(".github/actions/setup-varve").resolve(file);
      Files.copy(original, action.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path launcher = Path.of("cli/src/main/launcher/varve");
    Files.createDirectories(project.resolve(launcher).getParent());
    Files.copy(
        Documents.ROOT.resolve(launcher),
        project.resolve(launcher),
        StandardCopyOption.COPY_ATTRIBUTES);
    ActionsRunner pinning = new ActionsRunner(directory, project);
    String correct = Digest.of(Files.readAllBytes(JAR)).toString().substring("sha256:".length());

    pin(action, correct.replace(correct.charAt(0), correct.charAt(0) == '0' ? '1' : '0'));
    assertThatThrownBy(() -> pinning.action("setup-varve", Map.of()))
        .hasMessageContaining("expected the SHA-256 ")
        .hasMessageContaining(", got " + correct);

    pin(action, correct);
    pinning.action("setup-varve", Map.of());
    assertThat(pinning.log()).last().asString().startsWith("varve ");

    pin(action, "");
    assertThatThrownBy(() -> pinning.action("setup-varve", Map.of()))
        .hasMessageContaining("no release is pinned in this commit");
  }

  private static void pin(Path action, String sha256) throws IOException {
    Files.writeString(
        action.resolve("varve.release"),
        "version=0.0.0\nurl=%s\nsha256=%s\n".formatted(JAR.toUri(), sha256));
  }
}
