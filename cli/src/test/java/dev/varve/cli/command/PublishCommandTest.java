package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.fake.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the requests and the report of {@code varve publish}. */
final class PublishCommandTest extends PublishTestBase {
  /** The config, the state, and the empty config of the state's manifest. */
  private static final int BESIDE_LAYERS = 3;

  @Test
  void eachImageIsPlannedWithThePreviousOne() throws IOException {
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
  void tagsMoveAfterAllBlobsAndManifests() throws IOException {
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
    // The state's manifest is put before its blob, to learn whether the registry vouches for blobs.
    assertThat(puts.get(3)).startsWith("manifests/sha256:");
    assertThat(puts.subList(4, 6)).containsExactly("blob", puts.get(3));
    for (Descriptor kept : manifest("40-20251010").layers()) {
      assertThat(registry.requests("HEAD " + V2 + "blobs/" + kept.digest())).isEmpty();
    }
  }

  @Test
  void eachBlobIsCheckedBeforeATagMovesIfTheRegistryDoesNotVouch() throws IOException {
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
    // Each reused layer is checked once, the new layer before and after its upload.
    assertThat(registry.requests("HEAD " + V2 + "blobs/.*"))
        .extracting(RecordedRequest::line)
        .filteredOn(blobs::contains)
        .hasSize(manifest("latest").layers().size() + 3);
  }

  /** Each new blob needs three requests, a reused layer none. */
  @Test
  void theNumberOfRequestsDoesNotGrowWithTheReusedLayers() throws IOException {
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

  /** The comparison reads the reused layers; uploaded layers are read afterwards. */
  @Test
  void aVerifiedImageIsReadBackCompletely() throws IOException {
    published("monday");
    day(11);
    registry.clearRequests();
    published("tuesday", "--verify");
    for (Descriptor blob : manifest("40-20251011").layers()) {
      assertThat(registry.requests("GET " + V2 + "blobs/" + blob.digest())).isNotEmpty();
    }
  }

  @Test
  void publishingTheSameImageAgainUploadsNothing() throws IOException {
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
  void publishingTheSameDirectoryAgainUploadsNothing() throws IOException {
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
    assertThat(again.err()).containsOnlyOnce("reading 1 file of DIR/root");
    Files.writeString(root.resolve("motd"), "good day");
    assertThat(cli.run(line).json().string("version")).isEqualTo("40-20251010.1");
    assertThat(cli.run(line).json().string("version")).isEqualTo("40-20251010.1");
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
                + " the budget is 10 B; the largest layers: [0-9]+ B \\(.*usr.*\\); no tag was moved; a"
                + " larger --budget permits the update");
    assertThat(registry.tags(NAME)).containsExactly("40-20251010", "latest");
    assertThat(at("latest")).contains(monday);
    registry.clearRequests();
    published("tuesday", "--tag", "latest", "--budget", "1MB");
    assertThat(registry.requests(UPLOADS)).isEmpty();
  }

  @Test
  void anUpdateOverTheBudgetIsExplained() throws IOException {
    published("monday", "--tag", "latest");
    day(11);
    Run run = publish("tuesday", "--tag", "latest", "--budget", "10B", "--why", "--json");
    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(run.err()).containsSubsequence("files:\n", "  content  1 B  /usr/c\n", "varve: ");
    assertThat(run.lines()).last().asString().startsWith("varve: publishing docker://");
    JsonObject layer = run.json().object("causes").objects("layers").get(0);
    assertThat(layer.number("bytes")).isEqualTo(run.json().number("updateBytes"));
  }

  @Test
  void aFirstImageHasNoBudget() {
    Run run = publish("monday", "--budget", "10B");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .contains("note: the budget is not checked, because there is no previous image\n");
  }

  @Test
  void aDryRunOnlyReads() throws IOException {
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
  void aWholeDownloadIsReportedWithTheUploadedBytes() throws IOException {
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
  void theReportNamesUpdateUploadAndTags() throws IOException {
    published("monday");
    day(11);
    Run run = publish("tuesday", "--tag", "latest");
    assertThat(run.linesWithoutDigests())
        .extracting(line -> line.replace(repository, "REPO").replaceAll(", [0-9.]+ kB$", ", 1 kB"))
        .containsExactly(
            "the previous image: 40-20251010 is the newest tag that matches " + VERSIONS,
            "note: no package database (looked for those of RPM, dpkg, pacman and apk):"
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
  void wrongUsageIsReportedBeforeAnyRequest() {
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
}
