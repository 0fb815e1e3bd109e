package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AppendCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeSources() throws IOException {
    cli = new Cli(directory);
    new Sample()
        .file("etc/motd", "monday")
        .file("usr/bin/sh", "shell")
        .writeTo(directory.resolve("src"), "monday");
    assertThat(cli.run("rechunk", "-q", "oci:DIR/src:monday", "oci:DIR/os:monday").exitCode())
        .isZero();
    Path kernel = directory.resolve("uki/boot/EFI/Linux/os.efi");
    Files.createDirectories(kernel.getParent());
    Files.writeString(kernel, "kernel");
  }

  private Run append(String image, String dest, String... options) {
    List<String> line = new ArrayList<>(List.of("append", "-q", image, dest));
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  private Descriptor image(String tag) throws IOException {
    try (ImageSource image =
        OciLayout.open(directory.resolve("os"), tag, PlatformChoice.any(), "oci:os")) {
      return image.descriptor();
    }
  }

  @Test
  void aDirectoryBecomesALayer() throws IOException {
    Run run =
        append("oci:DIR/os:monday", "oci:DIR/os:sealed", "--layer", "DIR/uki", "--tag", "also");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.linesWithoutDigests()).first().isEqualTo("");
    assertThat(run.linesWithoutDigests())
        .contains("oci:DIR/os:sealed@sha256:…", "  state   that of oci:DIR/os:monday");
    assertThat(run.err()).containsPattern("  layers  3, [\\d.]+ k?B; the appended one \\d+ B\n");
    assertThat(image("also")).isEqualTo(image("sealed")).isNotEqualTo(image("monday"));
    assertThat(cli.run("verify-content", "-q", "oci:DIR/os:monday", "oci:DIR/os:sealed").out())
        .hasLineCount(5)
        .contains(
            "oci:DIR/os:monday and oci:DIR/os:sealed have 4 differences:",
            "  /boot: only in the second",
            "  /boot/EFI: only in the second",
            "  /boot/EFI/Linux: only in the second",
            "  /boot/EFI/Linux/os.efi: only in the second");
  }

  @Test
  void theNextImageReusesLayersOfAnAppendedImage() throws IOException {
    append("oci:DIR/os:monday", "oci-archive:DIR/sealed.tar", "--layer", "DIR/uki");
    new Sample()
        .file("etc/motd", "tuesday")
        .file("usr/bin/sh", "shell")
        .writeTo(directory.resolve("src"), "tuesday");

    Run run =
        cli.run(
            "rechunk",
            "-q",
            "oci:DIR/src:tuesday",
            "oci:DIR/os:tuesday",
            "--prev",
            "oci-archive:DIR/sealed.tar",
            "--json");

    assertThat(run.json().number("reusedLayers")).isEqualTo(1);
    assertThat(run.err()).doesNotContain("has no state");
  }

  @Test
  void theResultIsAvailableAsJson() throws IOException {
    JsonObject json =
        append("oci:DIR/os:monday", "oci:DIR/os:sealed", "--layer", "DIR/uki", "--json").json();

    assertThat(json.names())
        .containsExactly("reference", "digest", "layers", "totalBytes", "appended", "state");
    assertThat(json.string("digest")).isEqualTo(image("sealed").digest().toString());
    assertThat(json.object("appended").names()).containsExactly("digest", "diffId", "bytes");
    assertThat(json.flag("state")).isTrue();
  }

  @Test
  void aDestinationInTheDirectoryIsNotPartOfTheLayer() throws IOException {
    Run first = append("oci:DIR/os:monday", "oci:DIR/uki/out:a", "--layer", "DIR/uki", "--json");
    Run second = append("oci:DIR/os:monday", "oci:DIR/uki/out:b", "--layer", "DIR/uki", "--json");

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(second.json().string("digest")).isEqualTo(first.json().string("digest"));
    assertThat(second.err())
        .contains("left out DIR/uki/out: this run uses it, and it is not part of DIR/uki");
  }

  @Test
  void diffNamesTheAppendedLayer() {
    append("oci:DIR/os:monday", "oci:DIR/os:sealed", "--layer", "DIR/uki");

    Run run = cli.run("diff", "-q", "oci:DIR/os:monday", "oci:DIR/os:sealed");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("appended (new)");
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Run run = append("oci:DIR/os:monday", "oci:DIR/os:sealed", "--layer", "DIR/nowhere");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .containsExactly(
            "varve: appending DIR/nowhere to oci:DIR/os:monday: there is no DIR/nowhere");
  }

  @Test
  void aDirectoryIsRefusedAsAnImage() {
    Run run = append("rootfs:DIR/uki", "oci:DIR/os:sealed", "--layer", "DIR/uki");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("expected an image with layers, got a directory");
  }
}
