package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Descriptor;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InspectCommandTest {
  @TempDir private Path directory;
  private Cli cli;
  private Descriptor image;

  @BeforeEach
  void writeImage() throws IOException {
    cli = new Cli(directory);
    image =
        new Sample()
            .file("a", "1")
            .file("b", "b".repeat(2000))
            .label("maker", "\u001b[31mtest")
            .changed("b", "2025-02-14")
            .writeTo(directory.resolve("os"), "1");
  }

  @Test
  void anImageIsShownWithItsLayers() {
    Run run = cli.run("inspect", "oci:DIR/os:1");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.report()).contains("  digest    " + image.digest());
    assertThat(run.reportWithoutDigests())
        .containsExactly(
            "oci:DIR/os:1",
            "  digest    sha256:…",
            "  platform  linux/amd64",
            "  created   2025-03-01T12:00:00Z",
            "  layers    2, 5.6 kB (5.6 kB uncompressed)",
            "  labels",
            "    maker=\uFFFD[31mtest",
            "     layer         compressed    full  last changed  components",
            "  1  digest123456      2.0 kB  2.0 kB  2025-01-01    file:/a",
            "  2  digest123456      3.6 kB  3.6 kB  2025-02-14    file:/b");
  }

  @Test
  void jsonHasAllDetails() throws IOException {
    Run run = cli.run("inspect", "oci:DIR/os:1", "--json");
    assertThat(run.err()).isEmpty();
    JsonObject json = run.json();
    assertThat(json.string("digest")).isEqualTo(image.digest().toString());
    assertThat(json.string("platform")).isEqualTo("linux/amd64");
    assertThat(json.string("created")).isEqualTo("2025-03-01T12:00:00Z");
    assertThat(json.stringMap("labels")).isEqualTo(Map.of("maker", "\u001b[31mtest"));
    assertThat(json.number("totalBytes")).isEqualTo(5632);
    JsonObject layer = json.objects("layers").get(1);
    assertThat(layer.names())
        .containsExactly(
            "digest",
            "diffId",
            "mediaType",
            "bytes",
            "uncompressedBytes",
            "components",
            "lastChanged");
    assertThat(layer.strings("components")).containsExactly("file:/b");
    assertThat(layer.number("lastChanged")).isEqualTo(1_739_491_200);
    assertThat(layer.number("bytes")).isEqualTo(3584);
  }

  @Test
  void anImageWithoutLabelsSaysSo() throws IOException {
    new Sample().file("a", "1").withState().writeTo(directory.resolve("bare"), "x");
    assertThat(cli.run("inspect", "oci:DIR/bare").report()).contains("  labels    none");
  }
}
