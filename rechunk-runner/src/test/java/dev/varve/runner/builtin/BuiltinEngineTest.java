package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.NoSpaceException;
import dev.varve.core.bytes.Progress;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.MalformedLayerException;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.LostBlobsException;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.plan.Groups;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.tar.TarEntry;
import dev.varve.runner.OtherImage;
import dev.varve.runner.OtherSink;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltinEngineTest {
  private static final UnaryOperator<Options> PLAIN = UnaryOperator.identity();
  private static final UnaryOperator<Options> VERIFIED = BuiltinEngineTest::verified;

  @TempDir Path directory;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(directory);
  }

  /** Six directories, each a component, and two that are empty. */
  private static TestImage image() {
    TestImage image = new TestImage().layer().directory("proc", 0555).directory("var/log", 0755);
    for (String name : List.of("etc", "opt", "srv", "usr/bin", "usr/lib", "usr/share/doc")) {
      image.file(name + "/file", name + " ".repeat(5_000) + name);
    }
    return image;
  }

  @Test
  void theOutputEqualsTheSource() throws IOException {
    TestImage image =
        new TestImage()
            .layer()
            .directory("", 0555)
            .directory("etc", 0755)
            .file("etc/passwd", "root")
            .file("etc/gone", "deleted by the next layer")
            .directory("tmp", 01777)
            .file("usr/bin/su", new byte[5_000], 04755, 1_700_000_000)
            .file("usr/bin/ping", "x", "security.capability", "caps", "security.selinux", "label")
            .hardLink("usr/bin/ping6", "usr/bin/ping")
            .file("usr/lib/caf\uDCE9", "bytes")
            .file("usr/lib/früh", "")
            .file("opt/app/a", "a", "user.component", "app")
            .layer()
            .file("etc/.wh.gone", "")
            .file("etc/passwd", "root, and others")
            .symlink("bin", "usr/bin")
            .symlink("usr/lib/" + "long".repeat(60), "../" + "target/".repeat(40))
            .add("dev/null", TarEntry.Type.CHARACTER_DEVICE, 0666, 0, "", new byte[0])
            .add("run/pipe", TarEntry.Type.FIFO, 0600, 0, "", new byte[0])
            .directory("var/empty", 0700, "user.note", "kept");

    RechunkResult result = bench.rechunk(image, "dest", VERIFIED);

    assertThat(result.verified()).isTrue();
    assertThat(bench.differences("build", "dest")).isEmpty();
    assertThat(bench.paths("dest")).contains("usr/lib/caf\uDCE9").doesNotContain("etc/gone");
  }

  /** A sink that finds out at the commit that a blob isn't there which was to be reused. */
  @Test
  void aLayerThatTheSinkHasLostIsWrittenAnewAndTheImageStaysTheSame() throws IOException {
    bench.rechunk(image(), "first", PLAIN);
    bench.rechunk(image().file("opt/file", "new"), "expected", bench.open("first"), PLAIN);
    Digest lost = bench.manifest("expected").layers().get(0).digest();
    List<Integer> commits = new ArrayList<>();
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public Descriptor commit(
                  Manifest manifest, Platform platform, List<Manifest> artifacts)
                  throws IOException {
                commits.add(manifest.layers().size());
                if (commits.size() == 1) {
                  throw new LostBlobsException("publishing it", Set.of(lost));
                }
                return super.commit(manifest, platform, artifacts);
              }
            });
    RechunkResult result =
        bench.rechunk(image().file("opt/file", "new"), "dest", bench.open("first"), VERIFIED);
    assertThat(commits).hasSize(2);
    assertThat(bench.manifest("dest")).isEqualTo(bench.manifest("expected"));
    assertThat(result.reused()).isNotEmpty().doesNotContain(lost);
    assertThat(bench.notices)
        .contains(
            "publishing it: a blob that an earlier image there names is not there any more: "
                + lost
                + "; writing these layers anew");
  }

  @Test
  void whatWasLostAndIsNoReusedLayerIsAFailure() throws IOException {
    Digest lost = Digest.of(new byte[] {1});
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public Descriptor commit(
                  Manifest manifest, Platform platform, List<Manifest> artifacts)
                  throws IOException {
                throw new LostBlobsException("publishing it", Set.of(lost));
              }
            });
    assertThatThrownBy(() -> bench.rechunk(image(), "dest", PLAIN))
        .isInstanceOf(LostBlobsException.class)
        .hasMessageContaining("publishing it: a blob");
  }

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
  void theConfigAndItsLabelsAreKeptAndLabelsAdded() throws IOException {
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
  void labelsAreSetAndRemovedAsAskedAlsoOurOwn() throws IOException {
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

  private static LayerLimits limits(long contents, long size) {
    return new LayerLimits(contents, size, Runtime.getRuntime().maxMemory());
  }

  @Test
  void zerosArePublishedAndReadAgainHoweverMany() throws IOException {
    TestImage zeros = image().file("opt/zeros", new byte[4 << 20], 0644, 0);

    RechunkResult result =
        bench.rechunk(
            zeros, "dest", request -> request.layerLimits(limits(0, 1 << 30)).verify(true));

    assertThat(result.verified()).isTrue();
  }

  @Test
  void layersThatNoneWouldReadAgainAreNotPublished() {
    TestImage zeros = image().file("opt/zeros", new byte[4 << 20], 0644, 0);

    assertThatThrownBy(
            () ->
                bench.rechunk(
                    zeros, "dest", request -> request.layerLimits(limits(1 << 30, 1 << 20))))
        .isInstanceOf(MalformedLayerException.class)
        .hasMessageStartingWith("the layers have ")
        .hasMessageEndingWith(
            " uncompressed bytes: for their compressed size, expected at most 1048576, which is what a"
                + " later build reads");
  }

  @Test
  void aLayerThatTakesTooMuchDiskToReadAgainIsNotPublished() {
    byte[] block = new byte[1 << 17];
    new Random(1).nextBytes(block);
    byte[] repeated = new byte[400 * block.length];
    for (int at = 0; at < repeated.length; at += block.length) {
      System.arraycopy(block, 0, repeated, at, block.length);
    }
    TestImage image = image().file("opt/repeated", repeated, 0644, 0);

    assertThatThrownBy(
            () ->
                bench.rechunk(
                    image, "dest", request -> request.layerLimits(limits(1 << 20, 1 << 30))))
        .isInstanceOf(MalformedLayerException.class)
        .hasMessageContaining(": its files take more than ");
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
  void historyTellsTheLayersAtTheirPositionsThenTheSourcesSteps() throws IOException {
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
  void historyTellsOfManyComponentsHowManyTheyAre() throws IOException {
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
  void whatAnotherToolSaidOfTheLayersBeforeIsDroppedAndTold() throws IOException {
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
  void whatTheUserSaysOfTheLayersStays() throws IOException {
    TestImage image = image().labels(Map.of("dev.hhd.rechunk.info", "{}"));

    bench.rechunk(image, "dest", request -> request.label("dev.hhd.rechunk.info", "mine"));

    assertThat(bench.config("dest").labels()).containsEntry("dev.hhd.rechunk.info", "mine");
    assertThat(bench.notices).noneMatch(notice -> notice.startsWith("dropping"));
  }

  @Test
  void aLabelThatIsNotUtf8StaysAsItIs() throws IOException {
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
  void whatIsPrunedIsGoneWithAllBelowIt() throws IOException {
    bench.rechunk(
        image(), "dest", request -> request.prune("/usr/lib").prune("opt/file").prune("nowhere"));

    assertThat(bench.differences("build", "dest"))
        .containsExactly(
            "/opt/file: only in the first",
            "/usr/lib: only in the first",
            "/usr/lib/file: only in the first");
    assertThat(bench.notices).contains("nothing to prune at /nowhere");
  }

  @Test
  void whatIsPrunedIsNotMissedByVerification() throws IOException {
    assertThat(bench.rechunk(image(), "dest", r -> r.prune("usr").verify(true)).verified())
        .isTrue();
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

  @Test
  void theSameRunTwiceGivesTheSameImageAndState() throws IOException {
    RechunkResult one = bench.rechunk(image(), "one", PLAIN);
    RechunkResult two = bench.rechunk(image(), "two", PLAIN);

    assertThat(two.image().descriptor()).isEqualTo(one.image().descriptor());
    assertThat(bench.list("two")).isEqualTo(bench.list("one"));
  }

  @Test
  void timesOfFilesThatABuildMakesAnewDoNotMatter() throws IOException {
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
  void onlyTheLayerThatChangedIsNew() throws IOException {
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
  void anImageMayFollowItselfInOneLayout() throws IOException {
    bench.rechunk(image(), "dest", PLAIN);
    List<String> before = bench.list("dest");

    RechunkResult result =
        bench.rechunk(image().file("opt/file", "changed"), "dest", bench.open("dest"), VERIFIED);

    assertThat(result.reused()).hasSize(6);
    assertThat(bench.list("dest")).containsAll(before);
    assertThat(bench.differences("build", "dest")).isEmpty();
  }

  @Test
  void aDirectoryThatChangesMakesTheLayersWithFilesBelowItNew() throws IOException {
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
  void anImageThatOthersMadeDoesNotShapeThePlan() throws IOException {
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
  void theFirstBuildAfterAForeignImageStartsItsHistoryThere() throws IOException {
    image().writeTo(bench.path("old"));
    TestImage next = image().config("created", "2024-05-02T00:00:00Z").file("opt/file", "changed");

    RechunkResult result = bench.rechunk(next, "dest", bench.open("old"), PLAIN);

    assertThat(result.image().state().images()).containsExactly(1_714_521_600L, 1_714_608_000L);
    assertThat(result.image().state().components().get("dir:/opt"))
        .extracting("changed")
        .isEqualTo(List.of(1_714_608_000L));
  }

  @Test
  void aPlanThatIsGivenIsContinuedInPlaceOfThePreviousImages() throws IOException {
    PlanState four = bench.rechunk(image(), "four", r -> r.maxLayers(4)).image().state();
    bench.rechunk(image(), "seven", PLAIN);

    RechunkResult result = bench.rechunk(image(), "dest", bench.open("seven"), r -> r.plan(four));

    assertThat(result.image().state().layers()).isEqualTo(four.layers());
    assertThat(result.reused()).isNotEmpty().isSubsetOf(digests(bench.manifest("seven")));
  }

  @Test
  void reusedLayersOfADockerManifestAreListedByOcisNames() throws IOException {
    bench.rechunk(image(), "first", r -> r.compression(Compression.parse("gzip")));

    RechunkResult result = bench.rechunk(image(), "second", docker(bench.open("first")), PLAIN);

    assertThat(result.reused()).hasSize(7);
    assertThat(bench.manifest("second").mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(bench.manifest("second").layers())
        .extracting(Descriptor::mediaType)
        .containsOnly("application/vnd.oci.image.layer.v1.tar+gzip");
  }

  @Test
  void thereAreAsManyLayersAsAllowedAtTheMost() throws IOException {
    bench.rechunk(image(), "dest", request -> request.maxLayers(3).verify(true));

    assertThat(bench.manifest("dest").layers()).hasSize(3);
  }

  @Test
  void tooFewLayersAreRefusedAndNothingIsPublished() throws IOException {
    assertThatThrownBy(() -> bench.rechunk(image(), "dest", r -> r.maxLayers(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("planning at most 1 layers: 1 are dedicated");
    assertNothingIsAt("dest");
  }

  @Test
  void groupsAreComponents() throws IOException {
    Groups groups = Groups.parse("meta: {docs: {files: [/usr/share/*, /srv/file]}}", "groups.yml");

    RechunkResult result = bench.rechunk(image(), "dest", r -> r.groups(groups).verify(true));

    assertThat(result.image().state().components())
        .containsKey("group:docs")
        .doesNotContainKeys("dir:/srv", "dir:/usr/share/doc");
  }

  @Test
  void anImageWithoutLayersIsAnImageStill() throws IOException {
    RechunkResult result = bench.rechunk(new TestImage(), "dest", VERIFIED);

    assertThat(bench.manifest("dest").layers()).isEmpty();
    assertThat(bench.config("dest").labels()).containsEntry("rechunk.chunks", "0");
    assertThat(result.image().state().components()).isEmpty();
    assertThat(bench.rechunk(image(), "next", bench.open("dest"), VERIFIED).reused()).isEmpty();
  }

  @Test
  void anImageOfDirectoriesAloneIsOneLayer() throws IOException {
    TestImage image =
        new TestImage().layer().directory("a/b", 0700).directory("c", 01777).directory("a", 0711);

    bench.rechunk(image, "dest", request -> request.maxLayers(1).verify(true));

    assertThat(bench.manifest("dest").layers()).hasSize(1);
    assertThat(bench.differences("build", "dest")).isEmpty();
  }

  @Test
  void aConfigThatDoesNotSayWhenItWasCreatedServes() throws IOException {
    TestImage undated = image().withoutConfig("created");

    RechunkResult first = bench.rechunk(undated, "first", VERIFIED);
    RechunkResult second =
        bench.rechunk(
            image().withoutConfig("created").file("opt/file", "changed"),
            "second",
            bench.open("first"),
            VERIFIED);

    assertThat(first.image().state().images()).containsExactly(0L);
    assertThat(second.image().state().images()).containsExactly(0L, 0L);
    assertThat(second.reused()).hasSize(6);
    assertThat(bench.config("second").json().has("created")).isFalse();
    assertThat(bench.config("second").history().get(0).names())
        .containsExactly("created_by", "comment");
  }

  @Test
  void anUndatedImageIsAsOldAsItsNewestPackage() throws IOException {
    byte[] database;
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(Path.of("../core/src/test/fixtures/rpmdb/rpmdb.sqlite.gz")))) {
      database = in.readAllBytes();
    }
    TestImage undated =
        image()
            .config("created", "1970-01-01T00:00:00Z")
            .file("usr/share/rpm/rpmdb.sqlite", database, 0644, TestImage.MTIME);

    PlanState state = bench.rechunk(undated, "dest", PLAIN).image().state();

    assertThat(state.packages()).isNotEmpty();
    assertThat(state.images()).containsExactly(state.clamp()).doesNotContain(0L);
  }

  @Test
  void aDamagedPackageDatabaseIsRefusedUnlessItIsLeftAside() throws IOException {
    TestImage damaged =
        image().file("usr/share/rpm/rpmdb.sqlite", new byte[5000], 0644, TestImage.MTIME);

    assertThatThrownBy(() -> bench.rechunk(damaged, "dest", PLAIN))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("reading the RPM database /usr/share/rpm/rpmdb.sqlite: expected");

    PlanState state =
        bench
            .rechunk(damaged, "dest", request -> request.withoutPackages().verify(true))
            .image()
            .state();

    assertThat(state.packages()).isEmpty();
    assertThat(bench.notices)
        .contains(
            "the RPM database /usr/share/rpm/rpmdb.sqlite is not read, as asked: components come"
                + " from extended attributes, groups, big files and directories");
  }

  @Test
  void anEncapsulatedImageBecomesAPlainOne() throws IOException {
    TestImage encapsulated =
        new TestImage()
            .labels(
                Map.of("ostree.commit", "c", "ostree.final-diffid", "d", "ostree.bootable", "1"))
            .layer()
            .file("sysroot/ostree/repo/objects/aa/bb.file", "bash")
            .hardLink("usr/bin/bash", "sysroot/ostree/repo/objects/aa/bb.file")
            .symlink("ostree", "sysroot/ostree");

    RechunkResult result = bench.rechunk(encapsulated, "dest", VERIFIED);

    assertThat(result.verified()).isTrue();
    assertThat(bench.paths("dest"))
        .containsExactly("ostree", "sysroot", "usr", "usr/bin", "usr/bin/bash");
    assertThat(bench.config("dest").labels())
        .containsOnlyKeys("ostree.bootable", "rechunk.version", "rechunk.chunks");
  }

  @Test
  void aSinkThatKeepsOtherBytesIsFoundOut() throws IOException {
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public InputStream open(Descriptor blob) {
                return new ByteArrayInputStream(new byte[(int) blob.size()]);
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", VERIFIED))
        .isInstanceOf(VerificationException.class)
        .hasMessageStartingWith("verifying the result against oci:build: ")
        .hasMessageEndingWith("; nothing was published");
    assertNothingIsAt("dest");
  }

  @Test
  void aFullDiskIsNoFailedVerification() throws IOException {
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public InputStream open(Descriptor blob) throws IOException {
                throw new NoSpaceException("spooling: no space", new IOException("no space"));
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", VERIFIED))
        .isInstanceOf(NoSpaceException.class);
    assertNothingIsAt("dest");
  }

  @Test
  void aSinkThatGivesOneLayerForAnotherIsFoundOut() throws IOException {
    List<Descriptor> written = new ArrayList<>();
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public InputStream open(Descriptor blob) throws IOException {
                synchronized (written) {
                  written.add(blob);
                  return super.open(written.get(0));
                }
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", VERIFIED))
        .isInstanceOf(VerificationException.class)
        .hasMessageMatching(
            "verifying the result against oci:build: reading layer sha256:\\w+ of oci:dest"
                + " \\(not yet published\\): expected diffID sha256:\\w+, got"
                + " sha256:\\w+; nothing was published");
    assertNothingIsAt("dest");
  }

  @Test
  void aSourceThatSaysOneThingNowAndAnotherLaterIsFoundOut() throws IOException {
    // Without --verify, too: a content that is longer or shorter than it was fails on its way.
    bench.wrapSource(source -> new Rereading(source));

    assertThatThrownBy(() -> bench.rechunk(image(), "dest", PLAIN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its content changed");
    assertNothingIsAt("dest");
  }

  @Test
  void aCorruptSourceLeavesNothing() throws IOException {
    Manifest build = image().writeTo(bench.path("build"));
    Path blob = blob("build", build.layers().get(0));
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);

    assertThatThrownBy(() -> bench.rechunk("build", "dest", PLAIN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(build.layers().get(0).digest().toString())
        .hasMessageContaining("oci:build");
    assertNothingIsAt("dest");
  }

  @Test
  void aSinkThatFailsLeavesTheImageBeforeInPlace() throws IOException {
    RechunkResult first = bench.rechunk(image(), "dest", PLAIN);
    List<String> before = bench.list("dest");
    bench.wrapSink(
        sink ->
            new OtherSink(sink) {
              @Override
              public Descriptor commit(
                  Manifest manifest, Platform platform, List<Manifest> artifacts)
                  throws IOException {
                throw new IOException("publishing: the power went out");
              }
            });

    assertThatThrownBy(() -> bench.rechunk(image().file("new", "x"), "dest", PLAIN))
        .hasMessage("publishing: the power went out");
    try (ImageSource image = bench.open("dest")) {
      assertThat(image.descriptor().digest()).isEqualTo(first.image().descriptor().digest());
    }
    assertThat(bench.list("dest")).isEqualTo(before);
  }

  private static Options verified(Options request) {
    return request.verify(true);
  }

  private void assertNothingIsAt(String dest) throws IOException {
    assertThat(bench.list(dest)).isEmpty();
  }

  private Path blob(String layout, Descriptor layer) {
    return bench.blob(layout, layer.digest());
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

  /** The image as it is after a conversion to Docker's schema 2, which knows no annotations. */
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

  /** A source of which every file is a byte longer when it is read again. */
  private record Rereading(TreeSource source) implements TreeSource {
    @Override
    public String reference() {
      return source.reference();
    }

    @Override
    public ImageConfig config() {
      return source.config();
    }

    @Override
    public Map<String, String> annotations() {
      return source.annotations();
    }

    @Override
    public FileTree read(Path scratch, Set<String> prune, Progress progress) throws IOException {
      return source.read(scratch, prune, progress).map((path, inode) -> longer(inode));
    }

    @Override
    public void close() throws IOException {
      source.close();
    }

    private static Inode longer(Inode inode) {
      if (inode.content().isEmpty()) {
        return inode;
      }
      Content content = inode.content().get();
      return Inode.file(
          inode.mode(),
          inode.uid(),
          inode.gid(),
          inode.mtime(),
          inode.xattrs(),
          new Content() {
            @Override
            public long size() {
              return content.size();
            }

            @Override
            public Digest digest() {
              return content.digest();
            }

            @Override
            public InputStream open() throws IOException {
              return new SequenceInputStream(
                  content.open(), new ByteArrayInputStream(new byte[] {'!'}));
            }
          });
    }
  }
}
