package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.container.PodmanContents;
import dev.varve.runner.container.StandIn;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the container engine by the command line, in a BTRFS of its own, with a stand-in for the
 * tool.
 */
@Tag("judge")
abstract class ContainerTestBase {
  static final String NAME = "varve-command-judge";
  static final String TOOL = "localhost/" + NAME + ":";

  static StandIn standIn;

  @TempDir Path directory;
  PodmanContents before;
  Cli cli;
  final List<String> storageOptions = new ArrayList<>();

  @BeforeAll
  static void createTool(@TempDir Path shared) throws Exception {
    standIn = StandIn.make(shared, "{\"libcap2\":\"2.75-10\"}", NAME);
  }

  @AfterAll
  static void removeTool() throws Exception {
    if (standIn != null) {
      standIn.remove();
    }
  }

  @BeforeEach
  void mountABtrfs() throws Exception {
    try (InputStream sample = SampleBuilds.archive()) {
      Files.copy(Objects.requireNonNull(sample), directory.resolve("sample.tar"));
    }
    before = PodmanContents.now();
    cli = new Cli(directory).with("PATH", System.getenv("PATH"));
    storageOptions.addAll(List.of("--image", "DIR/btrfs.img", "--mount", "DIR/btrfs"));
    Run mounted = storage("mount", "--size", "512MiB", "--min-free", "1MB");
    assertThat(mounted.exitCode()).as(mounted.err()).isZero();
  }

  @AfterEach
  void assertNothingIsLeft() throws Exception {
    Run unmounted = storage("unmount");
    assertThat(unmounted.exitCode()).as(unmounted.err()).isZero();
    JsonObject status = storage("status", "--json").json();
    assertThat(status.strings("mounts")).isEmpty();
    assertThat(status.strings("loopDevices")).isEmpty();
    assertThat(status.strings("containers")).isEmpty();
    assertThat(status.strings("volumes")).isEmpty();
    assertThat(status.strings("images")).isEmpty();
    assertThat(directory.resolve("btrfs.img")).doesNotExist();
    assertThat(StandIn.run("findmnt", "--list", "-n", "-o", "TARGET"))
        .doesNotContain(directory.toString());
    assertThat(PodmanContents.now()).isEqualTo(before);
  }

  Run storage(String command, String... options) {
    List<String> line = new ArrayList<>(List.of("storage", command));
    line.addAll(storageOptions);
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  static List<String> line(String fault, String... options) {
    List<String> line =
        new ArrayList<>(
            List.of("rechunk", "oci-archive:DIR/sample.tar:monday", "oci:DIR/out:monday"));
    line.addAll(List.of("--engine", "container", "--rechunk-image", TOOL + fault));
    line.addAll(List.of("--storage", "DIR/btrfs"));
    // The sample's RPM database is in another place, which the tool cannot read; the
    // stand-in does not read it.
    line.addAll(List.of("--on-known-failure", "ignore"));
    line.addAll(List.of(options));
    return line;
  }

  Run rechunk(String... options) {
    return cli.run(line("none", options).toArray(String[]::new));
  }
}
