package dev.varve.cli.report;

import static dev.varve.core.history.SeriesFixture.image;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Tools;
import dev.varve.cli.terminal.Human;
import dev.varve.core.history.HistoryImage;
import dev.varve.core.history.SeriesFixture;
import dev.varve.core.history.SeriesHistory;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that {@code varve report} writes, as Chromium shows it and axe judges it. */
@Tag("judge")
final class HistoryPageJudgeTest {
  private static final String MARKUP = "<img/src=x/onerror=document.title='run'>";
  private static final int IMAGES = 10;

  @TempDir private Path directory;
  private Cli cli;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    new Tools(directory, "chromedriver", "chromium");
    cli = new Cli(directory);
    browser = Browser.start(directory);
  }

  @AfterEach
  void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  private Run ok(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private void file(String name, String content) throws IOException {
    Path file = directory.resolve("root/" + name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
  }

  /** Writes ten images with a package database, of which each changes a package or more. */
  private void writeSeries() throws IOException {
    Random random = new Random(7);
    for (int image = 0; image < IMAGES; image++) {
      StringBuilder status = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        int version = image / (i + 1);
        status.append(
            "Package: p%d\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.%d%s\n\n"
                .formatted(i, version, i == 1 ? MARKUP : ""));
        if (image % (i + 1) == 0) {
          byte[] content = new byte[1000 * (i + 1)];
          random.nextBytes(content);
          file("usr/share/p" + i + "/data", Base64.getEncoder().encodeToString(content));
        }
        file("var/lib/dpkg/info/p" + i + ".list", "/.\n/usr/share/p" + i + "/data\n");
      }
      file("usr/share/" + MARKUP.replace("/", "") + "/data", "image " + image);
      file("var/lib/dpkg/status", status.toString());
      List<String> line =
          new ArrayList<>(List.of("rechunk", "-q", "rootfs:DIR/root", "oci:DIR/os:v" + image));
      line.addAll(List.of("--label", "org.opencontainers.image.version=v" + image));
      line.addAll(
          image == 0 ? List.of("--fresh") : List.of("--prev", "oci:DIR/os:v" + (image - 1)));
      ok(line.toArray(String[]::new));
    }
  }

  private List<JsonObject> diffs() throws IOException {
    List<String> line = new ArrayList<>(List.of("diff", "-q", "--json"));
    IntStream.range(0, IMAGES).forEach(image -> line.add("oci:DIR/os:v" + image));
    return ok(line.toArray(String[]::new)).json().objects("steps");
  }

  @Test
  void thePageTellsWhatDiffTells() throws IOException {
    writeSeries();
    ok("report", "-q", "oci:DIR/os", "-o", "DIR/page.html");
    List<JsonObject> diffs = diffs();
    browser.show("light", 1200);
    browser.open(directory.resolve("page.html"));

    List<String> expected = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < diffs.size(); i++) {
      JsonObject diff = diffs.get(i);
      sum += diff.number("updateBytes");
      expected.add("v" + (i + 1));
      expected.add(Human.size(diff.number("updateBytes")));
      expected.add(diff.number("updateLayers") + " of " + diff.object("to").number("layers"));
    }
    browser.click("#updates-numbers summary");
    assertThat(browser.texts("#updates-table tbody > tr > *")).isEqualTo(expected);
    assertThat(browser.text("h1"))
        .isEqualTo("An update costs " + Human.size(Math.round(sum / 9.0)) + " on average");
    assertThat(browser.texts("#skips-table tbody > tr:first-child > *"))
        .containsExactly("every build", "9", Human.size(sum));

    theCellsTellWhatDiffTells(diffs);
    theFilterAppliesToAllParts();
    theComponentsAreSorted();
    assertThat(browser.errors()).isEmpty();
    assertThat(browser.run("return document.title"))
        .isEqualTo("Updates of oci:" + directory.toRealPath() + "/os");
  }

  /** Goes by the keyboard from the control before the heat map through a row. */
  private void theCellsTellWhatDiffTells(List<JsonObject> diffs) throws IOException {
    for (JsonObject download : diffs.get(8).objects("downloads")) {
      browser.point("#heat th");
      String digest = download.string("digest").substring(0, 19);
      int row = rowOf(digest);
      browser.run("document.querySelector('#heat td').focus(); return ''");
      browser.press(IntStream.range(0, row).mapToObj(i -> Browser.DOWN).toArray(String[]::new));
      browser.press(Browser.END);
      String detail = browser.text("#detail");
      assertThat(detail)
          .startsWith("v9: downloaded, " + Human.size(download.number("bytes")))
          .endsWith(digest);
      for (JsonObject changed : download.objects("changed")) {
        assertThat(detail).contains(changed.string("name"));
      }
    }
    browser.run("document.getElementById('sort').focus(); return ''");
    browser.press(Browser.TAB);
    browser.press(Browser.HOME, Browser.RIGHT, Browser.RIGHT);
    assertThat(browser.run("return document.activeElement.getAttribute('aria-label')"))
        .startsWith("v2: ");
    browser.point("#heat tbody tr:nth-child(2) td:nth-child(2)");
    assertThat(browser.text("#detail")).startsWith("v0: first image, ");
  }

  private int rowOf(String digest) throws IOException {
    String row =
        browser.run(
            """
            const data = JSON.parse(document.getElementById('data').textContent);
            const layer = data.layers.findIndex((each) => each.digest.startsWith('%s'));
            return String(data.rows.findIndex((row) => row.includes(layer)));
            """
                .formatted(digest));
    return Integer.parseInt(row);
  }

  private void theFilterAppliesToAllParts() throws IOException {
    browser.type("#filter", "P1");
    assertThat(browser.texts("#heat tbody th"))
        .isNotEmpty()
        .hasSizeLessThan(
            browser
                .list("JSON.parse(document.getElementById('data').textContent).rows.map(String)")
                .size());
    assertThat(browser.texts("#components-table tbody th"))
        .containsExactlyInAnyOrder("deb:p1", "deb:p10", "deb:p11");
    assertThat(browser.texts("#packages summary").get(0)).isEqualTo("v8: 1 upgraded");
    browser.click("#packages summary");
    assertThat(browser.texts("#packages details[open] td"))
        .containsExactly("upgraded", "1.3" + MARKUP, "1.4" + MARKUP);
    browser.type("#filter", "onerror");
    assertThat(browser.texts("#components-table tbody th"))
        .containsExactly("dir:/usr/share/" + MARKUP.replace("/", ""));
    assertThat(browser.run("return String(document.images.length)")).isEqualTo("0");
    browser.run(
        "const filter = document.getElementById('filter'); filter.value = '';"
            + " filter.dispatchEvent(new Event('input')); return ''");
  }

  private void theComponentsAreSorted() throws IOException {
    List<String> byDownloads = browser.texts("#components-table tbody th");
    browser.click("#components-table [data-key=name]");
    List<String> byName = browser.texts("#components-table tbody th");
    assertThat(byName).isSorted().containsExactlyInAnyOrderElementsOf(byDownloads);
    assertThat(browser.text("#components-table [aria-sort=ascending]")).isEqualTo("Component");
    browser.click("#sort option[value=size]");
    List<String> widths =
        browser.list(
            "Array.from(document.querySelectorAll('#heat td:last-child .square'), (e) =>"
                + " e.style.width)");
    List<Double> sizes =
        widths.stream().map(width -> -Double.parseDouble(width.replace("px", ""))).toList();
    assertThat(sizes).isSorted().hasSizeGreaterThan(5);
  }

  @Test
  void axeFindsNothingSerious() throws IOException {
    writeSeries();
    ok("report", "-q", "oci:DIR/os", "-o", "DIR/page.html", "--lint");
    for (String scheme : List.of("light", "dark")) {
      for (int width : new int[] {360, 1200}) {
        browser.show(scheme, width);
        browser.open(directory.resolve("page.html"));
        browser.run(
            "document.querySelectorAll('details').forEach((each) => { each.open = true; });"
                + " document.querySelector('#heat td[tabindex=\"0\"]').focus(); return ''");
        assertThat(browser.errors()).isEmpty();
        assertThat(browser.text("#lint h3")).isEqualTo("What lint says of v9");
        assertThat(browser.texts("#lint summary")).isNotEmpty();
        assertThat(browser.seriousFindings()).as(scheme + ", " + width + " px").isEmpty();
        assertThat(browser.run("return String(document.documentElement.scrollWidth - innerWidth)"))
            .as("what is beside a window of " + width + " px")
            .isIn("0", "-0");
      }
    }
  }

  @Test
  void oneImageIsAPageWithoutUpdates() throws IOException {
    SeriesHistory history =
        SeriesHistory.of(
            "oci:os",
            List.of(image("v1", "2025-10-10T17:00:00Z").layer("a", 7, "rpm:a").get()),
            Set.of(),
            Optional.empty());
    browser.open(Files.writeString(directory.resolve("one.html"), HistoryPage.of(history)));
    assertThat(browser.text("h1")).isEqualTo("There is no update yet");
    assertThat(browser.texts("h2"))
        .containsExactly("Layers over images", "What costs most", "Images");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void aListIsShownAsAWholeIfOnlyFewRowsWouldBeHidden() throws IOException {
    browser.open(Files.writeString(directory.resolve("50.html"), HistoryPage.of(layers(50))));
    assertThat(browser.texts("#heat tbody tr")).hasSize(50);
    assertThat(browser.run("return String(document.getElementById('all-rows').hidden)"))
        .isEqualTo("true");
    browser.open(Files.writeString(directory.resolve("51.html"), HistoryPage.of(layers(51))));
    assertThat(browser.texts("#heat tbody tr")).hasSize(40);
    assertThat(browser.text("#all-rows")).isEqualTo("Show all 51");
    assertThat(browser.errors()).isEmpty();
  }

  /** An image of layers that differ in their components. */
  private static SeriesHistory layers(int layers) {
    SeriesFixture image = image("1", "2025-10-10T17:00:00Z");
    for (int i = 0; i < layers; i++) {
      image.layer("layer " + i, 1000 + i, "rpm:p" + i);
    }
    return SeriesHistory.of("oci:os", List.of(image.get()), Set.of(), Optional.empty());
  }

  @Test
  void aLargeSeriesIsAPageOfLessThanHalfAMegabyte() throws IOException {
    String page = HistoryPage.of(largeSeries());
    assertThat(page.getBytes(UTF_8)).hasSizeLessThan(500_000);
    browser.show("dark", 360);
    browser.open(Files.writeString(directory.resolve("large.html"), page));
    assertThat(browser.texts("#heat tbody tr")).hasSize(40);
    browser.click("#all-rows");
    assertThat(browser.texts("#heat tbody tr")).hasSize(120);
    assertThat(browser.texts("#heat thead th").get(30)).isEqualTo("40-29" + MARKUP);
    assertThat(browser.run("return document.title")).isEqualTo("Updates of " + MARKUP);
    assertThat(browser.errors()).isEmpty();
  }

  /** Thirty images of 120 layers, of which each replaces 20: 1,400 packages, 40 of them new. */
  private static SeriesHistory largeSeries() {
    int[] versions = new int[1400];
    Random random = new Random(1);
    List<HistoryImage> images = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      SeriesFixture image =
          image(
              "40-" + i + MARKUP,
              Instant.parse("2025-10-01T17:00:00Z").plusSeconds(i * 86_400L).toString());
      int first = random.nextInt(100);
      for (int j = 0; i > 0 && j < 40; j++) {
        // Of the twenty layers from the first one.
        versions[(first + j % 20) + 120 * random.nextInt(11)]++;
      }
      List<List<String>> held = new ArrayList<>();
      IntStream.range(0, 120).forEach(layer -> held.add(new ArrayList<>()));
      StringBuilder[] contents = new StringBuilder[120];
      for (int p = 0; p < versions.length; p++) {
        String name = "rpm:package-with-a-name-" + p;
        image.component(name, name + versions[p], 100_000 + p);
        image.installed(name.substring(4), "1.%d.0-1.fc42".formatted(versions[p]));
        held.get(p % 120).add(name);
        StringBuilder content = contents[p % 120] == null ? new StringBuilder() : contents[p % 120];
        contents[p % 120] = content.append(versions[p]).append(',');
      }
      for (int layer = 0; layer < 120; layer++) {
        image.layer(
            layer + ":" + contents[layer],
            1_000_000 + layer,
            held.get(layer).toArray(String[]::new));
      }
      images.add(image.get());
    }
    return SeriesHistory.of(MARKUP, images, Set.of(), Optional.empty());
  }
}
