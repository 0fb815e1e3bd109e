package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Main;
import dev.varve.cli.session.DrivenContainer;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ResultStream;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import dev.varve.runner.container.ContainerSettings;
import dev.varve.runner.container.PodmanContents;
import dev.varve.runner.container.StandIn;
import dev.varve.runner.storage.StorageSettings;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The container engine at the command line, on the sample with its RPM database, by real podman on
 * a real BTRFS: done, interrupted and killed.
 */
@Tag("judge")
final class ContainerJudgeTest {
  private static final String NAME = "varve-command-judge";
  private static final String TOOL = "localhost/" + NAME + ":";

  private static StandIn standIn;

  @TempDir private Path directory;
  private PodmanContents before;
  private Cli cli;
  private final List<String> place = new ArrayList<>();

  @BeforeAll
  static void makeTheTool(@TempDir Path shared) throws Exception {
    standIn = StandIn.make(shared, "{\"libcap2\":\"2.75-10\"}", NAME);
  }

  @AfterAll
  static void removeTheTool() throws Exception {
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
    place.addAll(List.of("--image", "DIR/btrfs.img", "--mount", "DIR/btrfs"));
    Run mounted = storage("mount", "--size", "512MiB", "--min-free", "1MB");
    assertThat(mounted.exitCode()).as(mounted.err()).isZero();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
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

  private Run storage(String command, String... options) {
    List<String> line = new ArrayList<>(List.of("storage", command));
    line.addAll(place);
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  private static List<String> line(String fault, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of("rechunk", "oci-archive:DIR/sample.tar:monday", "oci:DIR/out:monday"));
    line.addAll(List.of("--engine", "container", "--rechunk-image", TOOL + fault));
    line.addAll(List.of("--storage", "DIR/btrfs"));
    // The sample's RPM database is elsewhere, which the stand-in does not mind.
    line.addAll(List.of("--on-known-failure", "ignore"));
    line.addAll(List.of(more));
    return line;
  }

  private Run rechunk(String... more) {
    return cli.run(line("none", more).toArray(String[]::new));
  }

  @Test
  void aSeriesGoesThroughAndUmociUnpacksIt() throws Exception {
    Run first = rechunk("--fresh", "--label", "title=An OS");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.lines())
        .contains("  prune: Pruning files in /var/tree")
        .anyMatch(line -> line.strip().startsWith("layers  "));

    Run second =
        cli.run(
            "rechunk",
            "oci-archive:DIR/sample.tar:tuesday",
            "oci:DIR/out:tuesday",
            "--prev",
            "oci:DIR/out:monday",
            "--engine",
            "container",
            "--rechunk-image",
            TOOL + "none",
            "--storage",
            "DIR/btrfs",
            "--on-known-failure",
            "ignore",
            "--json");
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.json().number("reusedLayers")).isPositive();
    JsonObject update =
        cli.run("diff", "oci:DIR/out:monday", "oci:DIR/out:tuesday", "--json")
            .json()
            .objects("steps")
            .get(0);
    for (String list : List.of("downloads", "packages")) {
      assertThat(second.json().objects(list)).hasToString(update.objects(list).toString());
    }
    assertThat(update.objects("downloads"))
        .flatExtracting(layer -> layer.objects("changed"))
        .extracting(change -> change.string("name"))
        .contains("rpm:libcjson1");
    JsonObject seen =
        JsonObject.parse(
            StandIn.run("skopeo", "inspect", "oci:" + directory.resolve("out") + ":tuesday")
                .getBytes(StandardCharsets.UTF_8),
            "skopeo");
    assertThat(seen.object("Labels").string("rechunk.prev-ref")).matches("sha256:[0-9a-f]{64}");
    StandIn.run(
        "umoci",
        "unpack",
        "--image",
        directory.resolve("out") + ":tuesday",
        directory.resolve("unpacked").toString());
    assertThat(directory.resolve("unpacked/rootfs/usr/lib/sysimage/rpm/rpmdb.sqlite")).exists();
  }

  @Test
  void publishGoesTheSameWayAsWithTheBuiltInEngine() throws Exception {
    cli.with("COSIGN_PASSWORD", "s3cret");
    Run key = cli.run("generate-key-pair", "--output-key-prefix", "DIR/os");
    assertThat(key.exitCode()).as(key.err()).isZero();
    try (RealRegistry registry = RealRegistry.start()) {
      Run published =
          cli.run(
              "publish",
              "oci-archive:DIR/sample.tar:monday",
              "docker://" + registry.host() + "/os",
              "--version",
              "41",
              "--tag",
              "latest",
              "--engine",
              "container",
              "--rechunk-image",
              TOOL + "none",
              "--storage",
              "DIR/btrfs",
              "--on-known-failure",
              "ignore",
              "--key",
              "DIR/os.key",
              "--json");
      assertThat(published.exitCode()).as(published.err()).isZero();
      Run verified = cli.run("verify", registry.host() + "/os:latest", "--key", "DIR/os.pub");
      assertThat(verified.exitCode()).as(verified.err()).isZero();

      JsonObject there =
          cli.run("inspect", "docker://" + registry.host() + "/os:latest", "--json", "-q").json();
      assertThat(there.string("digest")).isEqualTo(published.json().string("digest"));
      assertThat(there.object("labels").string("org.opencontainers.image.version")).isEqualTo("41");
    }
  }

  private Run onKnownFailure(String handling) {
    return cli.run(
        line("none", "--fresh").stream()
            .map(word -> word.equals("ignore") ? handling : word)
            .toArray(String[]::new));
  }

  @Test
  void anImageThatTheToolIsKnownToFailWithIsRefusedOrGoesToTheBuiltInEngine() throws Exception {
    String known =
        "checking oci-archive:DIR/sample.tar:monday for "
            + TOOL
            + "none: its RPM database is in /usr/lib/sysimage/rpm, but hhd-dev/rechunk only reads"
            + " /usr/share/rpm/rpmdb.sqlite, and follows no link to it; use the built-in engine";

    Run refused = onKnownFailure("fail");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.lines())
        .last()
        .isEqualTo(
            "varve: "
                + known
                + ": --engine builtin, or --on-known-failure builtin to have it take over by"
                + " itself, or --on-known-failure ignore where the tool's image has this mended");
    assertThat(directory.resolve("out/index.json")).doesNotExist();

    Run other = onKnownFailure("builtin");
    assertThat(other.exitCode()).as(other.err()).isZero();
    assertThat(other.lines())
        .contains(
            "note: " + known,
            "note: going on with the built-in engine (--on-known-failure builtin): the image is a"
                + " plain one, and clients of one that the container made download all of it once")
        .noneMatch(line -> line.contains("prune: "));
    JsonObject there = cli.run("inspect", "oci:DIR/out:monday", "--json", "-q").json();
    assertThat(there.object("labels").string("rechunk.version")).startsWith("varve ");
  }

  @Test
  void versionsOfTheLayoutAreTaken() throws Exception {
    assertThat(version("41", "--fresh")).isEqualTo("41");
    assertThat(version("41.1", "--prev", "oci:DIR/out:41")).isEqualTo("41.1");
    assertThat(version("again", "--prev", "oci:DIR/out:41")).isEqualTo("41.2");
    assertThat(version("last", "--prev", "oci:DIR/out:again")).isEqualTo("41.3");
  }

  /** The version that an image of version 41 gets. */
  private String version(String tag, String... options) throws IOException {
    List<String> line = line("none", options);
    line.replaceAll(word -> word.equals("oci:DIR/out:monday") ? "oci:DIR/out:" + tag : word);
    line.addAll(List.of("--version", "41", "--json"));
    Run run = cli.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json().string("version");
  }

  @Test
  void whatAnEngineCanNotDoIsRefusedByName() {
    assertThat(rechunk("--verify").exitCode()).isEqualTo(2);
    assertThat(rechunk("--verify").err())
        .endsWith(
            "varve: verifying the result: the container engine doesn't support this, because it"
                + " moves files; use the built-in engine\n");
    assertThat(rechunk("--prune", "/usr/share/doc").err())
        .contains("varve: pruning: the container engine doesn't support this");
    assertThat(rechunk("--compression", "zstd:9").err())
        .contains("varve: compressing by zstd:9: the container engine doesn't support this");
    Run directory =
        cli.run("rechunk", "rootfs:DIR", "oci:DIR/out:x", "--engine=container", "--fresh");
    assertThat(directory.exitCode()).isEqualTo(2);
    assertThat(directory.err())
        .endsWith(
            "varve: rootfs:DIR: the container engine requires an image, from docker://, oci:,"
                + " oci-archive:, docker-archive: or root's containers-storage:\n");
    Run builtin =
        cli.run("rechunk", "oci-archive:DIR/sample.tar:monday", "oci:DIR/out:x", "--keep-ref");
    assertThat(builtin.exitCode()).isEqualTo(2);
    assertThat(builtin.err())
        .isEqualTo(
            "varve: --keep-ref is for --engine container; the built-in engine has no use for it\n");
    assertThat(
            cli.run(
                    "rechunk",
                    "oci-archive:DIR/sample.tar:monday",
                    "oci:DIR/out:x",
                    "--on-known-failure=builtin")
                .err())
        .startsWith("varve: --on-known-failure is for --engine container;");
  }

  /** Begins a run in a process of its own, and waits until its step hangs. */
  private Process hanging(String step) throws Exception {
    standIn.with(step + "-hang");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    for (String argument : line(step + "-hang", "--fresh")) {
      command.add(argument.replace("DIR", directory.toString()));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TMPDIR", directory.resolve("scratch").toString());
    Process process = builder.start();
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    List<String> seen = new ArrayList<>();
    for (String line = reader.readLine(); ; line = reader.readLine()) {
      seen.add(String.valueOf(line));
      assertThat(line).as(String.join("\n", seen)).isNotNull();
      if (line.contains("hanging in " + step)) {
        return process;
      }
    }
  }

  private List<String> containers() throws Exception {
    String root = directory.resolve("btrfs/storage").toString();
    String run = directory.resolve("btrfs/run").toString();
    return StandIn.run(
            "podman",
            "--root",
            root,
            "--runroot",
            run,
            "--storage-driver",
            "overlay",
            "ps",
            "--all",
            "--format",
            "{{.Names}}")
        .lines()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"prune,INT", "commit,INT", "chunk,INT", "chunk,TERM"})
  void aRunThatIsInterruptedLeavesNothing(String step, String signal) throws Exception {
    Process process = hanging(step);
    assertThat(containers()).isNotEmpty();
    StandIn.run("kill", "-" + signal, Long.toString(process.pid()));

    assertThat(process.waitFor()).isEqualTo(signal.equals("INT") ? 130 : 143);
    assertThat(containers()).isEmpty();
    assertThat(storage("status", "--json").json().strings("volumes")).isEmpty();
    assertThat(cli.scratch()).isEmpty();
    assertThat(directory.resolve("out/index.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"prune", "chunk"})
  void whatARunLeavesThatIsKilledIsSeenAndRemovedByTheNext(String step) throws Exception {
    Process process = hanging(step);
    process.destroyForcibly().waitFor();
    JsonObject status = storage("status", "--json").json();
    assertThat(status.strings("containers")).anyMatch(name -> name.endsWith("-" + step));

    Run next = rechunk("--fresh");

    assertThat(next.exitCode()).as(next.err()).isZero();
    assertThat(next.lines())
        .anyMatch(
            line -> line.startsWith("note: removing the leftovers of a killed run: container "));
    assertThat(containers()).isEmpty();
    assertThat(storage("status", "--json").json().strings("containers")).isEmpty();
  }

  @Test
  void whatARunLeavesThatIsKilledIsRemovedWithTheStorage() throws Exception {
    hanging("commit").destroyForcibly().waitFor();
    assertThat(storage("status", "--json").json().strings("containers")).isNotEmpty();
    // That it is gone afterwards is seen after each test.
  }

  @Test
  void theStorageIsRemovedWherePodmanFailsInIt() throws Exception {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Path podman =
        Files.writeString(
            bin.resolve("podman"),
            """
            #!/bin/sh
            case $1 in --root) echo 'no space left on device' >&2; exit 125 ;; esac
            exec /usr/bin/podman "$@"
            """);
    assertThat(podman.toFile().setExecutable(true)).isTrue();
    cli.with("PATH", bin + ":" + System.getenv("PATH"));

    Run kept = storage("unmount", "--keep");
    assertThat(kept.exitCode()).isEqualTo(1);
    assertThat(kept.lines()).contains("unmounted DIR/btrfs; kept DIR/btrfs.img");
    assertThat(storage("mount", "--min-free", "1MB").exitCode()).isZero();
    Run removed = storage("unmount");
    assertThat(removed.exitCode()).as(removed.err()).isZero();
    assertThat(removed.lines())
        .containsExactly(
            "note: not all that runs have left in the BTRFS could be removed by itself: running the"
                + " step podman ps: exit code 125; its last lines: no space left on device",
            "unmounted DIR/btrfs and removed DIR/btrfs.img");
    cli.with("PATH", System.getenv("PATH"));
  }

  @Test
  void unmountingSaysWhatWasThere() throws IOException {
    assertThat(storage("unmount", "--keep").lines())
        .containsExactly("unmounted DIR/btrfs; kept DIR/btrfs.img");
    assertThat(storage("unmount", "--keep").lines())
        .containsExactly("nothing was mounted at DIR/btrfs; kept DIR/btrfs.img");
    assertThat(storage("unmount").lines())
        .containsExactly("nothing was mounted at DIR/btrfs; removed DIR/btrfs.img");
    assertThat(storage("unmount").lines()).containsExactly("no BTRFS at DIR/btrfs");
  }

  @Test
  void aTrialKeepsTheSource() throws Exception {
    String source = "localhost/varve-trial-judge:built";
    String id =
        StandIn.run(
            "podman", "pull", "-q", "oci-archive:" + directory.resolve("sample.tar") + ":monday");
    StandIn.run("podman", "tag", id.strip(), source);
    try (RealRegistry registry = RealRegistry.start()) {
      Run trial =
          cli.run(
              "publish",
              "containers-storage:" + source,
              "docker://" + registry.host() + "/os",
              "--version=41",
              "--dry-run",
              "--engine=container",
              "--rechunk-image=" + TOOL + "none",
              "--storage=DIR/btrfs",
              "--on-known-failure=ignore");
      assertThat(trial.exitCode()).as(trial.err()).isZero();
      assertThat(trial.lines()).noneMatch(line -> line.contains("--keep-ref"));
      StandIn.run("podman", "image", "exists", source);
    } finally {
      StandIn.run("podman", "rmi", "--force", id.strip());
    }
  }

  @Test
  void aBtrfsThatIsBusyInTheEndIsToldAndTheRunHasSucceeded() throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ResultStream(OutputStream.nullOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("PATH", System.getenv("PATH")),
            false,
            System::nanoTime);
    Path mount = directory.resolve("busy");
    StorageSettings place =
        new StorageSettings(directory.resolve("busy.img"), mount, 256 << 20, "", 1);
    DrivenContainer engine =
        new DrivenContainer(
            console,
            ContainerSettings.builder().build(),
            Optional.empty(),
            Optional.of(place),
            DrivenContainer.Mounting.FOR_THE_RUN);
    assertThat(engine.rechunker()).isNotNull();
    Process user = new ProcessBuilder("sleep", "100").directory(mount.toFile()).start();

    engine.close();
    user.destroyForcibly().waitFor();

    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("note: unmounting the BTRFS at " + mount + ": running the step umount: ")
        .endsWith(
            "; fuser -vm "
                + mount
                + " tells who uses it; varve storage unmount removes it afterwards\n");
    engine.close();
    assertThat(mount).doesNotExist();
    assertThat(directory.resolve("busy.img")).doesNotExist();
  }

  @Test
  void doctorFindsAllThatTheContainerEngineNeeds() throws IOException {
    Run run = cli.run("doctor", "--engine", "container", "--json");

    List<String> found = new ArrayList<>();
    for (JsonObject finding : run.json().objects("container")) {
      found.add(finding.string("subject") + ": " + finding.string("found"));
    }
    assertThat(found).contains("rights: root", "containers: podman runs them");
    assertThat(run.exitCode()).isZero();
  }
}
