package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.Predecessor;
import dev.varve.core.rootfs.DirectorySource;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.StateArtifact;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One source, rechunked repeatedly to one destination. */
class RepeatedRunsTest {
  @TempDir Path directory;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(directory);
  }

  private static TestImage build(String motd) {
    return new TestImage()
        .layer()
        .file("etc/motd", motd)
        .file("usr/bin/tool", "tool")
        .labels(Map.of("built", motd));
  }

  private RechunkResult rechunk(String motd) throws IOException {
    return Files.exists(bench.path("dest"))
        ? bench.rechunk(build(motd), "dest", bench.open("dest"), this::withPredecessors)
        : bench.rechunk(build(motd), "dest", this::withPredecessors);
  }

  private Options withPredecessors(Options request) {
    return request.predecessors(this::find);
  }

  private Optional<ImageSource> find(Digest digest) throws IOException {
    return OciLayout.find(bench.path("dest"), digest, "oci:dest@" + digest);
  }

  private static Descriptor image(RechunkResult result) {
    return result.image().descriptor();
  }

  private List<String> notices() {
    return bench.notices.stream().filter(notice -> notice.startsWith("oci:")).toList();
  }

  @Test
  void aRepeatedFirstBuildGivesTheSameImage() throws IOException {
    Descriptor first = image(rechunk("monday"));

    RechunkResult second = rechunk("monday");
    RechunkResult third = rechunk("monday");

    assertThat(List.of(image(second), image(third))).containsOnly(first);
    assertThat(third.previous()).isEmpty();
    assertThat(notices())
        .containsExactly(
            "oci:dest was made from the same source: planning with the same image as before,"
                + " no image",
            "oci:dest was made from the same source: planning with the same image as before,"
                + " no image");
  }

  @Test
  void aRepeatedBuildGivesTheSameImageEvenAfterItMovedTheTag() throws IOException {
    Descriptor monday = image(rechunk("monday"));
    RechunkResult tuesday = rechunk("tuesday");

    RechunkResult again = rechunk("tuesday");

    assertThat(image(again)).isEqualTo(image(tuesday)).isNotEqualTo(monday);
    assertThat(again.image().state()).isEqualTo(tuesday.image().state());
    assertThat(again.previous().orElseThrow().descriptor()).isEqualTo(monday);
    assertThat(again.reused()).isEqualTo(tuesday.reused()).isNotEmpty();
    assertThat(notices())
        .containsExactly(
            "oci:dest was made from the same source: planning with the same image as before,"
                + " oci:dest@"
                + monday.digest());
    assertThat(bench.config("dest").labels())
        .containsEntry("rechunk.prev-ref", monday.digest().toString());
  }

  @Test
  void theExistingImageIsPlannedWithIfItsPredecessorIsMissing() throws IOException {
    Descriptor monday = image(rechunk("monday"));
    Descriptor tuesday = image(rechunk("tuesday"));
    Files.delete(bench.blob("dest", monday.digest()));

    RechunkResult again = rechunk("tuesday");

    assertThat(again.previous().orElseThrow().descriptor()).isEqualTo(tuesday);
    assertThat(notices())
        .containsExactly(
            "oci:dest was made from the same source, and the image that it was planned with is"
                + " missing ("
                + monday.digest()
                + "): planning with oci:dest");
  }

  @Test
  void aStateThatNamesItsOwnImageEndsTheSearch() throws IOException {
    Descriptor monday = image(rechunk("monday"));
    try (ImageSource there = bench.open("dest");
        ImageSink sink = OciLayout.create(bench.path("dest"), "", "oci:dest")) {
      for (Descriptor blob : there.manifest().blobs()) {
        sink.reuse(there, blob);
      }
      PlanState state =
          PublishedImage.attachedState(there)
              .orElseThrow()
              .withPredecessor(new Predecessor(monday.digest(), Optional.empty()));
      Manifest artifact = StateArtifact.write(state, monday, sink);
      sink.commit(there.manifest(), there.config().platform(), List.of(artifact));
    }

    RechunkResult again = rechunk("monday");

    assertThat(again.previous().orElseThrow().descriptor()).isEqualTo(monday);
    assertThat(notices()).hasSize(1);
  }

  @Test
  void thePredecessorIsFoundByTheLabelOfAnOlderVersion() throws IOException {
    Descriptor monday = image(rechunk("monday"));
    bench.rechunk(
        build("tuesday"),
        "dest",
        bench.open("dest"),
        request -> request.label("rechunk.prev-ref", "oci:elsewhere@" + monday.digest()));
    assertThat(rechunk("tuesday").previous().orElseThrow().descriptor()).isEqualTo(monday);
  }

  @Test
  void withoutPredecessorsThePreviousImageIsAlwaysUsed() throws IOException {
    Descriptor first = image(bench.rechunk(build("monday"), "dest", request -> request));

    RechunkResult second =
        bench.rechunk(build("monday"), "dest", bench.open("dest"), request -> request);

    assertThat(second.previous().orElseThrow().descriptor()).isEqualTo(first);
    assertThat(notices()).isEmpty();
  }

  @Test
  void aDirectoryIsTheSameSourceIfItsFilesAreTheSame() throws IOException {
    Path root = Files.createDirectories(directory.resolve("root/etc"));
    Files.writeString(root.resolve("motd"), "monday");
    Files.setLastModifiedTime(root.resolve("motd"), FileTime.fromMillis(1_600_000_000_000L));
    Descriptor first = image(rechunkDirectory());
    Files.setLastModifiedTime(root, FileTime.fromMillis(1_700_000_000_000L));

    Descriptor second = image(rechunkDirectory());
    Files.writeString(root.resolve("motd"), "tuesday");
    RechunkResult third = rechunkDirectory();

    assertThat(second).isEqualTo(first);
    assertThat(third.previous().orElseThrow().descriptor()).isEqualTo(first);
  }

  private RechunkResult rechunkDirectory() throws IOException {
    ImageConfig config = ImageConfig.forPlatform(Platform.parse("linux/amd64"));
    Path layout = bench.path("dest");
    try (DirectorySource source =
            new DirectorySource(directory.resolve("root"), config, "rootfs:root");
        ImageSink sink = OciLayout.create(layout, "", "oci:dest")) {
      Options options =
          withPredecessors(
              new Options(RechunkRequest.builder(source, sink, bench.path("scratch"))));
      if (!Files.exists(layout.resolve("index.json"))) {
        return options.rechunk();
      }
      try (ImageSource previous = bench.open("dest")) {
        return options.previous(previous).rechunk();
      }
    }
  }
}
