package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.compress.Compression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.runner.OtherImage;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Builds with a previous image, with or without its state. */
final class NextBuildTest extends EngineFixture {
  @Test
  void twoEqualRunsGiveTheSameImageAndState() throws IOException {
    RechunkResult one = bench.rechunk(image(), "one", PLAIN);
    RechunkResult two = bench.rechunk(image(), "two", PLAIN);

    assertThat(two.image().descriptor()).isEqualTo(one.image().descriptor());
    assertThat(bench.list("two")).isEqualTo(bench.list("one"));
  }

  @Test
  void newTimesOfUnchangedFilesChangeNoLayer() throws IOException {
    RechunkResult first = bench.rechunk(image(), "first", PLAIN);
    TestImage later =
        image()
            .config("created", "2024-06-01T00:00:00Z")
            .layer()
            .file(
                "etc/generated", "the same".getBytes(StandardCharsets.UTF_8), 0644, 1_714_600_000);
    TestImage earlier =
        image()
            .layer()
            .file(
                "etc/generated", "the same".getBytes(StandardCharsets.UTF_8), 0644, 1_714_550_000);
    bench.rechunk(earlier, "second", bench.open("first"), PLAIN);

    RechunkResult third = bench.rechunk(later, "third", bench.open("second"), PLAIN);

    assertThat(third.reused()).hasSize(7);
    assertThat(third.image().state().clamp())
        .isEqualTo(first.image().state().clamp())
        .isEqualTo(1_714_521_600);
  }

  @Test
  void anUnchangedImageReusesEveryBlob() throws IOException {
    bench.rechunk(image(), "first", PLAIN);

    RechunkResult result =
        bench.rechunk(
            image(), "second", bench.open("first"), r -> r.compression(Compression.parse("none")));

    Manifest first = bench.manifest("first");
    assertThat(bench.manifest("second").layers()).isEqualTo(first.layers());
    assertThat(result.reused()).isEqualTo(digests(first));
    for (Descriptor layer : first.layers()) {
      assertThat(Files.isSameFile(blob("first", layer), blob("second", layer))).isTrue();
    }
  }

  @Test
  void onlyTheChangedLayerIsNew() throws IOException {
    bench.rechunk(image(), "first", PLAIN);
    TestImage next = image().file("opt/file", "changed");

    RechunkResult result = bench.rechunk(next, "second", bench.open("first"), VERIFIED);

    List<Descriptor> fresh = new ArrayList<>(bench.manifest("second").layers());
    fresh.removeIf(layer -> result.reused().contains(layer.digest()));
    assertThat(fresh)
        .extracting(layer -> layer.annotations().get("dev.varve.components"))
        .containsExactly("dir:/opt");
    assertThat(result.reused()).hasSize(6).isSubsetOf(digests(bench.manifest("first")));
    assertThat(result.previous().orElseThrow().reference()).isEqualTo("oci:first");
    PlanState state = result.image().state();
    assertThat(state.components().get("dir:/opt"))
        .extracting("changed")
        .isEqualTo(List.of(1_714_521_600L));
    assertThat(state.components().get("dir:/etc")).extracting("changed").isEqualTo(List.of());
  }

  @Test
  void aPreviousImageMayBeInTheDestination() throws IOException {
    bench.rechunk(image(), "dest", PLAIN);
    List<String> before = bench.list("dest");

    RechunkResult result =
        bench.rechunk(image().file("opt/file", "changed"), "dest", bench.open("dest"), VERIFIED);

    assertThat(result.reused()).hasSize(6);
    assertThat(bench.list("dest")).containsAll(before);
    assertThat(bench.differences("build", "dest")).isEmpty();
  }

  @Test
  void aChangedDirectoryChangesTheLayersWithFilesBelow() throws IOException {
    bench.rechunk(image(), "first", PLAIN);

    RechunkResult result =
        bench.rechunk(image().directory("usr", 0700), "second", bench.open("first"), VERIFIED);

    assertThat(result.reused()).hasSize(4);
    assertThat(bench.differences("build", "second")).isEmpty();
  }

  @Test
  void aLostStateIsRebuiltFromTheLayersOfThePreviousImage() throws IOException {
    bench.rechunk(image(), "first", r -> r.maxLayers(4));
    TestImage next = image().file("opt/file", "changed");
    next.writeTo(bench.path("build"));
    RechunkResult expected;
    RechunkResult result;
    try (ImageSource first = bench.open("first")) {
      expected = bench.rechunk("build", "expected", r -> r.maxLayers(4).previous(first));
      result = bench.rechunk("build", "dest", r -> r.maxLayers(4).previous(withoutState(first)));
    }

    assertThat(bench.notices)
        .contains("oci:first has no Varve state: rebuilding it from the image's layers");
    assertThat(result.reused()).isEqualTo(expected.reused()).isNotEmpty();
    assertThat(bench.manifest("dest").layers())
        .containsExactlyInAnyOrderElementsOf(bench.manifest("expected").layers());
    assertThat(result.image().state().components())
        .isEqualTo(expected.image().state().components());
  }

  @Test
  void aForeignImageDoesNotShapeThePlan() throws IOException {
    TestImage image =
        new TestImage().layer().file("etc/a", "a").file("opt/b", "b").layer().file("usr/c", "c");
    RechunkResult fresh = bench.rechunk(image, "fresh", PLAIN);

    RechunkResult result = bench.rechunk(image, "dest", bench.open("build"), VERIFIED);

    assertThat(result.image().state().layers()).isEqualTo(fresh.image().state().layers());
    assertThat(result.image().state().layers()).hasSize(3);
    assertThat(result.reused()).isEmpty();
    assertThat(result.previous().orElseThrow().state().layers())
        .extracting(LayerState::components)
        .containsExactly(List.of("dir:/etc", "dir:/opt"), List.of("dir:/usr"));
  }

  @Test
  void theHistoryAfterAForeignImageBeginsWithThatImage() throws IOException {
    image().writeTo(bench.path("old"));
    TestImage next = image().config("created", "2024-05-02T00:00:00Z").file("opt/file", "changed");

    RechunkResult result = bench.rechunk(next, "dest", bench.open("old"), PLAIN);

    assertThat(result.image().state().images()).containsExactly(1_714_521_600L, 1_714_608_000L);
    assertThat(result.image().state().components().get("dir:/opt"))
        .extracting("changed")
        .isEqualTo(List.of(1_714_608_000L));
  }

  @Test
  void aGivenPlanReplacesThePlanOfThePreviousImage() throws IOException {
    PlanState four = bench.rechunk(image(), "four", r -> r.maxLayers(4)).image().state();
    bench.rechunk(image(), "seven", PLAIN);

    RechunkResult result = bench.rechunk(image(), "dest", bench.open("seven"), r -> r.plan(four));

    assertThat(result.image().state().layers()).isEqualTo(four.layers());
    assertThat(result.reused()).isNotEmpty().isSubsetOf(digests(bench.manifest("seven")));
  }

  @Test
  void reusedLayersOfADockerManifestHaveOciMediaTypes() throws IOException {
    bench.rechunk(image(), "first", r -> r.compression(Compression.parse("gzip")));

    RechunkResult result = bench.rechunk(image(), "second", docker(bench.open("first")), PLAIN);

    assertThat(result.reused()).hasSize(7);
    assertThat(bench.manifest("second").mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(bench.manifest("second").layers())
        .extracting(Descriptor::mediaType)
        .containsOnly("application/vnd.oci.image.layer.v1.tar+gzip");
  }

  private static Set<Digest> digests(Manifest manifest) {
    Set<Digest> digests = new HashSet<>();
    manifest.layers().forEach(layer -> digests.add(layer.digest()));
    return digests;
  }

  private static ImageSource withoutState(ImageSource image) {
    return new OtherImage(image) {
      @Override
      public Optional<Manifest> referrer(String artifactType) {
        return Optional.empty();
      }
    };
  }

  /** Returns the image after a conversion to Docker's schema 2, which has no annotations. */
  private static ImageSource docker(ImageSource image) {
    List<Descriptor> layers =
        image.manifest().layers().stream()
            .map(
                layer ->
                    new Descriptor(
                        "application/vnd.docker.image.rootfs.diff.tar.gzip",
                        layer.digest(),
                        layer.size()))
            .toList();
    Manifest converted =
        new Manifest(
            MediaTypes.DOCKER_MANIFEST,
            Optional.empty(),
            image.manifest().config(),
            layers,
            Optional.empty(),
            Map.of());
    return new OtherImage(withoutState(image)) {
      @Override
      public Manifest manifest() {
        return converted;
      }
    };
  }
}
