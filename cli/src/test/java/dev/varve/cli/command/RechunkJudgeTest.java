package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the rechunked sample with skopeo, umoci, podman and rpm. Needs root, because umoci must set
 * the owners of files.
 */
@Tag("judge")
final class RechunkJudgeTest {
  /**
   * Lists the metadata of paths without mtimes, and without sizes of directories, which depend on
   * the file system.
   */
  private static final String LIST =
      """
      cd "$1"
      find . -type d -printf '%P %y %m %U %G\\n' | LC_ALL=C sort
      find . ! -type d -printf '%P %y %m %U %G %s %n %l\\n' | LC_ALL=C sort
      find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum""";

  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void rechunkTheSample() throws IOException, InterruptedException {
    for (String tool : List.of("skopeo", "umoci", "podman", "rpm")) {
      assumeTrue(installed(tool), tool + " is not installed");
    }
    assumeTrue(run("id", "-u").trim().equals("0"), "only root unpacks with owners");
    try (InputStream sample = SampleBuilds.archive()) {
      Files.copy(Objects.requireNonNull(sample), directory.resolve("sample.tar"));
    }
    cli = new Cli(directory);
    rechunk("monday", "--fresh");
    rechunk("tuesday", "--prev", "oci:DIR/out:monday");
  }

  /** Rechunks with gzip, because umoci before 0.5 reads no zstd. */
  private void rechunk(String tag, String... options) {
    List<String> line = new ArrayList<>(List.of("rechunk", "oci-archive:DIR/sample.tar:" + tag));
    line.addAll(List.of("oci:DIR/out:" + tag, "--compression", "gzip", "--max-layers", "30"));
    line.addAll(List.of(options));
    Run run = cli.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static boolean installed(String tool) {
    try {
      new ProcessBuilder(tool, "--version").start().destroy();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path errors = directory.resolve("stderr");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(errors.toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as(String.join(" ", command) + "\n" + Files.readString(errors))
        .isZero();
    return output;
  }

  private JsonObject json(String... command) throws IOException, InterruptedException {
    return JsonObject.parse(run(command).getBytes(StandardCharsets.UTF_8), command[0]);
  }

  @Test
  void umociUnpacksTheSameFilesFromTheSourceAndTheResult() throws Exception {
    run("skopeo", "copy", "oci-archive:sample.tar:tuesday", "oci:source:tuesday");
    run("umoci", "unpack", "--image", "source:tuesday", "before");
    run("umoci", "unpack", "--image", "out:tuesday", "after");
    String before = run("bash", "-ec", LIST, "list", "before/rootfs");
    assertThat(run("bash", "-ec", LIST, "list", "after/rootfs")).isEqualTo(before);
    assertThat(before.lines()).hasSizeGreaterThan(200);

    // find does not list extended attributes, such as capabilities.
    Run compared = cli.run("verify-content", "rootfs:DIR/before/rootfs", "rootfs:DIR/after/rootfs");
    assertThat(compared.exitCode()).as(compared.out() + compared.err()).isZero();
  }

  @Test
  void rpmFindsThePackagesThatDiffReports() throws Exception {
    run("umoci", "unpack", "--image", "out:tuesday", "after");
    List<String> installed =
        run(
                "rpm",
                "--root",
                directory.resolve("after/rootfs").toString(),
                "--dbpath",
                "/usr/lib/sysimage/rpm",
                "-qa",
                "--qf",
                "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n")
            .lines()
            .map(line -> line.replace(" 0:", " "))
            .toList();
    List<JsonObject> changes =
        cli.run("diff", "oci:DIR/out:monday", "oci:DIR/out:tuesday", "--json")
            .json()
            .objects("steps")
            .get(0)
            .objects("packages");
    assertThat(changes).isNotEmpty();
    for (JsonObject change : changes) {
      assertThat(installed).contains(change.string("name") + " " + change.string("after"));
    }
  }

  @Test
  void skopeoAndPodmanReadTheLabelsAndLayers() throws Exception {
    JsonObject inspected = json("skopeo", "inspect", "oci:out:tuesday");
    assertThat(inspected.strings("Layers")).hasSize(30);
    assertThat(inspected.object("Labels").string("rechunk.chunks")).isEqualTo("30");
    assertThat(inspected.object("Labels").string("rechunk.prev-ref"))
        .isEqualTo(json("skopeo", "inspect", "oci:out:monday").string("Digest"));

    String[] podman = {
      "podman", "--root", "storage", "--runroot", "run", "--storage-driver", "vfs"
    };
    String id = run(with(podman, "pull", "-q", "oci:out:tuesday")).trim();
    try {
      JsonObject config =
          JsonObject.parseArray(
                  run(with(podman, "image", "inspect", id)).getBytes(StandardCharsets.UTF_8),
                  "podman")
              .get(0);
      assertThat(config.object("RootFS").strings("Layers")).hasSize(30);
      assertThat(config.stringMap("Labels")).containsEntry("rechunk.chunks", "30");
    } finally {
      run(with(podman, "rmi", "--all", "--force"));
    }
  }

  /** Uses podman's default storage, because Varve supports no other. */
  @Test
  void podmanHasARechunkedImageUnderAllItsTags() throws Exception {
    String name = "localhost/varve-rechunk-judge:";
    List<String> line = new ArrayList<>(List.of("rechunk", "-q", "oci:DIR/out:monday"));
    line.addAll(List.of("containers-storage:" + name + "a", "--tag=b", "--tag=c", "--json"));
    Run run = cli.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    try {
      for (String tag : List.of("a", "b", "c")) {
        assertThat(run("podman", "image", "inspect", "--format", "{{.Digest}}", name + tag).trim())
            .isEqualTo(run.json().string("digest"));
      }
      String copy = "containers-storage:" + name + "b";
      Run back = cli.run("verify-content", "-q", "oci:DIR/out:monday", copy);
      // The layers have no entry for the root, and podman chooses another mode.
      assertThat(back.report())
          .containsExactly(
              "oci:DIR/out:monday and " + copy + " have 1 difference:",
              "  /: mode 755 in the first, 555 in the second");
    } finally {
      run("podman", "rmi", "--force", name + "a", name + "b", name + "c");
    }
  }

  private String[] with(String[] podman, String... arguments) {
    List<String> line = new ArrayList<>(List.of(podman));
    line.set(2, directory.resolve("storage").toString());
    line.set(4, directory.resolve("run").toString());
    line.addAll(List.of(arguments));
    return line.toArray(String[]::new);
  }
}
