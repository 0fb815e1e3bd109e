package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.runner.Elevation;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** So does the container, driven by real podman. */
@Tag("judge")
final class ContainerEngineContractJudgeTest extends RechunkEngineContract {
  private static StandIn standIn;

  private PodmanContents before;

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

  @BeforeEach
  void lookAtPodman() throws Exception {
    before = PodmanContents.now();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(PodmanContents.now()).isEqualTo(before);
  }

  @Override
  protected RechunkEngine engine() {
    return new ContainerEngine(
        new Podman("podman", Elevation.NONE),
        ContainerSettings.builder()
            .tool("localhost/varve-contract-judge:none")
            .ignoreKnownFailures(true)
            .build());
  }
}
