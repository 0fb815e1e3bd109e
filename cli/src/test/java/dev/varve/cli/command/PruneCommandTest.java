package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PruneCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeSources() throws IOException {
    cli = new Cli(directory);
    new Sample().file("etc/motd", "monday").writeTo(directory.resolve("src"), "monday");
    new Sample().file("etc/motd", "tuesday").writeTo(directory.resolve("src"), "tuesday");
  }

  private Run copy(String tag) {
    return cli.run("copy", "-q", "oci:DIR/src:" + tag, "oci:DIR/out");
  }

  @Test
  void untaggedBlobsAreReportedAndThenRemoved() {
    assertThat(copy("monday").err()).doesNotContain("note:");
    assertThat(copy("tuesday").err())
        .contains(
            "note: 3 blobs in oci:DIR/out, 2.7 kB, belong to images without a tag:"
                + " varve prune oci:DIR/out removes them\n");

    assertThat(cli.run("prune", "oci:DIR/out", "--dry-run"))
        .isEqualTo(new Run(0, "would remove 3 blobs, 2.7 kB\n", ""));
    assertThat(cli.run("prune", "oci:DIR/out"))
        .isEqualTo(new Run(0, "removed 3 blobs, 2.7 kB\n", ""));
    assertThat(cli.run("prune", "oci:DIR/out")).isEqualTo(new Run(0, "removed 0 blobs, 0 B\n", ""));
    assertThat(cli.run("verify-content", "-q", "oci:DIR/src:tuesday", "oci:DIR/out").exitCode())
        .isZero();
  }

  @Test
  void aCorruptImageDoesNotFailACopyOfAnotherImage() throws IOException {
    copy("monday");
    cli.run("copy", "-q", "oci:DIR/src:monday", "oci:DIR/out:other");
    Path manifest;
    try (ImageSource image =
        OciLayout.open(directory.resolve("out"), "other", PlatformChoice.any(), "oci:out")) {
      manifest = directory.resolve("out/blobs/sha256").resolve(image.descriptor().digest().hex());
    }
    Files.writeString(manifest, Files.readString(manifest).replace('{', '['));

    Run run = cli.run("copy", "-q", "oci:DIR/src:tuesday", "oci:DIR/out", "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().names()).contains("digest").doesNotContain("error");
    assertThat(run.err()).contains("note: ", "the bytes are corrupt");
  }

  @Test
  void theResultIsAvailableAsJson() throws IOException {
    copy("monday");
    copy("tuesday");

    Run run = cli.run("prune", "oci:DIR/out", "--dry-run", "--json");

    assertThat(run.json().names()).containsExactly("reference", "blobs", "bytes", "removed");
    assertThat(run.json().number("blobs")).isEqualTo(3);
    assertThat(run.json().flag("removed")).isFalse();
  }

  @Test
  void onlyCompleteLayoutsArePruned() {
    copy("monday");

    assertThat(cli.run("prune", "oci:DIR/out:latest"))
        .isEqualTo(
            new Run(
                2, "", "varve: pruning oci:DIR/out:latest: expected a whole layout, oci:DIR\n"));
    assertThat(cli.run("prune", "docker://ghcr.io/me/os").exitCode()).isEqualTo(2);
    assertThat(cli.run("prune", "oci:DIR/nowhere"))
        .isEqualTo(new Run(1, "", "varve: pruning oci:DIR/nowhere: there is no DIR/nowhere\n"));
  }
}
