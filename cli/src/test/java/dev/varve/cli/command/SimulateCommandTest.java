package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulateCommandTest {
  private static final List<String> DAYS = List.of("1", "2", "3", "4");

  @TempDir private Path directory;
  private Cli cli;

  /** Four builds, of which each changes another directory, rechunked into four layers. */
  @BeforeEach
  void writeSeries() throws IOException {
    cli = new Cli(directory);
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      file(name, "0");
    }
    String previous = "";
    for (String day : DAYS) {
      file(List.of("a", "b", "c", "d").get(Integer.parseInt(day) - 1), day);
      rechunk("os", day, previous, "4");
      previous = day;
    }
  }

  private void file(String name, String content) throws IOException {
    Path file = directory.resolve("root/usr/share/" + name + "/file");
    Files.createDirectories(file.getParent());
    Files.writeString(file, content.repeat(1000 * (1 + name.charAt(0) - 'a')));
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(0));
  }

  private void rechunk(String layout, String tag, String previous, String layers) {
    List<String> line =
        previous.isEmpty()
            ? List.of(
                "rechunk",
                "-q",
                "rootfs:DIR/root",
                "oci:DIR/" + layout + ":" + tag,
                "--max-layers",
                layers)
            : List.of(
                "rechunk",
                "-q",
                "rootfs:DIR/root",
                "oci:DIR/" + layout + ":" + tag,
                "--max-layers",
                layers,
                "--prev",
                "oci:DIR/" + layout + ":" + previous);
    Run run = cli.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private JsonObject setting(Run run, int index) throws IOException {
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json().objects("settings").get(index);
  }

  private static long bytes(JsonObject setting, int schedule) throws IOException {
    return setting.objects("schedules").get(schedule).number("updateBytes");
  }

  private long diff(String... images) throws IOException {
    String[] line = new String[images.length + 3];
    System.arraycopy(images, 0, line, 3, images.length);
    line[0] = "diff";
    line[1] = "-q";
    line[2] = "--json";
    long sum = 0;
    for (JsonObject step : cli.run(line).json().objects("steps")) {
      sum += step.number("updateBytes");
    }
    return sum;
  }

  @Test
  void theSeriesAsPublishedCostsWhatDiffSays() throws IOException {
    JsonObject published = setting(cli.run("simulate", "-q", "oci:DIR/os", "--json"), 0);
    assertThat(published.string("name")).isEqualTo("as published");
    assertThat(bytes(published, 0))
        .isEqualTo(diff("oci:DIR/os:1", "oci:DIR/os:2", "oci:DIR/os:3", "oci:DIR/os:4"));
    assertThat(bytes(published, 1)).isEqualTo(diff("oci:DIR/os:1", "oci:DIR/os:3", "oci:DIR/os:4"));
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void aSimulatedSettingCostsWhatRechunkingDoes() throws IOException {
    JsonObject same =
        setting(cli.run("simulate", "-q", "oci:DIR/os", "--max-layers", "2,4", "--json"), 2);
    assertThat(same.number("maxLayers")).isEqualTo(4);
    assertThat(bytes(same, 0))
        .isEqualTo(diff("oci:DIR/os:1", "oci:DIR/os:2", "oci:DIR/os:3", "oci:DIR/os:4"));
    assertThat(same.number("imageBytes"))
        .isEqualTo(
            cli.run("diff", "-q", "--json", "oci:DIR/os:1", "oci:DIR/os:4")
                .json()
                .objects("steps")
                .get(0)
                .number("totalBytes"));
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void fewerLayersAreSimulatedAsTheyWouldBeRechunked() throws IOException {
    String previous = "";
    for (String day : DAYS) {
      Run run =
          cli.run(
              previous.isEmpty()
                  ? new String[] {
                    "rechunk", "-q", "oci:DIR/os:" + day, "oci:DIR/two:" + day, "--max-layers", "2"
                  }
                  : new String[] {
                    "rechunk",
                    "-q",
                    "oci:DIR/os:" + day,
                    "oci:DIR/two:" + day,
                    "--max-layers",
                    "2",
                    "--prev",
                    "oci:DIR/two:" + previous
                  });
      assertThat(run.exitCode()).as(run.err()).isZero();
      previous = day;
    }
    JsonObject two =
        setting(cli.run("simulate", "-q", "oci:DIR/os", "--max-layers", "2", "--json"), 1);
    assertThat(bytes(two, 0))
        .isEqualTo(diff("oci:DIR/two:1", "oci:DIR/two:2", "oci:DIR/two:3", "oci:DIR/two:4"));
    assertThat(bytes(two, 1)).isEqualTo(diff("oci:DIR/two:1", "oci:DIR/two:3", "oci:DIR/two:4"));
  }

  @Test
  void theTableHasARowForEachSetting() {
    Run run =
        cli.run("simulate", "-q", "oci:DIR/os", "--compression", "none,gzip:1", "--every", "1,3");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.report().get(0)).isEqualTo("downloads from 1 to 4, 4 images:");
    assertThat(run.report().get(1)).endsWith("  every build  every 3");
    assertThat(run.report()).hasSize(5);
    assertThat(run.report().get(3)).startsWith("  --max-layers 120 --compression none ");
    assertThat(run.report().get(4)).startsWith("  --max-layers 120 --compression gzip:1 ");
  }

  @Test
  void csvHasALineForEachSettingAndSchedule() {
    Run run = cli.run("simulate", "-q", "oci:DIR/os", "--every", "1,2", "--csv");
    assertThat(run.report().get(0))
        .isEqualTo("maxLayers,compression,layers,imageBytes,every,updates,updateBytes,deltaBytes");
    assertThat(run.report()).hasSize(3);
    assertThat(run.report().get(1)).matches(",,4,\\d+,1,3,\\d+,");
    assertThat(run.report().get(2)).matches(",,4,\\d+,2,2,\\d+,");
  }

  @Test
  void patternAndNumberChooseAmongTheImages() throws IOException {
    Run run =
        cli.run("simulate", "-q", "oci:DIR/os", "--pattern", "[134]", "--last", "2", "--json");
    assertThat(run.json().objects("images").stream().map(SimulateCommandTest::name))
        .containsExactly("3", "4");
    Run one = cli.run("simulate", "-q", "oci:DIR/os", "--last", "1");
    assertThat(one.exitCode()).isEqualTo(2);
    assertThat(one.err()).contains("expected at least two images in oci:DIR/os, found 1");
    Run every = cli.run("simulate", "-q", "oci:DIR/os", "--every", "4");
    assertThat(every.exitCode()).isEqualTo(2);
    assertThat(every.err())
        .contains(
            "--every: expected numbers of builds from 1, and one below the number of images, 4,"
                + " got 4");
  }

  private static String name(JsonObject image) {
    try {
      return image.string("name");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRepositoryIsReadWithItsDeltasAndOnlyItsManifests() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String repository = "docker://" + registry.host() + "/owner/os";
      for (String day : DAYS) {
        assertThat(cli.run("copy", "-q", "oci:DIR/os:" + day, repository + ":" + day).exitCode())
            .isZero();
      }
      cli.run("copy", "-q", "oci:DIR/os:4", repository + ":latest");
      cli.with("COSIGN_PASSWORD", "");
      assertThat(cli.run("generate-key-pair", "--output-key-prefix", "DIR/key").exitCode())
          .isZero();
      Run signed = cli.run("sign", "-q", repository + ":1", "--key", "DIR/key.key");
      assertThat(signed.exitCode()).as(signed.err()).isZero();
      Run made =
          cli.run(
              "delta", "create", "-q", repository + ":3", repository + ":4", repository, "--json");
      assertThat(made.exitCode()).as(made.err()).isZero();
      registry.clearRequests();
      Run run = cli.run("simulate", "-q", repository, "--json");
      JsonObject published = setting(run, 0);
      assertThat(run.json().objects("images").stream().map(SimulateCommandTest::name))
          .containsExactly("1", "2", "3", "4");
      assertThat(bytes(published, 0))
          .isEqualTo(diff("oci:DIR/os:1", "oci:DIR/os:2", "oci:DIR/os:3", "oci:DIR/os:4"));
      assertThat(published.objects("schedules").get(0).number("deltaBytes"))
          .isEqualTo(
              diff("oci:DIR/os:1", "oci:DIR/os:2", "oci:DIR/os:3")
                  + made.json().number("deltaBytes"));
      assertThat(registry.requests("(GET|HEAD) .*")).hasSameSizeAs(registry.requests());
    }
  }
}
