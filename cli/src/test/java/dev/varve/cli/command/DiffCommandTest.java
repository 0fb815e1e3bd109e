package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiffCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeImages() throws IOException {
    cli = new Cli(directory);
    Path layout = directory.resolve("os");
    new Sample()
        .file("a", "1")
        .file("b", "b".repeat(2000))
        .file("c", "c")
        .installed("bash", "5.1-1")
        .installed("gone", "1-1")
        .writeTo(layout, "1");
    new Sample()
        .file("a", "2")
        .file("b", "B".repeat(2000))
        .file("c", "c")
        .file("d", "d")
        .installed("bash", "5.2-1")
        .installed("new", "2:3-1")
        .writeTo(layout, "2");
    new Sample()
        .file("a", "3")
        .file("b", "B".repeat(2000))
        .file("c", "c")
        .file("d", "d")
        .installed("bash", "5.2-1")
        .installed("new", "2:3-1")
        .writeTo(layout, "3");
  }

  @Test
  void anUpdateIsReportedWithItsReasonsAndPackages() throws IOException {
    Run run = cli.run("diff", "oci:DIR/os:1", "oci:DIR/os:2");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.reportWithoutDigests())
        .containsExactly(
            "oci:DIR/os:1 → oci:DIR/os:2: 7.7 kB of 9.7 kB (78.9%), in 3 of 4 layers",
            "  download  layer         why      components",
            "    3.6 kB  digest123456  changed  file:/b",
            "    2.0 kB  digest123456  changed  file:/a",
            "    2.0 kB  digest123456  changed  file:/d (new)",
            "packages: 1 upgraded, 1 added, 1 removed",
            "  upgraded  bash  5.1-1 → 5.2-1",
            "  added     new   2:3-1",
            "  removed   gone  1-1",
            "");
    assertThat(cli.scratch()).isEmpty();
  }

  /** The keys that were imported into RPM are packages named gpg-pubkey in its database. */
  @Test
  void keysOfRpmAreNoPackagesAndTheirChangeIsSaidOnce() throws IOException {
    Path layout = directory.resolve("keys");
    new Sample()
        .file("a", "1")
        .installed("bash", "5.2-1")
        .installed("gpg-pubkey", "18b8e74c-62f2920f")
        .writeTo(layout, "1");
    new Sample()
        .file("a", "2")
        .installed("bash", "5.2-1")
        .installed("gpg-pubkey", "18b8e74c-62f2920f f4a80eb5-53a7ff4b")
        .writeTo(layout, "2");
    String keys = "packages: none changed; RPM's keys changed";
    List<String> diff = cli.run("diff", "oci:DIR/keys:1", "oci:DIR/keys:2").report();
    assertThat(diff).filteredOn(line -> line.contains("key")).hasSize(2).contains(keys);
    assertThat(cli.run("changelog", "oci:DIR/keys:1", "oci:DIR/keys:2").report())
        .endsWith("## Packages", "", " - RPM's keys changed")
        .noneMatch(line -> line.contains("gpg-pubkey"));
    JsonObject json = cli.run("diff", "oci:DIR/keys:1", "oci:DIR/keys:2", "--json").json();
    assertThat(json.objects("steps").get(0).objects("packages")).isEmpty();
  }

  @Test
  void severalStepsHaveAMean() {
    Run run = cli.run("diff", "oci:DIR/os:1", "oci:DIR/os:2", "oci:DIR/os:3", "oci:DIR/os:3");
    assertThat(run.reportWithoutDigests())
        .containsSubsequence(
            "oci:DIR/os:1 → oci:DIR/os:2: 7.7 kB of 9.7 kB (78.9%), in 3 of 4 layers",
            "oci:DIR/os:2 → oci:DIR/os:3: 2.0 kB of 9.7 kB (21.1%), in 1 of 4 layers",
            "packages: none changed",
            "oci:DIR/os:3 → oci:DIR/os:3: nothing to download",
            "mean of 3 updates: 3.2 kB of 9.7 kB (33.3%)");
  }

  @Test
  void jsonHasAllDetails() throws IOException {
    Run run = cli.run("diff", "oci:DIR/os:1", "oci:DIR/os:2", "--json");
    assertThat(run.err()).isEmpty();
    JsonObject json = run.json();
    assertThat(json.object("mean").number("updateBytes")).isEqualTo(7680);
    JsonObject step = json.objects("steps").get(0);
    assertThat(step.names())
        .containsExactly(
            "from",
            "to",
            "totalBytes",
            "updateBytes",
            "updateLayers",
            "share",
            "downloads",
            "removedComponents",
            "packages");
    assertThat(step.object("from").string("reference")).isEqualTo("oci:DIR/os:1");
    assertThat(step.number("totalBytes")).isEqualTo(9728);
    assertThat(step.number("updateLayers")).isEqualTo(3);
    JsonObject layer = step.objects("downloads").get(0);
    assertThat(layer.number("bytes")).isEqualTo(3584);
    assertThat(layer.string("reason")).isEqualTo("changed");
    assertThat(layer.objects("changed").get(0).toString())
        .isEqualTo("{\"name\":\"file:/b\",\"added\":false,\"bytes\":2000}");
    assertThat(step.objects("packages").stream().map(JsonObject::toString))
        .containsExactly(
            "{\"name\":\"bash\",\"change\":\"upgraded\",\"before\":\"5.1-1\",\"after\":\"5.2-1\"}",
            "{\"name\":\"gone\",\"change\":\"removed\",\"before\":\"1-1\"}",
            "{\"name\":\"new\",\"change\":\"added\",\"after\":\"2:3-1\"}");
  }

  @Test
  void longListsAreCutWithoutAll() throws IOException {
    Sample many = new Sample().file("a", "1");
    for (int i = 10; i < 22; i++) {
      many.file("f" + i, "x").installed("p" + i, "1-1");
    }
    many.writeTo(directory.resolve("os"), "many");
    Run run = cli.run("diff", "oci:DIR/os:1", "oci:DIR/os:many");
    assertThat(run.report())
        .contains("packages: 12 added, 2 removed")
        .containsSubsequence(
            "  and 2 more (varve diff --all shows them)",
            "  added  p19  1-1",
            "  and 4 more (varve diff --all shows them)");
    List<String> all = cli.run("diff", "oci:DIR/os:1", "oci:DIR/os:many", "--all").report();
    assertThat(all).contains("  added    p21   1-1", "  removed  gone  1-1").hasSize(30);
    assertThat(all).noneMatch(line -> line.contains("more ("));
  }

  @Test
  void imagesWithoutStateAreReadFromTheirLayers() throws IOException {
    new Sample().file("etc/a", "1").file("usr/b", "2").writeTo(directory.resolve("o"), "1");
    new Sample().file("etc/a", "1").file("usr/b", "3").writeToArchive(directory.resolve("t"), "x");
    Run run = cli.run("diff", "-q", "oci:DIR/o:1", "oci-archive:DIR/t");
    assertThat(run.exitCode()).isZero();
    assertThat(run.reportWithoutDigests())
        .contains(
            "oci:DIR/o:1 → oci-archive:DIR/t: 2.0 kB of 4.1 kB (50.0%), in 1 of 2 layers",
            "    2.0 kB  digest123456  changed  dir:/usr", "packages: none known");
    assertThat(run.lines())
        .contains(
            "note: oci:DIR/o:1 has no Varve state: rebuilding it from the image's layers",
            "note: oci-archive:DIR/t has no Varve state: rebuilding it from the image's layers");
  }
}
