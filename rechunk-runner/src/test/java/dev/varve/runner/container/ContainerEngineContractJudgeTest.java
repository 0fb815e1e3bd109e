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

/** The contract of every engine, for the container engine with real podman. */
@Tag("judge")
final class ContainerEngineContractJudgeTest extends RechunkEngineContract {
  private static StandIn standIn;

  private PodmanContents before;

  @BeforeAll
  static void makeStandIn(@TempDir Path shared) throws Exception {
    standIn = StandIn.make(shared, "{\"tool\":\"1.0-1\"}", "varve-contract-judge");
  }

  @AfterAll
  static void removeStandIn() throws Exception {
    if (standIn != null) {
      standIn.remove();
    }
  }

  @BeforeEach
  void recordPodmanContents() throws Exception {
    before = PodmanContents.now();
  }

  @AfterEach
  void assertPodmanIsUnchanged() throws Exception {
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
