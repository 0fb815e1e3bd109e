package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import dev.varve.runner.container.StandIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of {@code varve rechunk} and {@code varve publish} with the container engine. */
@Tag("judge")
final class ContainerRechunkJudgeTest extends ContainerTestBase {
  @Test
  void umociUnpacksASeriesOfTheContainerEngine() throws Exception {
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
    JsonObject inspected =
        JsonObject.parse(
            StandIn.run("skopeo", "inspect", "oci:" + directory.resolve("out") + ":tuesday")
                .getBytes(StandardCharsets.UTF_8),
            "skopeo");
    assertThat(inspected.object("Labels").string("rechunk.prev-ref"))
        .matches("sha256:[0-9a-f]{64}");
    StandIn.run(
        "umoci",
        "unpack",
        "--image",
        directory.resolve("out") + ":tuesday",
        directory.resolve("unpacked").toString());
    assertThat(directory.resolve("unpacked/rootfs/usr/lib/sysimage/rpm/rpmdb.sqlite")).exists();
  }

  @Test
  void publishSignsAndTagsWithTheContainerEngine() throws Exception {
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

      JsonObject inspected =
          cli.run("inspect", "docker://" + registry.host() + "/os:latest", "--json", "-q").json();
      assertThat(inspected.string("digest")).isEqualTo(published.json().string("digest"));
      assertThat(inspected.object("labels").string("org.opencontainers.image.version"))
          .isEqualTo("41");
    }
  }

  private Run onKnownFailure(String handling) {
    return cli.run(
        line("none", "--fresh").stream()
            .map(word -> word.equals("ignore") ? handling : word)
            .toArray(String[]::new));
  }

  @Test
  void anImageWithAKnownFailureIsRefusedOrPassedToTheBuiltInEngine() throws Exception {
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
                + ": --engine builtin, or --on-known-failure builtin to switch"
                + " automatically, or --on-known-failure ignore if the tool's image has a fix");
    assertThat(directory.resolve("out/index.json")).doesNotExist();

    Run other = onKnownFailure("builtin");
    assertThat(other.exitCode()).as(other.err()).isZero();
    assertThat(other.lines())
        .contains(
            "note: " + known,
            "note: continuing with the built-in engine (--on-known-failure builtin): the result is a"
                + " plain image, and clients of an image that the container made download it as a whole")
        .noneMatch(line -> line.contains("prune: "));
    JsonObject inspected = cli.run("inspect", "oci:DIR/out:monday", "--json", "-q").json();
    assertThat(inspected.object("labels").string("rechunk.version")).startsWith("varve ");
  }

  @Test
  void aVersionThatTheLayoutHasGetsANumber() throws Exception {
    assertThat(version("41", "--fresh")).isEqualTo("41");
    assertThat(version("41.1", "--prev", "oci:DIR/out:41")).isEqualTo("41.1");
    assertThat(version("again", "--prev", "oci:DIR/out:41")).isEqualTo("41.2");
    assertThat(version("last", "--prev", "oci:DIR/out:again")).isEqualTo("41.3");
  }

  /** Rechunks with {@code --version 41} and returns the version of the result. */
  private String version(String tag, String... options) throws IOException {
    List<String> line = line("none", options);
    line.replaceAll(word -> word.equals("oci:DIR/out:monday") ? "oci:DIR/out:" + tag : word);
    line.addAll(List.of("--version", "41", "--json"));
    Run run = cli.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json().string("version");
  }

  @Test
  void optionsThatAnEngineLacksAreRefusedByName() {
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
            "varve: --keep-ref requires --engine container; the built-in engine doesn't support it\n");
    assertThat(
            cli.run(
                    "rechunk",
                    "oci-archive:DIR/sample.tar:monday",
                    "oci:DIR/out:x",
                    "--on-known-failure=builtin")
                .err())
        .startsWith("varve: --on-known-failure requires --engine container;");
  }

  @Test
  void aDryRunKeepsTheSource() throws Exception {
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
  void doctorFindsTheRequirementsOfTheContainerEngine() throws IOException {
    Run run = cli.run("doctor", "--engine", "container", "--json");

    List<String> found = new ArrayList<>();
    for (JsonObject finding : run.json().objects("container")) {
      found.add(finding.string("subject") + ": " + finding.string("found"));
    }
    assertThat(found).contains("rights: root", "containers: podman runs them");
    assertThat(run.exitCode()).isZero();
  }
}
