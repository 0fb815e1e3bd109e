package dev.varve.runner.publish;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.OldImage;
import dev.varve.core.delta.RebuiltImage;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.tardiff.TarDiffVersion;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.name.RepositoryName;
import dev.varve.runner.builtin.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the deltas that publishing attaches and deletes. */
final class PublishedDeltasTest {
  private static final String NAME = "os";

  @TempDir private Path directory;
  private FakeRegistry server;
  private Registry registry;
  private Repository repository;
  private final List<String> warnings = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private final List<PublishListener.Step> steps = new ArrayList<>();

  private final PublishListener listener =
      new PublishListener() {
        @Override
        public void begin(Step step) {
          steps.add(step);
        }

        @Override
        public void warning(Topic topic, String text) {
          warnings.add(topic + ": " + text);
        }

        @Override
        public void notice(String text) {
          notices.add(text);
        }
      };

  @BeforeEach
  void start() throws IOException {
    server = FakeRegistry.start();
    registry = new Registry(HttpSettings.defaults("test"), Logins.NONE, Progress.SILENT);
    repository = registry.repository(new RepositoryName(server.host(), NAME));
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
    server.close();
  }

  private PublishResult publish(int day, int deltas) throws IOException {
    return publish(day, request -> request.deltas(DeltaOptions.from(deltas)));
  }

  /** Publishes the image of a day, in which one byte of a large file differs from other days. */
  private PublishResult publish(int day, UnaryOperator<PublishRequest.Builder> options)
      throws IOException {
    Path build = directory.resolve("build");
    byte[] program = new byte[50_000];
    new Random(1).nextBytes(program);
    program[20_000] = (byte) day;
    new TestImage()
        .layer()
        .file("usr/lib/same", "the same every day")
        .file("usr/bin/program", new String(program, ISO_8859_1))
        .writeTo(build);
    try (ImageSource image = OciLayout.open(build, "", PlatformChoice.any(), "oci:build");
        LayeredSource source = new LayeredSource(image);
        Scratch scratch = new Scratch(directory.resolve("scratch"))) {
      PublishRequest.Builder request =
          PublishRequest.builder(source, repository, scratch)
              .version("40-%Y%m%d", Instant.parse("2025-10-" + day + "T12:00:00Z"))
              .tags(List.of("latest"));
      return Publisher.publish(options.apply(request).build(), listener);
    }
  }

  private List<AvailableDelta> deltas(Digest image) throws IOException {
    return AvailableDelta.of(open(image), Progress.SILENT);
  }

  private ImageSource open(Digest image) throws IOException {
    return repository.image(image.toString(), PlatformChoice.any(), "docker://" + image);
  }

  private Optional<Digest> latest() {
    return server.manifest(NAME, "latest").map(Digest::of);
  }

  private void withReferrers(boolean api) {
    if (!api) {
      server.quirk(Quirk.NO_REFERRERS);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theDeltaRebuildsThePublishedBytesFromThePreviousImage(boolean api) throws IOException {
    withReferrers(api);
    Digest first = publish(10, 1).digest();
    PublishResult second = publish(11, 1);

    assertThat(second.deltas()).hasSize(1);
    PublishedDelta delta = second.deltas().get(0);
    assertThat(delta.source()).isEqualTo(first);
    assertThat(delta.name()).isEqualTo("40-20251010");
    assertThat(delta.bytes()).isLessThan(delta.layerBytes() / 5);
    assertThat(second.deltaFromPrevious()).contains(delta);
    AvailableDelta attached = deltas(second.digest()).get(0);
    assertThat(attached.manifest().descriptor().digest()).isEqualTo(delta.digest());
    assertRebuilt(attached, first, second.digest());
    assertThat(warnings).noneMatch(warning -> warning.startsWith("DELTAS"));
    assertThat(steps)
        .containsSequence(
            PublishListener.Step.VERIFY,
            PublishListener.Step.MAKE_DELTAS,
            PublishListener.Step.MOVE_TAGS);
  }

  private void assertRebuilt(AvailableDelta delta, Digest from, Digest to) throws IOException {
    Path scratch = Files.createDirectories(directory.resolve("rebuilt"));
    try (ImageSource published = open(to);
        OldImage old = OldImage.of(open(from), scratch, LayerLimits.DEFAULT, Progress.SILENT);
        RebuiltImage rebuilt =
            new RebuiltImage(
                published,
                old,
                Optional.of(delta),
                scratch,
                LayerLimits.DEFAULT,
                Progress.SILENT)) {
      for (Descriptor layer : published.manifest().layers()) {
        try (InputStream in = rebuilt.open(layer)) {
          assertThat(Digest.of(in.readAllBytes())).isEqualTo(layer.digest());
        }
      }
      assertThat(rebuilt.origins().whole()).isZero();
      assertThat(rebuilt.origins().rebuilt()).isPositive();
    }
  }

  @Test
  void noDeltasAreMadeUnlessWanted() throws IOException {
    publish(10, 0);
    PublishResult second = publish(11, 0);

    assertThat(second.deltas()).isEmpty();
    assertThat(deltas(second.digest())).isEmpty();
    assertThat(steps).doesNotContain(PublishListener.Step.MAKE_DELTAS);
  }

  @Test
  void deltasComeFromEarlierImagesAndTheTargetsOfTags() throws IOException {
    List<Digest> earlier = new ArrayList<>();
    for (int day = 10; day < 14; day++) {
      earlier.add(publish(day, 0).digest());
    }
    repository.tag(earlier.get(0), List.of("latest"));

    PublishResult last = publish(14, 2);

    assertThat(last.deltas())
        .extracting(PublishedDelta::source)
        .containsExactly(earlier.get(3), earlier.get(2), earlier.get(0));
  }

  @Test
  void anotherRunMakesNoDeltaAgain() throws IOException {
    publish(10, 1);
    PublishResult second = publish(11, 1);
    server.clearRequests();

    PublishResult again = publish(11, 1);

    assertThat(again.digest()).isEqualTo(second.digest());
    assertThat(again.deltas()).isEqualTo(second.deltas());
    String delta = second.deltas().get(0).digest().toString();
    assertThat(server.requests("PUT /v2/os/manifests/" + delta)).isEmpty();
    assertThat(server.requests("POST .*")).isEmpty();
  }

  @Test
  void aDeltaThatCanNotBeMadeIsAWarning() throws IOException {
    Digest first = publish(10, 1).digest();
    for (Descriptor layer : open(first).manifest().layers()) {
      server.failAll("GET /v2/os/blobs/" + layer.digest(), Fault.status(404));
    }
    PublishResult second = publish(11, 1);

    assertThat(second.deltas()).isEmpty();
    assertThat(warnings)
        .filteredOn(warning -> warning.startsWith("DELTAS"))
        .singleElement()
        .asString()
        .startsWith("DELTAS: no delta from " + first + " was made: ");
    assertThat(latest()).contains(second.digest());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void deltasOfEarlierImagesAreDeleted(boolean api) throws IOException {
    withReferrers(api);
    publish(10, 1);
    PublishResult second = publish(11, 1);
    PublishResult third = publish(12, 1);

    assertThat(deltas(second.digest())).isEmpty();
    assertThat(repository.referrers(second.digest()))
        .extracting(Descriptor::digest)
        .doesNotContain(second.deltas().get(0).digest());
    assertThat(server.manifests(NAME)).doesNotContain(second.deltas().get(0).digest());
    assertThat(deltas(third.digest())).hasSize(1);
    assertThat(notices).noneMatch(notice -> notice.contains("deltas"));
  }

  @Test
  void deltasOfTheNewestImagesAreKept() throws IOException {
    DeltaOptions keepTwo = new DeltaOptions(1, 2, TarDiffVersion.ONE, LayerLimits.DEFAULT);
    List<Digest> images = new ArrayList<>();
    for (int day = 10; day < 14; day++) {
      images.add(publish(day, request -> request.deltas(keepTwo)).digest());
    }

    assertThat(deltas(images.get(1))).isEmpty();
    assertThat(deltas(images.get(2))).hasSize(1);
    assertThat(deltas(images.get(3))).hasSize(1);
  }

  @Test
  void aRefusedDeletionIsOneNotice() throws IOException {
    server.quirk(Quirk.NO_DELETE);
    DeltaOptions two = DeltaOptions.from(2);
    publish(10, request -> request.deltas(two));
    publish(11, request -> request.deltas(two));
    publish(12, request -> request.deltas(two));
    notices.clear();

    PublishResult last = publish(13, request -> request.deltas(two));

    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("deltas of earlier images were not deleted: deleting manifest sha256:");
    assertThat(latest()).contains(last.digest());
    assertThat(last.deltas()).hasSize(2);
  }

  @Test
  void theBudgetCanLimitTheDelta() throws IOException {
    publish(10, 1);
    UnaryOperator<PublishRequest.Builder> limited =
        request ->
            request
                .deltas(DeltaOptions.from(1))
                .budgetBytes(OptionalLong.of(20_000))
                .budgetOfDelta(true);
    PublishResult second = publish(11, limited);
    assertThat(second.update().orElseThrow().downloadedBytes()).isGreaterThan(50_000);

    assertThatThrownBy(() -> publish(12, request -> limited.apply(request).budgetOfDelta(false)))
        .isInstanceOf(BudgetExceededException.class);
    assertThatThrownBy(
            () -> publish(12, request -> limited.apply(request).budgetBytes(OptionalLong.of(10))))
        .isInstanceOfSatisfying(
            BudgetExceededException.class, failure -> assertThat(failure.deltaBytes()).isPresent());
    assertThat(latest()).contains(second.digest());
  }

  @Test
  void withoutTheDeltaTheBudgetLimitsTheLayers() throws IOException {
    Digest first = publish(10, 1).digest();
    for (Descriptor layer : open(first).manifest().layers()) {
      server.failAll("GET /v2/os/blobs/" + layer.digest(), Fault.status(404));
    }

    assertThatThrownBy(
            () ->
                publish(
                    11,
                    request ->
                        request
                            .deltas(DeltaOptions.from(1))
                            .budgetBytes(OptionalLong.of(20_000))
                            .budgetOfDelta(true)))
        .isInstanceOfSatisfying(
            BudgetExceededException.class, failure -> assertThat(failure.deltaBytes()).isEmpty());
    assertThat(latest()).contains(first);
  }

  @Test
  void aBudgetOfTheDeltaNeedsDeltas() {
    assertThatThrownBy(() -> publish(10, request -> request.budgetOfDelta(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the budget limits the delta from the previous image: expected deltas to be made, got"
                + " none");
  }

  @Test
  void anImageThatATagIndexesIsASource() throws IOException {
    Digest first = publish(10, 0).digest();
    byte[] index =
        ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
                + "\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"digest\":\""
                + first
                + "\",\"size\":"
                + open(first).descriptor().size()
                + ",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}]}")
            .getBytes(UTF_8);
    server.putManifest(NAME, "latest", "application/vnd.oci.image.index.v1+json", index);

    PublishResult second = publish(11, request -> request.deltas(DeltaOptions.from(1)).force(true));

    assertThat(second.deltas()).extracting(PublishedDelta::source).containsExactly(first);
  }
}
