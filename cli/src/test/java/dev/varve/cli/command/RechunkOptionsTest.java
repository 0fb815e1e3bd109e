package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the options of {@code varve rechunk} that change the image, and of wrong options. */
final class RechunkOptionsTest extends RechunkTestBase {
  @Test
  void mtimesArePreservedByOption() throws IOException {
    Run run =
        rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh", "--preserve-mtimes", "--verify");
    assertThat(run.exitCode()).isZero();
    try (ImageSource image = image("a")) {
      assertThat(image.manifest().annotations()).containsEntry("dev.varve.mtimes", "preserved");
    }
    assertThat(cli.run("verify-content", "-q", "--mtimes", "oci:DIR/src:monday", "oci:DIR/out:a"))
        .extracting(Run::exitCode)
        .isEqualTo(0);
    rechunk("oci:DIR/src:monday", "oci:DIR/out:b", "--fresh");
    assertThat(cli.run("verify-content", "-q", "--mtimes", "oci:DIR/src:monday", "oci:DIR/out:b"))
        .extracting(Run::exitCode)
        .isEqualTo(5);
  }

  @Test
  void labelsAndAnnotationsAreSetAndRemoved() throws IOException {
    Run run =
        rechunk(
            "oci:DIR/src:monday",
            "oci:DIR/out:a",
            "--label",
            "new=a=b",
            "--label",
            "maker-",
            "--label",
            "empty=",
            "--annotation",
            "org.example=1");
    assertThat(run.exitCode()).isZero();
    try (ImageSource image = image("a")) {
      ImageConfig config = image.config();
      assertThat(config.labels())
          .containsEntry("new", "a=b")
          .containsEntry("empty", "")
          .containsEntry("rechunk.chunks", "3")
          .doesNotContainKeys("maker", "ostree.commit", "rechunk.prev-ref");
      assertThat(image.manifest().annotations()).containsEntry("org.example", "1");
    }
  }

  @Test
  void pathsArePruned() {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--prune", "/usr/lib/", "--prune", "opt");
    Run run = cli.run("verify-content", "-q", "oci:DIR/src:monday", "oci:DIR/out:a");
    assertThat(run.report())
        .contains("  /usr/lib: only in the first", "  /usr/lib/libc: only in the first")
        .hasSize(3);
  }

  @Test
  void groupsKeepFilesTogether() throws IOException {
    Files.writeString(directory.resolve("groups.yml"), "meta:\n  both:\n    files: ['/usr/*']\n");
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--groups", "DIR/groups.yml");
    try (ImageSource image = image("a")) {
      assertThat(image.manifest().layers()).hasSize(2);
    }
  }

  @Test
  void maxLayersLimitsTheNumberOfLayers() throws IOException {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--max-layers", "1");
    try (ImageSource image = image("a")) {
      assertThat(image.manifest().layers()).hasSize(1);
    }
  }

  @Test
  void anExportedPlanIsContinued() throws IOException {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--max-layers", "1");
    cli.run("plan", "export", "-q", "oci:DIR/out:a", "-o", "DIR/plan.json");
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:b", "--plan", "DIR/plan.json");
    assertThat(run.exitCode()).isZero();
    try (ImageSource image = image("b")) {
      assertThat(image.manifest().layers()).hasSize(1);
    }
  }

  @Test
  void aPlatformThatTheSourceLacksIsRefused() {
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--platform", "linux/arm64");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .contains(
            "varve: opening oci:DIR/src:monday: expected an image for linux/arm64, there is"
                + " linux/amd64");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void wrongOptionsAreRefusedBeforeAnythingIsWritten() {
    wrong("--prev and --fresh contradict each other", "--prev", "oci:DIR/src:monday", "--fresh");
    wrong("--label: expected K=V or K-, got \"novalue\"", "--label", "novalue");
    wrong("--label: expected K=V or K-, got \"=value\"", "--label", "=value");
    wrong("--label: expected K=V or K-, got \"-\"", "--label=-");
    wrong("--annotation: expected K=V, got \"x\"", "--annotation", "x");
    wrong("expected at least one layer, got 0", "--max-layers", "0");
    wrong("expected a path below / to prune, got \"/\"", "--prune", "/");
    wrong("expected a platform such as linux/amd64, got \"arm\"", "--platform", "arm");
    wrong("rootfs:/x: expected an image with layers, got a directory", "--prev", "rootfs:/x");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  private void wrong(String message, String... options) {
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", options);
    assertThat(run).isEqualTo(new Run(2, "", "varve: " + message + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --plan=none.json     | continuing a given plan | it plans by itself
          --no-packages        | leaving packages out    | its layers are made of packages
          --prune=usr          | pruning                 | it has a list of its own
          --preserve-mtimes    | preserving mtimes       | an OSTree commit has none
          --verify             | verifying the result    | it moves files
          --compression=zstd:9 | compressing by zstd:9   | it supports gzip, and none for a fast gzip
          """)
  void anOptionThatTheContainerEngineLacksIsRefusedBeforePodmanIsStarted(
      String option, String activity, String why) {
    Run run =
        cli.run(
            "rechunk",
            "-q",
            "oci:DIR/src:monday",
            "oci:DIR/out:a",
            "--engine=container",
            "--on-known-failure=builtin",
            option);

    assertThat(run)
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: %s: the container engine doesn't support this, because %s; use the built-in engine\n"
                    .formatted(activity, why)));
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void anUnknownCompressionIsRefused() {
    Run run =
        cli.run(
            "rechunk", "-q", "oci:DIR/src:monday", "oci:DIR/out", "--fresh", "--compression", "xz");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("varve: unknown compression 'xz': expected none, gzip");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void missingFilesAreNamed() {
    assertThat(rechunk("oci:DIR/src:monday", "oci:DIR/out", "--fresh", "--groups", "DIR/g.yml"))
        .isEqualTo(
            new Run(1, "", "varve: reading the groups in DIR/g.yml: there is no DIR/g.yml\n"));
    assertThat(rechunk("oci:DIR/src:monday", "oci:DIR/out", "--fresh", "--plan", "DIR/p.json"))
        .isEqualTo(
            new Run(1, "", "varve: reading the plan in DIR/p.json: there is no DIR/p.json\n"));
    assertThat(directory.resolve("out")).doesNotExist();
  }
}
