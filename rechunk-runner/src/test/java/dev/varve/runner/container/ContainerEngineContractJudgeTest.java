package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkEngineContract;
import dev.varve.runner.process.Elevation;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** So does the container, driven by real podman. */
@Tag("judge")
final class ContainerEngineContractJudgeTest extends RechunkEngineContract {
  private static StandIn standIn;

  @BeforeAll
  static void makeTheTool(@TempDir Path shared) throws Exception {
    standIn = StandIn.make(shared, "{\"tool\":\"1.0-1\"}", "varve-contract-judge");
  }

  @AfterAll
  static void removeTheTool() throws Exception {
    if (standIn != null) {
      standIn.remove();
    }
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(StandIn.run("podman", "ps", "--all", "--format", "{{.Names}}")).isEmpty();
    assertThat(StandIn.run("podman", "volume", "ls", "--format", "{{.Name}}")).isEmpty();
    assertThat(StandIn.run("podman", "images", "--filter", "reference=varve-*-*-*", "--quiet"))
        .isEmpty();
  }

  @Override
  protected RechunkEngine engine() {
    return new ContainerEngine(
        new Podman("podman", Elevation.NONE),
        ContainerSettings.builder().tool("localhost/varve-contract-judge:none").build());
  }
}
