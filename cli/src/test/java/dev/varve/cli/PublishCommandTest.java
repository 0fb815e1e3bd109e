package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.fake.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PublishCommandTest {
  private static final String NAME = "owner/os";
  private static final String V2 = "/v2/owner/os/";
  private static final String UPLOADS = "PUT " + V2 + "blobs/uploads/.*";
  private static final String VERSION = "org.opencontainers.image.version";

  /** The tags that the default format makes. */
  private static final String VERSIONS = "^[0-9]+-[0-9]{8}(\\.[0-9]{1,5})?$";

  /** Config, state, and the empty config of the state's manifest. */
  private static final int BESIDE_LAYERS = 3;

  @TempDir private Path directory;
  private FakeRegistry registry;
  private Cli cli;
  private String repository;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    repository = registry.host() + "/" + NAME;
    cli = new Cli(directory);
    day(10);
    source("monday", "1");
    source("tuesday", "2");
    source("wednesday", "3");
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  /** An image of which one directory of three is another one every day. */
  private void source(String tag, String content) throws IOException {
    new Sample()
        .file("opt/a", "always the same")
        .file("srv/b", "this as well")
        .file("usr/c", content)
        .label("made.by", "a test")
        .writeTo(directory.resolve("os"), tag);
  }

  private void day(int day) {
    cli.at("2025-10-" + day + "T12:00:00Z");
  }

  private Run publish(String tag, String... options) {
    List<String> line = new ArrayList<>(List.of("publish", "-q", "oci:DIR/os:" + tag));
    line.add("docker://" + repository);
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  private Digest published(String tag, String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of(options));
    line.add("--json");
    Run run = publish(tag, line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return Digest.parse(run.json().string("digest"));
  }

  private Optional<Digest> at(String tag) {
    return registry.manifest(NAME, tag).map(Digest::of);
  }

  private Manifest manifest(String reference) throws IOException {
    return Manifest.parse(registry.manifest(NAME, reference).orElseThrow(), reference);
  }

  private Map<String, String> labels(String reference) throws IOException {
    byte[] config = registry.blob(manifest(reference).config().digest()).orElseThrow();
    return ImageConfig.parse(config, reference).labels();
  }

  private List<String> tagPuts() {
    return registry.requests("PUT " + V2 + "manifests/[^:]*").stream()
        .map(RecordedRequest::line)
        .toList();
  }

  @Test
  void consecutiveImagesAreEachPlannedWithTheOneBefore() throws IOException {
    Digest monday = published("monday", "--tag", "latest");
    int layers = manifest("latest").layers().size();
    assertThat(registry.requests(UPLOADS)).hasSize(layers + BESIDE_LAYERS);
    assertThat(labels("latest"))
        .containsEntry(VERSION, "40-20251010")
        .containsEntry("made.by", "a test")
        .doesNotContainKey("rechunk.prev-ref");
    Digest before = monday;
    int day = 11;
    for (String tag : List.of("tuesday", "wednesday")) {
      day(day);
      registry.clearRequests();
      Digest image = published(tag, "--tag", "latest");
      assertThat(registry.requests(UPLOADS)).hasSize(3); // a layer, the config, the state
      assertThat(at("40-202510" + day)).contains(image);
      assertThat(at("latest")).contains(image);
      assertThat(labels("latest"))
          .containsEntry(VERSION, "40-202510" + day)
          .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + before);
      before = image;
      day++;
    }
    assertThat(at("40-20251010")).contains(monday);
    assertThat(registry.tags(NAME))
        .containsExactly("40-20251010", "40-20251011", "40-20251012", "latest");
  }

  @Test
  void noTagLeadsToWhatIsNotAllThere() throws IOException {
    published("monday", "--tag", "latest", "--tag", "stable");
    day(11);
    registry.clearRequests();
    Digest image = published("tuesday", "--tag", "latest", "--tag", "stable");
    List<String> puts =
        registry.requests("PUT .*").stream()
            .map(request -> request.line().replace("PUT " + V2, ""))
            .map(line -> line.startsWith("blobs") ? "blob" : line)
            .toList();
    assertThat(puts)
        .hasSize(9)
        .startsWith("blob", "blob", "manifests/" + image)
        .endsWith("manifests/latest", "manifests/stable", "manifests/40-20251011");
    // The state's manifest is offered before its blob is there, which shows what the registry does.
    assertThat(puts.get(3)).startsWith("manifests/sha256:");
    assertThat(puts.subList(4, 6)).containsExactly("blob", puts.get(3));
    for (Descriptor kept : manifest("40-20251010").layers()) {
      assertThat(registry.requests("HEAD " + V2 + "blobs/" + kept.digest())).isEmpty();
    }
  }

  @Test
  void whereManifestsAreTakenWithoutTheirBlobsEachBlobIsLookedForBeforeATagMoves()
      throws IOException {
    registry.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    published("monday", "--tag", "latest");
    day(11);
    registry.clearRequests();
    Digest image = published("tuesday", "--tag", "latest");
    List<String> all = registry.requests().stream().map(RecordedRequest::line).toList();
    List<String> blobs = new ArrayList<>();
    manifest("latest").blobs().forEach(blob -> blobs.add("HEAD " + V2 + "blobs/" + blob.digest()));
    assertThat(all.subList(all.indexOf("PUT " + V2 + "manifests/" + image), all.size()))
        .containsAll(blobs);
    assertThat(all.indexOf("PUT " + V2 + "manifests/latest"))
        .isGreaterThan(blobs.stream().mapToInt(all::lastIndexOf).max().orElseThrow());
    // Each layer that stays is asked for once, the new one before its upload and after it.
    assertThat(registry.requests("HEAD " + V2 + "blobs/.*"))
        .extracting(RecordedRequest::line)
        .filteredOn(blobs::contains)
        .hasSize(manifest("latest").layers().size() + 3);
  }

  /** Three requests for each new blob, and none for a layer that stays. */
  @Test
  void theNumberOfRequestsDoesNotGrowWithTheLayersThatStay() throws IOException {
    for (String tag : List.of("small", "small2", "large", "large2")) {
      Sample sample = new Sample().file("usr/c", tag);
      for (int i = 0; i < (tag.startsWith("large") ? 40 : 5); i++) {
        sample.file("opt/" + i + "/file", "always the same " + i);
      }
      sample.writeTo(directory.resolve("os"), tag);
    }
    List<Integer> counts = new ArrayList<>();
    for (String size : List.of("small", "large")) {
      published(size, "--version", size + "-%Y%m%d", "--tag", "latest", "--fresh");
      day(11);
      registry.clearRequests();
      published(size + "2", "--version", size + "-%Y%m%d", "--tag", "latest");
      assertThat(registry.requests(UPLOADS)).hasSize(3); // a layer, the config, the state
      counts.add(registry.requests().size());
      day(10);
    }
    assertThat(counts.get(1)).isEqualTo(counts.get(0)).isLessThan(40);
  }

  /** As after a garbage collection, or a clean-up that was too eager. */
  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void layersThatTheRegistryLostAreWrittenAnew(boolean takesAny, boolean verified)
      throws IOException {
    if (takesAny) {
      registry.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    }
    published("monday");
    day(11);
    Digest lost = manifest("40-20251010").layers().get(0).digest();
    Digest expected = published("tuesday", "--dry-run");
    registry.lose(NAME, lost);
    Run run = publish("tuesday", "--json", verified ? "--verify" : "--tag=latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains(lost.toString(), "writing these layers anew");
    assertThat(Digest.parse(run.json().string("digest"))).isEqualTo(expected);
    assertThat(at("40-20251011")).contains(expected);
    assertThat(registry.blobs(NAME)).contains(lost);
    assertThat(manifest("40-20251011").blobs())
        .allMatch(blob -> registry.blobs(NAME).contains(blob.digest()));
  }

  @Test
  void aStateThatTheRegistryLostIsRebuilt() throws IOException {
    published("monday");
    day(11);
    Digest state =
        registry.manifests(NAME).stream()
            .filter(digest -> !Optional.of(digest).equals(at("40-20251010")))
            .findFirst()
            .orElseThrow();
    registry.lose(NAME, manifest(state.toString()).layers().get(0).digest());
    registry.clearRequests();
    published("tuesday");
    assertThat(registry.requests(UPLOADS)).hasSize(3); // a layer, the config, the state
  }

  @Test
  void anImageWhoseConfigTheRegistryLostGivesWayToTheNextOlderOne() throws IOException {
    Digest monday = published("monday");
    day(11);
    Digest tuesday = published("tuesday");
    day(12);
    Digest lost = manifest("40-20251011").config().digest();
    registry.lose(NAME, lost);
    Run run = publish("wednesday");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .anyMatch(
            line ->
                line.matches(
                    "WARNING: opening blob "
                        + lost
                        + " of docker://"
                        + repository
                        + "@"
                        + tuesday
                        + ": expected [0-9]+ bytes, but the blob is not there; the registry has"
                        + " lost the blob"));
    assertThat(labels("40-20251012"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday);
  }

  @Test
  void theOnlyImageWithItsConfigLostIsGoneOnWithout() throws IOException {
    published("monday");
    day(11);
    registry.lose(NAME, manifest("40-20251010").config().digest());
    Run run = publish("tuesday");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("clients will download all of it, this time");
    assertThat(labels("40-20251011")).doesNotContainKey("rechunk.prev-ref");
  }

  /** What only the registry has is read by the comparison, what was uploaded after that. */
  @Test
  void aVerifiedImageIsReadBackWhole() throws IOException {
    published("monday");
    day(11);
    registry.clearRequests();
    published("tuesday", "--verify");
    for (Descriptor blob : manifest("40-20251011").layers()) {
      assertThat(registry.requests("GET " + V2 + "blobs/" + blob.digest())).isNotEmpty();
    }
  }

  @Test
  void bytesThatTheRegistryGarbledAreFoundByAVerifiedRun() throws IOException {
    published("monday");
    day(11);
    registry.failNext("PUT " + V2 + "manifests/40-.*", Fault.error(403, "DENIED", "no"));
    assertThat(publish("tuesday").exitCode()).isEqualTo(3);
    List<Descriptor> before = manifest("40-20251010").layers();
    Descriptor added =
        manifest(registry.manifests(NAME).get(2).toString()).layers().stream()
            .filter(layer -> !before.contains(layer))
            .findFirst()
            .orElseThrow();
    registry.failAll("GET " + V2 + "blobs/" + added.digest(), Fault.wrongBytes());
    Run run = publish("tuesday", "--verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
    assertThat(run.lines()).last().asString().contains(added.digest().toString());
    assertThat(at("40-20251011")).isEmpty();
    assertThat(publish("tuesday").exitCode()).isZero(); // the registry's word is taken by default
  }

  @Test
  void theSameIsPublishedTwiceWithoutAPush() throws IOException {
    Digest image = published("monday", "--tag", "latest");
    registry.clearRequests();
    Run again = publish("monday", "--tag", "latest", "--json");
    assertThat(again.json().string("digest")).isEqualTo(image.toString());
    assertThat(again.json().string("version")).isEqualTo("40-20251010");
    assertThat(again.json().number("uploadedBytes")).isZero();
    assertThat(again.out()).contains("\"isNew\": false");
    assertThat(registry.requests("(PUT|POST|PATCH) .*"))
        .extracting(RecordedRequest::line)
        .allMatch(line -> line.startsWith("PUT " + V2 + "manifests/sha256:"));
    day(11);
    Digest tuesday = published("tuesday");
    assertThat(published("tuesday")).isEqualTo(tuesday);
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + image);
  }

  @Test
  void aDirectoryIsPublishedTwiceWithoutAPush() throws IOException {
    Path root = Files.createDirectories(directory.resolve("root/etc"));
    Files.writeString(root.resolve("motd"), "hello");
    Files.writeString(root.resolve("cache"), "left out");
    String[] line = {
      "publish", "rootfs:DIR/root", "docker://" + repository, "--prune", "/etc/cache", "--json"
    };
    Run first = cli.run(line);
    assertThat(first.exitCode()).as(first.err()).isZero();
    Run again = cli.run(line);
    assertThat(again.json().string("digest")).isEqualTo(first.json().string("digest"));
    assertThat(again.json().string("version")).isEqualTo("40-20251010");
    assertThat(again.json().number("uploadedBytes")).isZero();
    assertThat(again.err()).containsOnlyOnce("reading 1 files of DIR/root");
    Files.writeString(root.resolve("motd"), "good day");
    assertThat(cli.run(line).json().string("version")).isEqualTo("40-20251010.1");
    assertThat(cli.run(line).json().string("version")).isEqualTo("40-20251010.1");
  }

  @Test
  void anotherImageOnTheSameDayTakesOverTheTagAndHasANumberInItsLabel() throws IOException {
    Digest first = published("monday");
    Digest second = published("tuesday");
    assertThat(at("40-20251010")).contains(second);
    assertThat(labels("40-20251010"))
        .containsEntry(VERSION, "40-20251010.1")
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + first);
    published("wednesday");
    assertThat(labels("40-20251010")).containsEntry(VERSION, "40-20251010.2");
    published("wednesday");
    assertThat(labels("40-20251010")).containsEntry(VERSION, "40-20251010.2");
    assertThat(registry.tags(NAME)).containsExactly("40-20251010");
  }

  @Test
  void aUniqueImageLeavesTheTagsOfTheDayWhereTheyAre() throws IOException {
    Digest first = published("monday", "--unique");
    Digest second = published("tuesday", "--unique");
    assertThat(published("tuesday", "--unique")).isEqualTo(second);
    assertThat(at("40-20251010")).contains(first);
    assertThat(at("40-20251010.1")).contains(second);
    assertThat(labels("40-20251010.1"))
        .containsEntry(VERSION, "40-20251010.1")
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + first);
    day(11);
    published("wednesday", "--unique");
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + second);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /v2/owner/os/tags/list, 0",
    "HEAD /v2/owner/os/manifests/latest, 0",
    "GET /v2/owner/os/manifests/sha256:.*, 0",
    "GET /v2/owner/os/referrers/.*, 0",
    "POST /v2/owner/os/blobs/uploads/, 0",
    "POST /v2/owner/os/blobs/uploads/, 1",
    "PUT /v2/owner/os/blobs/uploads/.*, 0",
    "PUT /v2/owner/os/blobs/uploads/.*, 2",
    "PUT /v2/owner/os/manifests/sha256:.*, 0",
    "PUT /v2/owner/os/manifests/sha256:.*, 1",
    "GET /v2/owner/os/referrers/.*, 1",
    "HEAD /v2/owner/os/blobs/.*, 2",
    "HEAD /v2/owner/os/manifests/latest, 1",
    "PUT /v2/owner/os/manifests/latest, 0",
    "PUT /v2/owner/os/manifests/40-.*, 0",
  })
  void whereverARunFailsTheNextOneEndsInTheSameState(String match, int after) throws IOException {
    Digest monday = published("monday", "--tag", "latest");
    day(11);
    Digest expected = published("tuesday", "--tag", "latest", "--dry-run");
    registry.failLater(match, after, Fault.error(403, "DENIED", "no"));
    Run failed = publish("tuesday", "--tag", "latest");
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(3);
    assertThat(at("40-20251011")).isEmpty();
    if (match.endsWith("40-.*")) {
      assertThat(at("latest")).contains(expected);
    } else {
      assertThat(at("latest")).contains(monday);
    }
    registry.clearFaults();
    assertThat(published("tuesday", "--tag", "latest")).isEqualTo(expected);
    assertThat(at("latest")).contains(expected);
    assertThat(at("40-20251011")).contains(expected);
    assertThat(registry.manifests(NAME)).hasSize(4); // two images and their states
    assertThat(labels("latest")).containsEntry(VERSION, "40-20251011");
  }

  @Test
  void aBlobThatIsMissingKeepsTheTagsWhereTheyAre() throws IOException {
    registry.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    published("monday");
    day(11);
    Digest kept = manifest("40-20251010").layers().get(0).digest();
    registry.failAll("HEAD " + V2 + "blobs/" + kept, Fault.status(404));
    Run run = publish("tuesday");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.lines())
        .last()
        .asString()
        .matches(
            "varve: verifying docker://.*@sha256:[0-9a-f]{64}: blob "
                + kept
                + " of [0-9]+ bytes is not there; no tag was moved\\. Publish again");
    assertThat(at("40-20251011")).isEmpty();
  }

  /** Moves a tag when the new image is there, and its tags are not yet moved. */
  private void meddle(String tag) {
    AtomicBoolean done = new AtomicBoolean();
    int before = registry.manifests(NAME).size();
    cli.ticking(
        () -> {
          if (registry.manifests(NAME).size() > before && done.compareAndSet(false, true)) {
            byte[] other = "{\"schemaVersion\":2}".getBytes(UTF_8);
            registry.putManifest(NAME, tag, MediaTypes.OCI_INDEX, other);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "40-20251011"})
  void aTagThatSomebodyElseMovedIsNotOverwritten(String tag) throws IOException {
    Digest monday = published("monday", "--tag", "latest");
    day(11);
    Digest expected = published("tuesday", "--tag", "latest", "--dry-run");
    meddle(tag);
    Run run = publish("tuesday", "--tag", "latest");
    Digest theirs = at(tag).orElseThrow();
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .last()
        .isEqualTo(
            "varve: moving tag %s of %s to %s: somebody else has moved it meanwhile, from %s to %s;"
                    .formatted(
                        tag,
                        repository,
                        expected,
                        tag.equals("latest") ? monday : "nothing",
                        theirs)
                + " no tag was moved. Publish again to build on what it leads to now, or with"
                + " --force to move it all the same");
    assertThat(tagPuts()).hasSize(2); // those of monday
    assertThat(theirs).isNotEqualTo(expected);
  }

  @Test
  void aTagThatSomebodyElseMovedIsOverwrittenByForce() throws IOException {
    published("monday", "--tag", "latest");
    day(11);
    meddle("latest");
    Digest image = published("tuesday", "--tag", "latest", "--force");
    assertThat(at("latest")).contains(image);
  }

  @Test
  void anUpdateOverTheBudgetMovesNoTag() throws IOException {
    Digest monday = published("monday", "--tag", "latest");
    day(11);
    Run run = publish("tuesday", "--tag", "latest", "--budget", "10B", "--json");
    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(run.json().names())
        .containsExactly(
            "error",
            "exitCode",
            "reference",
            "budgetBytes",
            "totalBytes",
            "updateBytes",
            "updateLayers",
            "share",
            "downloads",
            "removedComponents",
            "packages");
    assertThat(run.json().number("exitCode")).isEqualTo(6);
    assertThat(run.json().number("budgetBytes")).isEqualTo(10);
    assertThat(run.err())
        .contains("the update downloads " + run.json().number("updateBytes") + " B, and the budget")
        .endsWith("varve: " + run.json().string("error") + "\n");
    assertThat(run.lines())
        .last()
        .asString()
        .matches(
            "varve: publishing docker://.*@sha256:[0-9a-f]{64}: the update downloads [0-9]+ B, and"
                + " the budget is 10 B; most of it: [0-9]+ B \\(.*usr.*\\); no tag was moved, and a"
                + " bigger --budget would let it pass");
    assertThat(registry.tags(NAME)).containsExactly("40-20251010", "latest");
    assertThat(at("latest")).contains(monday);
    registry.clearRequests();
    published("tuesday", "--tag", "latest", "--budget", "1MB");
    assertThat(registry.requests(UPLOADS)).isEmpty();
  }

  @Test
  void aFirstImageHasNoBudget() {
    Run run = publish("monday", "--budget", "10B");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .contains("note: without a previous image there is no update, and no budget for it\n");
  }

  @Test
  void aDryRunOnlyAsks() throws IOException {
    published("monday", "--tag", "latest");
    day(11);
    registry.clearRequests();
    Run run = publish("tuesday", "--tag", "latest", "--dry-run", "--json", "--verify");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(registry.requests("(GET|HEAD) .*")).hasSameSizeAs(registry.requests());
    assertThat(run.json().number("updateBytes")).isPositive();
    assertThat(run.out()).contains("\"published\": false");
    assertThat(run.err()).contains("  would be  40-20251011, latest; nothing was pushed\n");
    assertThat(cli.scratch()).isEmpty();
    assertThat(publish("tuesday", "--dry-run", "--budget", "10B").exitCode()).isEqualTo(6);
  }

  @Test
  void aListingThatFailsIsAFailureOrAWarning() throws IOException {
    published("monday");
    day(11);
    registry.failAll("GET " + V2 + "tags/list", Fault.error(400, "UNSUPPORTED", "no lists"));
    Run failed = publish("tuesday");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err()).startsWith("varve: listing the tags of " + repository + ": ");
    Run warned = publish("tuesday", "--on-error", "warn");
    assertThat(warned.exitCode()).isZero();
    assertThat(warned.lines().get(0))
        .startsWith("WARNING: listing the tags of " + repository + ": ");
    assertThat(warned.lines().get(1))
        .isEqualTo("WARNING: going on without a previous image: clients will download all of it");
    assertThat(warned.lines().get(2))
        .isEqualTo("no previous image: the registry could not be asked");
    assertThat(labels("40-20251011")).doesNotContainKey("rechunk.prev-ref");
  }

  private void askForLogin() {
    registry.access().bearer("me", "secret");
    cli.with("VARVE_USERNAME", "me").with("VARVE_PASSWORD", "secret");
  }

  @Test
  void aTokenThatExpiresOnTheWayIsRenewed() throws IOException {
    askForLogin();
    cli.ticking(() -> registry.access().revokeTokens());
    Digest image = published("monday", "--tag", "latest");
    assertThat(at("latest")).contains(image);
    assertThat(registry.requests("GET /token")).hasSizeGreaterThan(3);
  }

  @Test
  void aLoginThatIsTakenAwayOnTheWayLeavesTheTagsWhereTheyAre() throws IOException {
    askForLogin();
    cli.ticking(
        () -> {
          if (!registry.requests(UPLOADS).isEmpty()) {
            registry.access().revokeTokens();
            registry.failAll("GET /token", Fault.error(401, "UNAUTHORIZED", "gone"));
          }
        });
    Run run = publish("monday", "--tag", "latest");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.lines())
        .last()
        .asString()
        .contains("the login was user me from VARVE_USERNAME and VARVE_PASSWORD")
        .doesNotContain("secret");
    assertThat(registry.tags(NAME)).noneMatch(tag -> !tag.startsWith("sha256-"));
  }

  @Test
  void aFreshStartIsMadeWhenAskedForOrOnItsDay() throws IOException {
    published("monday");
    day(11);
    assertThat(publish("tuesday", "--dry-run", "--fresh").err())
        .startsWith("no previous image: a fresh start was asked for\n");
    assertThat(publish("tuesday", "--dry-run", "--fresh-on-day", "11").err())
        .startsWith("no previous image: on day 11 of the month a fresh start was asked for\n");
    assertThat(publish("tuesday", "--dry-run", "--fresh-on-day", "1").err())
        .startsWith("the previous image: 40-20251010 is the newest tag that matches " + VERSIONS);
  }

  @Test
  void anotherFormatHasAnotherSeries() throws IOException {
    published("monday");
    day(11);
    Run fresh = publish("tuesday", "--version", "41.%Y%m%d");
    assertThat(fresh.err())
        .startsWith(
            "WARNING: no previous image: no tag matches"
                + " ^[0-9]+\\.[0-9]{8}(\\.[0-9]{1,5})?$, of 1 (--pattern REGEX chooses others);"
                + " clients will download all of it, this time\n");
    Run chosen = publish("wednesday", "--version", "42-%Y%m%d", "--pattern", "^41.");
    assertThat(chosen.err())
        .startsWith("the previous image: 41.20251011 is the newest tag that matches ^41.\n");
  }

  @Test
  void anotherReleaseGoesOnFromTheOneBefore() throws IOException {
    published("monday", "--version", "39-%Y%m%d");
    Digest before = published("tuesday", "--version", "40-%Y%m%d");
    day(11);
    assertThat(publish("tuesday", "--version", "41-%Y%m%d", "--pattern", "^41-", "--dry-run").err())
        .startsWith("WARNING: no previous image: no tag matches ^41-, of 2 ");
    Digest next = published("wednesday", "--version", "41-%Y%m%d");
    assertThat(labels("41-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + before);
    day(12);
    published("monday", "--version", "41-%Y%m%d");
    assertThat(labels("41-20251012"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + next);
    // The other release is still built: it goes on from its own images.
    published("monday", "--version", "40-%Y%m%d");
    assertThat(labels("40-20251012"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + before);
  }

  @Test
  void aVersionThatIsWrittenOutFindsTheOneOfTheDayBefore() throws IOException {
    Digest monday = published("monday", "--version", "40-20251010");
    Digest tuesday = published("tuesday", "--version", "40-20251011");
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday);
    Digest again = published("wednesday", "--version", "40-20251011", "--unique");
    assertThat(at("40-20251011.1")).contains(again);
    assertThat(labels("40-20251011.1"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + tuesday);
    published("monday", "--version", "40-20251012");
    assertThat(labels("40-20251012"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + again);
  }

  @Test
  void whereThereIsNoVersionTheTagThatClientsFollowHasThePreviousImage() throws IOException {
    Digest monday = published("monday", "--version", "latest");
    registry.clearRequests();
    Run run = publish("tuesday", "--tag", "stable", "--tag", "latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .startsWith(
            "the previous image: latest leads to what clients have; no tag matches "
                + VERSIONS
                + ", of 1\n");
    assertThat(registry.requests(UPLOADS)).hasSize(3); // a layer, the config, the state
    assertThat(labels("latest"))
        .containsEntry(VERSION, "40-20251010")
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday);
  }

  @Test
  void aTagThatClientsFollowMayLeadToWhatIsNoImage() throws IOException {
    registry.putManifest(NAME, "latest", MediaTypes.OCI_MANIFEST, "{}".getBytes(UTF_8));
    Run run = publish("monday", "--tag", "latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines().get(0))
        .startsWith(
            "WARNING: no previous image: latest leads to what clients have; no tag matches "
                + VERSIONS
                + ", of 1; it is no image to plan with: ")
        .endsWith("; clients will download all of it, this time");
    assertThat(at("latest")).isEqualTo(at("40-20251010")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--fresh", "--on-error=warn"})
  void aTagThatClientsFollowDoesNotGoBackToAnEarlierDay(String option) throws IOException {
    List<String> options = new ArrayList<>(List.of("--tag", "latest", "--tag", "stable"));
    published("monday", options.toArray(String[]::new));
    day(13);
    Digest later = published("tuesday", options.toArray(String[]::new));
    day(12);
    if (option.startsWith("--on-error")) {
      registry.failAll("GET " + V2 + "tags/list", Fault.error(400, "UNSUPPORTED", "no lists"));
    }
    options.addAll(option.isEmpty() ? List.of() : List.of(option));
    Run run = publish("wednesday", options.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .contains(
            "WARNING: 40-20251013 is of a later day than 40-20251012: the clock is behind, or this"
                + " is an old version; latest, stable are not moved (--force moves)",
            "  tags       40-20251012");
    assertThat(at("latest")).contains(later);
    assertThat(at("stable")).contains(later);
    assertThat(at("40-20251012")).isPresent();

    options.add("--force");
    Run forced = publish("wednesday", options.toArray(String[]::new));
    assertThat(forced.exitCode()).as(forced.err()).isZero();
    assertThat(forced.lines())
        .contains(
            "WARNING: 40-20251013 is of a later day than 40-20251012: the clock is behind, or this"
                + " is an old version; latest, stable are moved all the same",
            "  tags       40-20251012, latest, stable; it was published before");
    assertThat(at("latest")).isEqualTo(at("40-20251012"));
  }

  @Test
  void anOldVersionIsPlannedWithTheOneBeforeIt() throws IOException {
    Digest monday = published("monday");
    day(13);
    published("tuesday");
    day(11);
    Run run = publish("wednesday");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .startsWith(
            "the previous image: 40-20251010 is the newest tag up to 40-20251011 that matches "
                + VERSIONS,
            "WARNING: 40-20251013 is of a later day than 40-20251011: the clock is behind, or this"
                + " is an old version");
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday);
  }

  @Test
  void aVersionBeforeAllOthersHasNoPreviousImage() throws IOException {
    published("monday");
    Run run = publish("tuesday", "--version", "40-20251009");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .startsWith(
            "WARNING: no previous image: every tag that matches "
                + VERSIONS
                + " is of a later day than 40-20251009; the newest is 40-20251010; clients will"
                + " download all of it, this time",
            "WARNING: 40-20251010 is of a later day than 40-20251009: the clock is behind, or this"
                + " is an old version");
    assertThat(labels("40-20251009")).doesNotContainKey("rechunk.prev-ref");
  }

  @Test
  void aWholeDownloadSaysWhatWasUploaded() throws IOException {
    Run first = publish("monday");
    assertThat(line(first, "update"))
        .matches("  update     a whole download: 406 B for clients; 1[.][0-9] kB uploaded");
    day(11);
    Run fresh = publish("monday", "--fresh", "--on-current", "fresh");
    assertThat(line(fresh, "update"))
        .matches("  update     a whole download: 406 B for clients; [0-9]+ B uploaded");
    assertThat(line(publish("tuesday", "--fresh", "--dry-run"), "update"))
        .isEqualTo("  update    a whole download: 406 B");
  }

  private static String line(Run run, String name) {
    return run.lines().stream()
        .filter(line -> line.startsWith("  " + name + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(run.err()));
  }

  @Test
  void theImageOfTheDayCanBeSteppedOver() throws IOException {
    Digest monday = published("monday");
    day(11);
    published("tuesday");
    published("wednesday", "--on-current", "previous");
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday)
        .containsEntry(VERSION, "40-20251011.1");
    published("monday", "--on-current", "fresh");
    assertThat(labels("40-20251011")).doesNotContainKey("rechunk.prev-ref");
  }

  @Test
  void whatIsAtATagAndCannotBeReadIsReplaced() throws IOException {
    registry.putManifest(NAME, "latest", MediaTypes.OCI_MANIFEST, "{}".getBytes(UTF_8));
    Digest image = published("monday", "--tag", "latest");
    assertThat(at("latest")).contains(image);
  }

  @Test
  void whatIsPublishedIsTold() throws IOException {
    published("monday");
    day(11);
    Run run = publish("tuesday", "--tag", "latest");
    assertThat(run.linesWithoutDigests())
        .extracting(line -> line.replace(repository, "REPO").replaceAll(", [0-9.]+ kB$", ", 1 kB"))
        .containsExactly(
            "the previous image: 40-20251010 is the newest tag that matches " + VERSIONS,
            "note: no RPM database (looked in usr/share/rpm, usr/lib/sysimage/rpm, var/lib/rpm):"
                + " components come from extended attributes, groups, big files and directories",
            "",
            "docker://REPO@sha256:…",
            "  layers     3, 406 B (9.2 kB uncompressed); 2 reused, 273 B",
            "  previous   docker://REPO@sha256:…",
            "  update     133 B of 406 B (32.8%), in 1 of 3 layers",
            "  packages   none known",
            "  uploaded   3 blobs, 1 kB",
            "  signature  none",
            "  tags       40-20251011, latest",
            "  version    40-20251011",
            "  download  layer         why      components",
            "     133 B  digest123456  changed  dir:/usr");
  }

  @Test
  void wrongUsageIsToldBeforeAnythingIsAsked() {
    for (String[] options :
        new String[][] {
          {"--version", "%D"}, {"--tag", "a/b"}, {"--budget", "much"}, {"--on-error", "ignore"}
        }) {
      assertThat(publish("monday", options).exitCode()).as(options[0]).isEqualTo(2);
    }
    assertThat(cli.run("publish", "oci:DIR/os:monday", repository + ":latest").exitCode())
        .isEqualTo(2);
    assertThat(registry.requests()).isEmpty();
  }

  /** What a step of a job is told, in files and in the log. */
  private void inActions() {
    cli.with("GITHUB_ACTIONS", "true")
        .with("GITHUB_SERVER_URL", "https://github.com")
        .with("GITHUB_REPOSITORY", "Owner/os")
        .with("GITHUB_RUN_ID", "42")
        .with("GITHUB_OUTPUT", directory.resolve("output").toString())
        .with("GITHUB_STEP_SUMMARY", directory.resolve("summary").toString());
  }

  @Test
  void inGitHubActionsOutputsAreSet() throws IOException {
    Digest monday = published("monday");
    day(11);
    inActions();
    Run run = publish("tuesday", "--tag", "latest", "--json");
    String update = Long.toString(run.json().number("updateBytes"));
    assertThat(labels("latest"))
        .containsEntry(
            "io.github-actions.build.url", "https://github.com/Owner/os/actions/runs/42");
    assertThat(Files.readAllLines(directory.resolve("output")))
        .containsExactly(
            "digest=" + at("latest").orElseThrow(),
            "registry-paths=[\"%1$s:40-20251011\",\"%1$s:latest\"]".formatted(repository),
            "tags=40-20251011 latest",
            "uploaded-bytes=" + run.json().number("uploadedBytes"),
            "is-new=true",
            "version=40-20251011",
            "prev-ref=" + repository + "@" + monday,
            "reused-bytes=" + run.json().number("reusedBytes"),
            "update-bytes=" + update,
            "chunks=" + manifest("latest").layers().size());
    Files.delete(directory.resolve("output"));
    publish("tuesday", "--tag", "latest");
    assertThat(directory.resolve("output")).content().contains("is-new=false\n");
  }

  @Test
  void inGitHubActionsASummaryIsWritten() throws IOException {
    published("monday");
    Digest monday = at("40-20251010").orElseThrow();
    day(11);
    inActions();
    Run run = publish("tuesday", "--tag", "latest", "--json");
    String summary =
        Files.readString(directory.resolve("summary"))
            .replace(repository, "REPO")
            .replace(monday.toString(), "MONDAY")
            .replace(run.json().string("digest"), "TUESDAY")
            .replaceAll("3 blobs, [0-9.]+ kB", "3 blobs, 1 kB");
    assertThat(summary)
        .isEqualTo(
            """
            ## `REPO:40-20251011`

            |  |  |
            | --- | --- |
            | update | **133 B** of 406 B: 67.2% less than a whole download |
            | layers | 3 chunks, 1 of them to download |
            |  | `░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████████` |
            | previous image | `REPO@MONDAY`: 40-20251010 is the newest tag that matches \
            ^\\[0-9\\]+-\\[0-9\\]{8}(\\\\.\\[0-9\\]{1,5})?$ |
            | packages | none known |
            | version | `40-20251011` |
            | tags | `40-20251011`, `latest` |
            | digest | `TUESDAY` |
            | uploaded | 3 blobs, 1 kB |
            | signature | none |

            ### What is downloaded

            | download | why | components |
            | ---: | --- | --- |
            | 133 B | changed | `dir:/usr` |

            <details><summary>changelog</summary>

            # 40-20251011

            Changes since 40-20251010

            ## Packages

            -

            </details>

            | step | took |
            | --- | ---: |
            | Find the previous image | 0.0 s |
            | Rechunk and push by digest | 0.0 s |
            | Sign | 0.0 s |
            | Verify what is in the registry | 0.0 s |
            | Move the tags | 0.0 s |
            | all | 0.0 s |

            """);
  }

  /** The lines of the log that are commands, and whether others' are stopped at the time. */
  private static List<String> commands(Run run) {
    String token = run.lines().get(0).replace("::stop-commands::", "");
    List<String> commands = new ArrayList<>();
    boolean stopped = false;
    for (String line : run.lines()) {
      if (line.equals("::stop-commands::" + token)) {
        stopped = true;
      } else if (line.equals("::" + token + "::")) {
        stopped = false;
      } else if (!stopped) {
        commands.add(line);
      }
    }
    return commands;
  }

  @Test
  void inGitHubActionsStepsAreFoldedAndPasswordsMasked() throws IOException {
    inActions();
    cli.with("VARVE_USERNAME", "me").with("VARVE_PASSWORD", "hunter2");
    Run run = publish("monday", "--fresh");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(commands(run))
        .extracting(
            line ->
                line.replace(repository.replace(":", "%3A"), "REPO")
                    .replaceAll("[0-9.]+ k?B uploaded", "UPLOADED")
                    .replaceAll("sha256:[0-9a-f]{64}", "DIGEST"))
        .containsExactly(
            "::add-mask::hunter2",
            "::group::Find the previous image",
            "::endgroup::",
            "::group::Rechunk and push by digest",
            "::endgroup::",
            "::group::Sign",
            "::endgroup::",
            "::group::Verify what is in the registry",
            "::endgroup::",
            "::group::Move the tags",
            "::endgroup::",
            "::notice title=Published%3A REPO%3A40-20251010::a whole download: 406 B for clients;"
                + " UPLOADED; DIGEST");
    assertThat(run.lines()).contains("  tags       40-20251010");
    assertThat(Files.readString(directory.resolve("summary")))
        .containsPattern(
            "\\| update \\| a whole download: \\*\\*406 B\\*\\* for clients; [0-9.]+ kB uploaded"
                + " \\|\n");
    assertThat(commands(publish("tuesday", "--creds", "me:s3cret")))
        .startsWith("::add-mask::s3cret", "::add-mask::hunter2");
  }

  @Test
  void inGitHubActionsALoginFromAFileIsMaskedOnce() {
    inActions();
    registry.access().basic("me", "from-file");
    cli.with("GITHUB_TOKEN", "ghs_token");
    Run login = cli.run("login", registry.host(), "-u", "me", "-p", "from-file");
    assertThat(login.exitCode()).as(login.err()).isZero();
    assertThat(commands(publish("monday")))
        .filteredOn(line -> line.startsWith("::add-mask::"))
        .containsExactly("::add-mask::ghs_token", "::add-mask::from-file");
  }

  @Test
  void inGitHubActionsWarningsAndErrorsAreAnnotations() throws IOException {
    inActions();
    assertThat(commands(publish("monday")))
        .contains(
            "::warning title=No previous image::no previous image: the repository has no tags yet;"
                + " clients will download all of it, this time");
    day(11);
    Run run = publish("tuesday", "--budget", "10B");
    assertThat(run.exitCode()).isEqualTo(6);
    List<String> commands = commands(run);
    String told = run.lines().get(run.lines().size() - 1);
    assertThat(told).startsWith("varve: publishing docker://");
    assertThat(commands)
        .containsSequence(
            "::endgroup::", "::error title=varve publish::" + told.replace("varve: ", ""), told);
  }

  @Test
  void inGitHubActionsADryRunSetsNoDigest() throws IOException {
    published("monday");
    day(11);
    inActions();
    publish("tuesday", "--dry-run");
    assertThat(Files.readAllLines(directory.resolve("output")))
        .extracting(line -> line.replaceAll("=.*", ""))
        .containsExactly("version", "prev-ref", "reused-bytes", "update-bytes", "chunks");
    assertThat(Files.readString(directory.resolve("summary")))
        .startsWith("## Not published: `" + repository + ":40-20251011`\n");
  }
}
