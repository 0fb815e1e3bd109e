package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --why}: the files that made layers change. */
final class DiffWhyTest {
  private static final FileTime THEN = FileTime.from(Instant.parse("2025-03-01T00:00:00Z"));

  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeFirstImage() throws IOException {
    cli = new Cli(directory);
    file("usr/lib/modules/6.1/initramfs.img", "i".repeat(1 << 20));
    file("usr/share/one/a", "a".repeat(5000));
    file("usr/share/one/b", "b");
    file("usr/share/two/c", "c".repeat(9000));
    file("etc/gone", "gone");
    file("etc/stays", "stays");
    rechunk("1");
  }

  private void file(String path, String content) throws IOException {
    Path file = directory.resolve("root").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, THEN);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private Run rechunk(String tag, String... more) {
    String[] line = {
      "rechunk",
      "-q",
      "rootfs:DIR/root",
      "oci:DIR/os:" + tag,
      "--compression",
      "none",
      "--max-layers",
      "2"
    };
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(List.of(more));
    Run run = cli.run(all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private void changeFiles() throws IOException {
    file("usr/share/one/a", "A".repeat(6000));
    file("usr/share/one/new", "n".repeat(100));
    Files.delete(directory.resolve("root/etc/gone"));
    Files.setPosixFilePermissions(
        directory.resolve("root/etc/stays"), PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void theFilesThatChangedAreListedBelowTheirLayersAndComponents() throws IOException {
    changeFiles();
    rechunk("2", "--prev", "oci:DIR/os:1");
    Run run = cli.run("diff", "-q", "--why", "oci:DIR/os:1", "oci:DIR/os:2");
    assertThat(run.exitCode()).isZero();
    assertThat(run.reportWithoutDigests())
        .containsSubsequence(
            "files:",
            "  digest123456, 23.6 kB; 13.3 kB without what is unchanged; along with it dir:/usr/share/two"
                + " (9.5 kB uncompressed)",
            "    dir:/usr/share/one: 2 of 3 paths, 6.1 kB",
            "      content  6.0 kB  /usr/share/one/a",
            "      added     100 B  /usr/share/one/new",
            "    dir:/etc: 2 of 2 paths, 4 B",
            "      removed     4 B  /etc/gone",
            "      attributes       /etc/stays (mode 644 → 600)");
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void jsonHasTheFilesOfEachComponent() throws IOException {
    changeFiles();
    rechunk("2", "--prev", "oci:DIR/os:1");
    JsonObject causes =
        cli.run("diff", "-q", "--why", "--json", "oci:DIR/os:1", "oci:DIR/os:2")
            .json()
            .objects("steps")
            .get(0)
            .object("causes");
    assertThat(causes.objects("components").stream().map(JsonObject::toString))
        .containsExactly(
            "{\"name\":\"dir:/etc\",\"reason\":\"build\",\"bytes\":4,\"changedPaths\":2,"
                + "\"unchangedPaths\":0,\"files\":["
                + "{\"path\":\"/etc/gone\",\"change\":\"removed\",\"bytes\":4},"
                + "{\"path\":\"/etc/stays\",\"change\":\"attributes\",\"bytes\":0,"
                + "\"details\":[\"mode 644 → 600\"]}]}",
            "{\"name\":\"dir:/usr/share/one\",\"reason\":\"build\",\"bytes\":6100,"
                + "\"changedPaths\":2,\"unchangedPaths\":1,\"files\":["
                + "{\"path\":\"/usr/share/one/a\",\"change\":\"content\",\"bytes\":6000},"
                + "{\"path\":\"/usr/share/one/new\",\"change\":\"added\",\"bytes\":100}]}");
    JsonObject layer = causes.objects("layers").get(0);
    assertThat(layer.number("bytes")).isEqualTo(23_552);
    assertThat(layer.number("aloneBytes")).isEqualTo(13_312);
    assertThat(layer.objects("unchanged").get(0).toString())
        .isEqualTo("{\"name\":\"dir:/usr/share/two\",\"bytes\":9512}");
  }

  @Test
  void rechunkingTellsTheSame() throws IOException {
    changeFiles();
    Run rechunked = rechunk("2", "--prev", "oci:DIR/os:1", "--why");
    Run diff = cli.run("diff", "-q", "--why", "oci:DIR/os:1", "oci:DIR/os:2");
    List<String> files = diff.report();
    assertThat(rechunked.err().lines())
        .containsSubsequence(files.subList(files.indexOf("files:"), files.size() - 2));
  }

  @Test
  void imagesWithoutAStateAreReadWhole() throws IOException {
    Sample image = new Sample().file("etc/a", "1").file("usr/share/x/b", "same");
    image.writeTo(directory.resolve("plain"), "1");
    image.file("etc/a", "22").writeTo(directory.resolve("plain"), "2");
    Run run = cli.run("diff", "-q", "--why", "oci:DIR/plain:1", "oci:DIR/plain:2");
    assertThat(run.reportWithoutDigests())
        .containsSubsequence(
            "  digest123456, 2.0 kB",
            "    dir:/etc: 1 of 1 path, 2 B",
            "      content  2 B  /etc/a");
  }

  @Test
  void anUpdateWithoutDownloadReadsNothing() {
    Run run = cli.run("diff", "--why", "oci:DIR/os:1", "oci:DIR/os:1");
    assertThat(run.exitCode()).isZero();
    assertThat(run.report()).doesNotContain("files:");
    assertThat(run.err()).doesNotContain("reading 1 layer", "reading 2 layers");
  }
}
