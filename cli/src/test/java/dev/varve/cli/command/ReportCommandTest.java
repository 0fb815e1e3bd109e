package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.terminal.Human;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportCommandTest {
  private static final List<String> DAYS = List.of("1", "2", "3");

  @TempDir private Path directory;
  private Cli cli;

  /** Three builds, of which each changes another directory, and their rechunked images. */
  @BeforeEach
  void writeSeries() throws IOException {
    cli = new Cli(directory);
    for (String name : List.of("a", "b", "c", "d", "e")) {
      file(name, "0");
    }
    String previous = "";
    for (String day : DAYS) {
      file(List.of("a", "b", "c").get(Integer.parseInt(day) - 1), day);
      // The build as it was made: one layer.
      ok(
          "rechunk",
          "-q",
          "rootfs:DIR/root",
          "oci:DIR/builds:" + day,
          "--max-layers",
          "1",
          "--fresh");
      List<String> line =
          new ArrayList<>(List.of("rechunk", "-q", "oci:DIR/builds:" + day, "oci:DIR/os:" + day));
      line.addAll(List.of("--max-layers", "4"));
      line.addAll(
          previous.isEmpty() ? List.of("--fresh") : List.of("--prev", "oci:DIR/os:" + previous));
      ok(line.toArray(String[]::new));
      previous = day;
    }
  }

  private void file(String name, String content) throws IOException {
    Path file = directory.resolve("root/usr/share/" + name + "/file");
    Files.createDirectories(file.getParent());
    Files.writeString(file, content.repeat(1000 * (1 + name.charAt(0) - 'a')));
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
  }

  private Run ok(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static List<String> strings(JsonObject json, String objects, String name)
      throws IOException {
    List<String> strings = new ArrayList<>();
    for (JsonObject each : json.objects(objects)) {
      strings.add(each.string(name));
    }
    return strings;
  }

  private static List<Long> numbers(JsonObject json, String objects, String name)
      throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (JsonObject each : json.objects(objects)) {
      numbers.add(each.number(name));
    }
    return numbers;
  }

  private JsonObject diff(String layout) throws IOException {
    String images = "oci:DIR/" + layout + ":";
    return ok("diff", "-q", "--json", images + "1", images + "2", images + "3").json();
  }

  @Test
  void eachUpdateCostsWhatDiffSays() throws IOException {
    JsonObject report =
        ok("report", "-q", "oci:DIR/os", "--as-built", "oci:DIR/builds", "--json").json();
    JsonObject diff = diff("os");
    assertThat(strings(report, "images", "name")).isEqualTo(DAYS);
    assertThat(numbers(report, "updates", "updateBytes"))
        .isEqualTo(numbers(diff, "steps", "updateBytes"));
    assertThat(report.object("mean").number("updateBytes"))
        .isEqualTo(diff.object("mean").number("updateBytes"));
    assertThat(numbers(report, "updates", "builtBytes"))
        .isEqualTo(numbers(diff("builds"), "steps", "updateBytes"));
    List<JsonObject> layers = report.objects("layers");
    for (int i = 0; i < 2; i++) {
      List<String> downloaded = new ArrayList<>();
      for (JsonObject download : report.objects("updates").get(i).objects("downloads")) {
        downloaded.add(layers.get((int) download.number("layer")).string("digest"));
      }
      assertThat(downloaded)
          .isEqualTo(strings(diff.objects("steps").get(i), "downloads", "digest"));
    }
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void withoutTheBuildsNothingIsSaidOfThem() throws IOException {
    Run run = ok("report", "-q", "oci:DIR/os");
    assertThat(run.report().get(0))
        .matches("an update costs [0-9.]+ k?B on average \\(2 updates\\)");
    assertThat(run.report().get(1)).matches("  image +layers +download +by delta +as built");
    assertThat(run.report().get(2)).matches("  2 +\\d of \\d +[0-9.]+ k?B +- +-");
    assertThat(ok("report", "-q", "oci:DIR/os", "--json").json().object("mean").has("builtBytes"))
        .isFalse();
  }

  @Test
  void thePageHasTheDataAndLoadsNothing() throws IOException {
    Run run = ok("report", "-q", "oci:DIR/os", "-o", "DIR/page.html", "--json");
    String page = Files.readString(directory.resolve("page.html"));
    String data =
        page.replaceAll(
            "(?s).*<script type=\"application/json\" id=\"data\">(.*?)</script>.*", "$1");
    // The test's directory has another name in what is printed.
    assertThat(JsonObject.parse(data.getBytes(UTF_8), "the page").without("place"))
        .isEqualTo(run.json().without("place"));
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains(
            "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-")
        .doesNotContain("{{")
        .doesNotContainPattern("(src|href)=\"[^#]");
  }

  @Test
  void aRepositoryIsReadWithoutItsLayers() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String repository = "docker://" + registry.host() + "/owner/os";
      for (String day : DAYS) {
        ok("copy", "-q", "oci:DIR/os:" + day, repository + ":" + day);
      }
      ok("copy", "-q", "oci:DIR/os:3", repository + ":latest");
      cli.with("COSIGN_PASSWORD", "");
      ok("generate-key-pair", "--output-key-prefix", "DIR/key");
      ok("generate-key-pair", "--output-key-prefix", "DIR/other");
      ok("sign", "-q", repository + ":1", "--key", "DIR/key.key");
      ok("sign", "-q", repository + ":2", "--key", "DIR/other.key");
      JsonObject delta =
          ok("delta", "create", "-q", repository + ":2", repository + ":3", repository, "--json")
              .json();
      registry.clearRequests();
      JsonObject unknown = ok("report", "-q", repository, "--json").json();
      assertThat(strings(unknown, "images", "name")).isEqualTo(DAYS);
      assertThat(strings(unknown, "images", "signing"))
          .containsExactly("unverified", "unverified", "none");
      assertThat(unknown.objects("updates").get(1).number("deltaBytes"))
          .isEqualTo(delta.number("deltaBytes"));
      assertThat(registry.requests("(GET|HEAD) .*")).hasSameSizeAs(registry.requests());
      for (JsonObject layer : unknown.objects("layers")) {
        assertThat(registry.requests(".*" + layer.string("digest") + ".*")).isEmpty();
      }
      JsonObject known = ok("report", "-q", repository, "--key", "DIR/key.pub", "--json").json();
      assertThat(strings(known, "images", "signing"))
          .containsExactly("verified", "other key", "none");
      assertThat(known.objects("images").get(0).strings("keys")).hasSize(1);
      assertThat(ok("report", "-q", repository, "--key", "DIR/key.pub").report())
          .contains("signatures of images: 1 signed, 1 signed by another key, 1 not signed");
      assertThat(ok("report", "-q", repository + ":1").report())
          .containsExactly(
              "one image: there is no update yet",
              "signatures of images: 1 signed, by a key that was not checked");
    }
  }

  @Test
  void lintChecksTheNewestImage() throws IOException {
    file("d", "4");
    Files.createDirectories(directory.resolve("root/usr/etc"));
    Files.writeString(directory.resolve("root/usr/etc/machine-id"), "4a5a\n");
    ok("rechunk", "-q", "rootfs:DIR/root", "oci:DIR/os:4", "--prev", "oci:DIR/os:3");
    JsonObject report = ok("report", "-q", "oci:DIR/os", "--lint", "--json").json();
    JsonObject lint =
        ok("lint", "-q", "oci:DIR/os:4", "--prev", "oci:DIR/os:3", "--fail-on", "never", "--json")
            .json();
    assertThat(report.object("lint").objects("findings"))
        .isNotEmpty()
        .containsExactlyElementsOf(lint.objects("findings"));
    assertThat(report.object("lint").objects("rules"))
        .containsExactlyInAnyOrderElementsOf(lint.objects("rules"));
    List<String> text = ok("report", "-q", "oci:DIR/os", "--lint").report();
    List<String> rules = text.subList(text.indexOf("lint of 4:") + 1, text.size());
    assertThat(rules).hasSameSizeAs(lint.objects("rules"));
    for (JsonObject rule : lint.objects("rules")) {
      String name = rule.string("name");
      long bytes = 0;
      int count = 0;
      for (JsonObject finding : lint.objects("findings")) {
        if (finding.string("rule").equals(name)) {
          count++;
          bytes += finding.number("bytes");
        }
      }
      String size = bytes == 0 ? "" : Human.size(bytes);
      String severity = rule.string("severity");
      String found = Human.count(count, "finding");
      assertThat(rules)
          .filteredOn(line -> line.contains(" " + name + " "))
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line.strip().split(" {2,}"))
                      .containsExactly(
                          Stream.of(size, severity, name, found)
                              .filter(cell -> !cell.isEmpty())
                              .toArray(String[]::new)));
    }
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void aSeriesOfOneImageHasNoUpdateYet() {
    Run run = ok("report", "-q", "oci:DIR/os", "--last", "1");
    assertThat(run.report()).containsExactly("one image: there is no update yet");
    Run none = cli.run("report", "-q", "oci:DIR/os", "--pattern", "x");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err())
        .contains(
            "expected at least one image in oci:DIR/os, found none; --pattern x matches none of 3"
                + " tags");
  }

  @Test
  void inAStepTheSummaryGetsAChart() throws IOException {
    cli.with("GITHUB_ACTIONS", "true");
    cli.with("GITHUB_STEP_SUMMARY", directory.resolve("summary").toString());
    JsonObject json =
        ok("report", "-q", "oci:DIR/os", "--as-built", "oci:DIR/builds", "--json").json();
    List<Long> bytes = numbers(json, "updates", "updateBytes");
    assertThat(Files.readString(directory.resolve("summary")))
        .contains(
            """
            ```mermaid
            xychart-beta
              title "Download of each update in MB; line: as built"
              x-axis ["2", "3"]
              y-axis "MB"
              bar [0.00, 0.00]
              line [0.00, 0.00]
            ```
            """,
            "| `2` | 1 | " + bytes.get(0) + " B |  | ");
  }

  @Test
  void aPageThatCannotBeWrittenIsNamedBeforeAnythingIsRead() {
    Run run = cli.run("report", "-q", "oci:DIR/missing", "-o", "DIR/none/page.html");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("there is no DIR/none").doesNotContain("no directory");
    Run other = cli.run("report", "-q", "oci:DIR/os", "-o", "DIR/root");
    assertThat(other.err()).contains("DIR/root: it is a directory");
  }

  @Test
  void aPageIsWrittenWholeInPlaceOfTheTextAndNamed() throws IOException {
    Path page = directory.resolve("page.html");
    Files.writeString(page, "the old page");
    Path other = Files.createLink(directory.resolve("old.html"), page);
    Run run = ok("report", "-q", "oci:DIR/os", "-o", "DIR/page.html");
    assertThat(run.out()).isEmpty();
    assertThat(run.lines()).containsExactly("DIR/page.html: 3 images, 2 updates");
    assertThat(page).content().startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    // The old file was not written to, so a full disk would have left it.
    assertThat(other).hasContent("the old page");
  }
}
