package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.plan.PlanState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlanCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeImage() throws IOException {
    cli = new Cli(directory);
    new Sample()
        .file("a", "1")
        .file("b", "b".repeat(2000))
        .changed("b", "2025-02-14")
        .installed("bash", "5-1")
        .writeTo(directory.resolve("os"), "1");
  }

  @Test
  void aPlanIsShown() {
    Run run = cli.run("plan", "show", "oci:DIR/os:1");
    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                """
                  components    2
                  packages      1
                  images known  1, of 2025-03-01
                  latest mtime  2025-03-01
                  compression   none
                  layer  full size  components  last changed  the largest
                      1     2.0 kB           1  2025-01-01    file:/a
                      2     3.6 kB           1  2025-02-14    file:/b
                """,
                ""));
  }

  @Test
  void anExportedPlanIsTheStateItself() throws IOException {
    Run shown = cli.run("plan", "show", "oci:DIR/os:1", "--json");
    Run exported = cli.run("plan", "export", "oci:DIR/os:1");
    assertThat(exported).isEqualTo(shown);
    PlanState state =
        PlanState.parse(exported.out().getBytes(StandardCharsets.UTF_8), "the output");
    assertThat(state.packages()).containsExactly(Map.entry("bash", "5-1"));
    assertThat(state.layers()).hasSize(2);
  }

  @Test
  void aPlanIsExportedToAFileAndAFailureLeavesNone() throws IOException {
    Run toFile = cli.run("plan", "export", "oci:DIR/os:1", "-o", "DIR/plan.json");
    assertThat(toFile).isEqualTo(new Run(0, "", ""));
    assertThat(directory.resolve("plan.json"))
        .hasContent(cli.run("plan", "export", "oci:DIR/os:1").out());
    Run nowhere = cli.run("plan", "export", "oci:DIR/os:1", "-o", "DIR/no/plan.json");
    assertThat(nowhere.exitCode()).isEqualTo(1);
    assertThat(nowhere.err()).isEqualTo("varve: writing DIR/no/plan.json: there is no DIR/no\n");
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("os", "plan.json", "scratch");
    }
  }
}
