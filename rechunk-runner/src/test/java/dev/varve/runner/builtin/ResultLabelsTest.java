package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Labels, annotations, history and platform of the result. */
final class ResultLabelsTest extends EngineFixture {
  @Test
  void everyLayerNamesItsComponents() throws IOException {
    TestImage image = image().file("opt/app", "x", "user.component", "my app");

    RechunkResult result = bench.rechunk(image, "dest", PLAIN);

    assertThat(bench.manifest("dest").layers())
        .extracting(layer -> layer.annotations().get("dev.varve.components"))
        .containsExactly(
            "dir:/etc",
            "dir:/opt",
            "dir:/srv",
            "dir:/usr/bin",
            "dir:/usr/lib",
            "dir:/usr/share/doc",
            "directories",
            "xattr:my%20app");
    assertThat(result.image().state().layers())
        .extracting(LayerState::components)
        .startsWith(List.of("dir:/etc"), List.of("dir:/opt"));
  }

  @Test
  void theConfigAndItsLabelsAreKeptAndNewLabelsAdded() throws IOException {
    TestImage image =
        image()
            .config("author", "somebody")
            .config(
                "config",
                JsonObject.EMPTY
                    .with("Cmd", List.of("/sbin/init"))
                    .with("Env", List.of("PATH=/bin"))
                    .with("User", "1000")
                    .with(
                        "Labels",
                        Map.of(
                            "containers.bootc", "1",
                            "ostree.commit", "stale",
                            "ostree.final-diffid", "stale",
                            "rechunk.prev-ref", "stale",
                            "rechunk.chunks", "stale")));

    bench.rechunk(image, "dest", PLAIN);

    ImageConfig config = bench.config("dest");
    JsonObject run = config.json().object("config");
    assertThat(config.labels())
        .isEqualTo(
            Map.of(
                "containers.bootc", "1",
                "rechunk.version", "varve development",
                "rechunk.chunks", "7"));
    assertThat(run.without("Labels"))
        .hasToString("{\"Cmd\":[\"/sbin/init\"],\"Env\":[\"PATH=/bin\"],\"User\":\"1000\"}");
    assertThat(config.json().string("author")).isEqualTo("somebody");
    assertThat(config.json().string("created")).isEqualTo("2024-05-01T00:00:00Z");
    assertThat(config.platform()).hasToString("linux/amd64");
  }

  @Test
  void labelsAreSetAndRemovedOnRequestIncludingVarvesOwn() throws IOException {
    TestImage image = image().labels(Map.of("a", "1", "b", "2", "c", "3"));

    bench.rechunk(
        image,
        "dest",
        request ->
            request
                .label("a", "one")
                .label("new", "")
                .withoutLabel("b")
                .withoutLabel("nowhere")
                .withoutLabel("rechunk.version"));

    assertThat(bench.config("dest").labels())
        .isEqualTo(Map.of("a", "one", "c", "3", "new", "", "rechunk.chunks", "7"));
  }

  @Test
  void thePreviousImageIsNamedInALabel() throws IOException {
    RechunkResult first = bench.rechunk(image(), "first", PLAIN);

    bench.rechunk(image(), "second", bench.open("first"), PLAIN);

    assertThat(bench.config("second").labels())
        .containsEntry("rechunk.prev-ref", first.image().descriptor().digest().toString());
  }

  @Test
  void annotationsAreKeptAndAdded() throws IOException {
    TestImage image =
        image().annotation("title", "os").annotation("ostree.version", "41").annotation("x", "1");

    bench.rechunk(image, "dest", request -> request.annotation("x", "2").annotation("y", "3"));

    assertThat(bench.manifest("dest").annotations())
        .isEqualTo(
            Map.of(
                "title",
                "os",
                "x",
                "2",
                "y",
                "3",
                "dev.varve.clamp",
                "1714521600",
                "dev.varve.source",
                Digest.of(bench.config("build").toBytes()).toString()));
  }

  @Test
  void theHistoryListsTheLayersThenTheStepsOfTheSource() throws IOException {
    TestImage image =
        image()
            .config(
                "history",
                List.of(
                    JsonObject.EMPTY.with("created_by", "COPY . /"),
                    JsonObject.EMPTY.with("created_by", "ENV a=b").with("empty_layer", true)));

    bench.rechunk(image, "dest", request -> request.maxLayers(2));

    assertThat(bench.config("dest").history().stream().map(JsonObject::toString))
        .containsExactly(
            "{\"created\":\"2024-05-01T00:00:00Z\",\"created_by\":\"dir:/etc dir:/opt dir:/srv"
                + " dir:/usr/bin dir:/usr/lib dir:/usr/share/doc\",\"comment\":\"varve rechunk\"}",
            "{\"created\":\"2024-05-01T00:00:00Z\",\"created_by\":\"directories\","
                + "\"comment\":\"varve rechunk\"}",
            "{\"created_by\":\"COPY . /\",\"empty_layer\":true}",
            "{\"created_by\":\"ENV a=b\",\"empty_layer\":true}");
  }

  @Test
  void theHistoryCountsManyComponents() throws IOException {
    TestImage image = new TestImage().layer();
    for (int i = 10; i < 20; i++) {
      image.file("d" + i + "/file", "x");
    }

    bench.rechunk(image, "dest", request -> request.maxLayers(1));

    assertThat(bench.config("dest").history().get(0).string("created_by"))
        .isEqualTo(
            "dir:/d10 dir:/d11 dir:/d12 dir:/d13 dir:/d14 dir:/d15 dir:/d16 dir:/d17 and 2 more");
  }

  @Test
  void aLabelOfAnotherToolAboutTheLayersIsDroppedWithANotice() throws IOException {
    TestImage image = image().labels(Map.of("dev.hhd.rechunk.info", "{}", "a", "1"));

    bench.rechunk(image, "dest", PLAIN);

    assertThat(bench.config("dest").labels())
        .doesNotContainKey("dev.hhd.rechunk.info")
        .containsEntry("a", "1");
    assertThat(bench.notices)
        .contains(
            "dropping the label dev.hhd.rechunk.info of oci:build: it describes the layers of the"
                + " source");
  }

  @Test
  void aRequestedLabelAboutTheLayersIsKept() throws IOException {
    TestImage image = image().labels(Map.of("dev.hhd.rechunk.info", "{}"));

    bench.rechunk(image, "dest", request -> request.label("dev.hhd.rechunk.info", "mine"));

    assertThat(bench.config("dest").labels()).containsEntry("dev.hhd.rechunk.info", "mine");
    assertThat(bench.notices).noneMatch(notice -> notice.startsWith("dropping"));
  }

  @Test
  void aLabelThatIsNotUtf8IsKept() throws IOException {
    TestImage image = image().labels(Map.of("title", "caf\uDCE9", "note", "früh"));

    bench.rechunk(image, "dest", request -> request.label("other", "<date>"));

    assertThat(bench.config("dest").labels())
        .containsEntry("title", "caf\uDCE9")
        .containsEntry("note", "früh");
    byte[] config =
        Files.readAllBytes(bench.blob("dest", bench.manifest("dest").config().digest()));
    assertThat(new String(config, StandardCharsets.ISO_8859_1)).contains("\"title\":\"caf\u00e9\"");
  }

  @Test
  void theImageIsPublishedForItsPlatform() throws IOException {
    bench.rechunk(image().config("architecture", "s390x"), "dest", PLAIN);

    try (ImageSource image =
        OciLayout.open(
            bench.path("dest"),
            "",
            PlatformChoice.only(Platform.parse("linux/s390x")),
            "oci:dest")) {
      assertThat(image.config().platform()).hasToString("linux/s390x");
    }
  }
}
