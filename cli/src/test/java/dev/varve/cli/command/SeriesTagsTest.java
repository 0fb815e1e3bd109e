package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tags of a repository are the images of a series, for report and simulate. */
final class SeriesTagsTest {
  private static final String REPOSITORY = "owner/os";
  private static final Platform OWN = Platform.current();
  private static final String OTHER = OWN.architecture().equals("arm64") ? "amd64" : "arm64";

  @TempDir private Path directory;
  private Cli cli;
  private FakeRegistry registry;
  private String place;

  @BeforeEach
  void start() throws IOException {
    cli = new Cli(directory);
    registry = FakeRegistry.start();
    place = "docker://" + registry.host() + "/" + REPOSITORY;
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  /** Puts an image with a layer of its own: an empty archive. */
  private Descriptor image(String tag, String architecture, int day, int bytes) throws IOException {
    byte[] layer = new byte[bytes];
    JsonObject config =
        JsonObject.EMPTY
            .with("architecture", architecture)
            .with("os", "linux")
            .with("created", "2025-10-0%dT00:00:00Z".formatted(day))
            .with(
                "rootfs",
                JsonObject.EMPTY
                    .with("type", "layers")
                    .with("diff_ids", List.of(Digest.of(layer).toString())));
    registry.put(REPOSITORY, layer);
    registry.put(REPOSITORY, config.toBytes());
    return put(
        tag,
        new Manifest(
            Descriptor.of(MediaTypes.OCI_CONFIG, config.toBytes()),
            List.of(Descriptor.of(MediaTypes.OCI_LAYER, layer)),
            Map.of()));
  }

  private Descriptor put(String tag, Manifest manifest) {
    return registry.putManifest(REPOSITORY, tag, manifest.mediaType(), manifest.toBytes());
  }

  private void index(String tag, Descriptor... manifests) throws IOException {
    ImageIndex index = ImageIndex.EMPTY.withManifests(List.of(manifests));
    registry.putManifest(REPOSITORY, tag, MediaTypes.OCI_INDEX, index.toBytes());
  }

  private Descriptor artifact(String tag, String configType, String config, String layerType)
      throws IOException {
    byte[] blob = ("the blob of " + tag).getBytes(UTF_8);
    registry.put(REPOSITORY, blob);
    registry.put(REPOSITORY, config.getBytes(UTF_8));
    return put(
        tag,
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            configType.equals(MediaTypes.OCI_EMPTY)
                ? Optional.of("application/spdx+json")
                : Optional.empty(),
            Descriptor.of(configType, config.getBytes(UTF_8)),
            List.of(Descriptor.of(layerType, blob)),
            Optional.empty(),
            Map.of()));
  }

  private Run ok(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static List<String> names(Run run) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonObject image : run.json().objects("images")) {
      names.add(image.string("name"));
    }
    return names;
  }

  private static List<Long> updates(Run run) throws IOException {
    List<Long> bytes = new ArrayList<>();
    for (JsonObject update : run.json().objects("updates")) {
      bytes.add(update.number("updateBytes"));
    }
    return bytes;
  }

  private void artifacts() throws IOException {
    Descriptor bill = artifact("bill", MediaTypes.OCI_EMPTY, "{}", "application/spdx+json");
    artifact(
        "signature",
        MediaTypes.OCI_CONFIG,
        "{\"rootfs\":{\"diff_ids\":[]}}",
        "application/vnd.dev.cosign.simplesigning.v1+json");
    artifact("chart", "application/vnd.example.config", "no JSON", MediaTypes.OCI_LAYER);
    JsonObject entry =
        JsonObject.EMPTY
            .with("mediaType", bill.mediaType())
            .with("digest", bill.digest().toString())
            .with("size", bill.size())
            .with("artifactType", "application/spdx+json");
    index("artifacts", Descriptor.fromJson(entry));
  }

  @Test
  void tagsOfArtifactsAreLeftOut() throws IOException {
    image("1", OWN.architecture(), 1, 1024);
    image("2", OWN.architecture(), 2, 2048);
    artifacts();
    Run report = ok("report", place, "--json");
    assertThat(names(report)).containsExactly("1", "2");
    assertThat(report.err()).contains("left out 4 tags of artifacts");
    assertThat(names(ok("simulate", place, "--json"))).containsExactly("1", "2");
    ok("copy", "-q", place + ":1", "oci:DIR/layout:1");
    ok("copy", "-q", place + ":bill", "oci:DIR/layout:bill");
    assertThat(names(ok("report", "-q", "oci:DIR/layout", "--json"))).containsExactly("1");
  }

  @Test
  void anArtifactIsNoImageForAnyCommand() throws IOException {
    String image = place + ":1";
    image("1", OWN.architecture(), 1, 1024);
    artifacts();
    for (String tag : List.of("bill", "signature", "chart")) {
      String artifact = place + ":" + tag;
      String type =
          switch (tag) {
            case "bill" -> "application/spdx+json";
            case "signature" -> "application/vnd.dev.cosign.simplesigning.v1+json";
            default -> "application/vnd.example.config";
          };
      for (List<String> line :
          List.of(
              List.of("report", image, artifact),
              List.of("simulate", image, artifact),
              List.of("diff", image, artifact),
              List.of("inspect", artifact),
              List.of("lint", artifact),
              List.of("plan", "show", artifact),
              List.of("changelog", artifact, artifact),
              List.of("verify-content", artifact, artifact))) {
        Run run = cli.run(line.toArray(String[]::new));
        assertThat(run.exitCode()).as(line + ": " + run.err()).isEqualTo(1);
        assertThat(run.err())
            .contains(
                "opening " + artifact + ": expected an image, got an artifact of type " + type);
      }
    }
  }

  @Test
  void aSeriesHasOnePlatform() throws IOException {
    for (int day = 1; day <= 2; day++) {
      Descriptor own = image("40-" + day + "-own", OWN.architecture(), day, day * 1024);
      Descriptor other = image("40-" + day + "-other", OTHER, day, day * 3072);
      index("40-" + day, own, other);
    }
    for (List<String> options : List.of(List.<String>of(), List.of("--platform", OWN.toString()))) {
      List<String> line = new ArrayList<>(List.of("report", place, "--json"));
      line.addAll(options);
      Run run = ok(line.toArray(String[]::new));
      assertThat(names(run)).containsExactly("40-1", "40-2");
      assertThat(updates(run)).containsExactly(2048L);
      assertThat(run.err())
          .contains("left out 2 tags for other platforms than " + OWN + ": linux/" + OTHER);
    }
    Run other = ok("report", place, "--json", "--platform", "linux/" + OTHER);
    assertThat(updates(other)).containsExactly(6144L);
    Run simulated = ok("simulate", place, "--json", "--platform", "linux/" + OTHER);
    assertThat(
            simulated
                .json()
                .objects("settings")
                .get(0)
                .objects("schedules")
                .get(0)
                .number("updateBytes"))
        .isEqualTo(6144);
  }

  @Test
  void imagesForOneOtherPlatformAreASeriesOfIt() throws IOException {
    image("1", "s390x", 1, 1024);
    image("2", "s390x", 2, 2048);
    Run run = ok("report", place, "--json");
    assertThat(names(run)).containsExactly("1", "2");
    assertThat(run.err()).contains("no image is for " + OWN + ": took those for linux/s390x");
    image("3", "riscv64", 3, 3072);
    assertThat(failed("report", place))
        .contains(
            "expected images for "
                + OWN
                + ", there are linux/riscv64, linux/s390x; --platform selects one of them");
    assertThat(failed("report", place, "--platform", OWN.toString()))
        .contains(
            "expected at least one image in "
                + place
                + ", found none; 3 tags for other platforms than "
                + OWN
                + ": linux/riscv64, linux/s390x");
    assertThat(failed("report", place + ":1", "--platform", "linux/riscv64"))
        .contains(
            "opening "
                + place
                + ":1: expected an image for linux/riscv64, got one for linux/s390x");
  }

  @Test
  void readingCommandsTakeTheImageOfAPlatform() throws IOException {
    index("1", image("1-own", OWN.architecture(), 1, 1024), image("1-other", OTHER, 1, 3072));
    image("2", OTHER, 2, 4096);
    Run diff =
        ok("diff", "-q", "--json", "--platform", "linux/" + OTHER, place + ":1", place + ":2");
    JsonObject step = diff.json().objects("steps").get(0);
    assertThat(step.object("from").string("digest"))
        .isEqualTo(
            ok("copy", "-q", "--json", place + ":1-other", "oci:DIR/x:1").json().string("digest"));
    assertThat(failed("inspect", "--platform", "linux/s390x", place + ":2"))
        .contains(
            "opening " + place + ":2: expected an image for linux/s390x, there is linux/" + OTHER);
  }

  private String failed(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isNotZero();
    return run.err();
  }

  @Test
  void aPatternThatMatchesNothingIsNamed() throws IOException {
    image("1", OWN.architecture(), 1, 1024);
    image("2", OWN.architecture(), 2, 2048);
    for (String command : List.of("report", "simulate")) {
      Run run = cli.run(command, place, "--pattern", "zzz");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains(
              "expected at least one image in "
                  + place
                  + ", found none; --pattern zzz matches none of 2 tags");
      Run one = cli.run(command, place + ":1", place + ":2", "--pattern", "1");
      assertThat(one.exitCode()).isEqualTo(2);
      assertThat(one.err())
          .contains(
              "--pattern 1 and "
                  + place
                  + ":1 contradict each other: expected a repository or a layout, got one image");
      Run last = cli.run(command, place, "--last", "99999999999");
      assertThat(last.exitCode()).isEqualTo(2);
      assertThat(last.err())
          .contains("'--last': expected a whole number up to 2147483647, got \"99999999999\"");
    }
  }
}
