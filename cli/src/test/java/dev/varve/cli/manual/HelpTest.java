package dev.varve.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the help of a command lists its options in sections, the important ones first. */
final class HelpTest {
  private static final int ONE_SCREEN = 40;
  private static final Pattern HEADING = Pattern.compile("([A-Z][a-z ]+):");
  private static final Pattern OPTION = Pattern.compile(" {2,6}(?:-[a-z], )?(--[a-z-]+).*");

  @TempDir private Path directory;

  private List<String> help(String command) {
    return new Cli(directory).run((command + " --help").split(" ", -1)).out().lines().toList();
  }

  /** Returns the options of each section by its heading; the first section has an empty heading. */
  private Map<String, List<String>> sections(String command) {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    String current = "";
    for (String line : help(command)) {
      Matcher heading = HEADING.matcher(line);
      Matcher option = OPTION.matcher(line);
      if (heading.matches() && !line.equals("Example:")) {
        current = heading.group(1);
      } else if (option.matches()) {
        sections.computeIfAbsent(current, any -> new ArrayList<>()).add(option.group(1));
      }
    }
    return sections;
  }

  @Test
  void theHelpOfPublishBeginsWithTheCommonOptions() {
    List<String> lines = help("publish");
    List<String> top = lines.subList(0, lines.indexOf("Planning:"));
    assertThat(top)
        .hasSizeLessThanOrEqualTo(ONE_SCREEN)
        .startsWith("Usage: varve publish [OPTIONS] SOURCE REPO")
        .contains("Example:")
        .anyMatch(line -> line.strip().startsWith("SOURCE "))
        .anyMatch(line -> line.strip().startsWith("REPO "));
    assertThat(sections("publish").get(""))
        .containsExactly(
            "--budget",
            "--dry-run",
            "--force",
            "--fresh",
            "--git",
            "--key",
            "--max-layers",
            "--tag",
            "--unique",
            "--version");
  }

  @Test
  void theHelpOfPublishHasASectionForEachTopic() {
    Map<String, List<String>> sections = sections("publish");
    assertThat(sections.keySet())
        .containsExactly(
            "",
            "Planning",
            "Previous image",
            "Labels and changelog",
            "Signing",
            "Deltas",
            "Registry",
            "Container engine",
            "Scratch space",
            "Output");
    assertThat(sections.get("Previous image"))
        .containsExactly("--fresh-on-day", "--on-current", "--on-error", "--pattern");
    assertThat(sections.get("Signing"))
        .containsExactly(
            "--allow-unencrypted-key", "--bundle", "--rekor-url", "--sbom", "--tlog-upload");
    assertThat(sections.get("Deltas"))
        .containsExactly("--budget-of", "--delta-format", "--deltas", "--keep-deltas");
    assertThat(sections.get("Output")).containsExactly("--debug", "--help", "--json", "--quiet");
  }

  @ParameterizedTest
  @CsvSource({
    "rechunk, Planning, --compression",
    "rechunk, Labels and changelog, --label",
    "rechunk, Container engine, --storage",
    "diff, Planning, --no-packages",
    "changelog, Labels and changelog, --formatter",
    "prev-ref, Previous image, --on-error",
    "index create, Signing, --bundle",
    "index create, Registry, --dest-creds",
    "copy, Scratch space, --scratch",
    "tags, Registry, --authfile",
    "login, Registry, --cert-dir",
    "prune, Output, --json",
    "prune, '', --dry-run"
  })
  void everyCommandListsItsOptionsByTopic(String command, String section, String option) {
    assertThat(sections(command).get(section)).contains(option);
  }

  @Test
  void aRequiredOptionStaysInAShortSynopsis() {
    assertThat(help("append").get(0))
        .isEqualTo("Usage: varve append --layer=DIR|TAR [OPTIONS] IMAGE DEST");
  }

  @Test
  void defaultsAreInParentheses() {
    assertThat(help("publish").toString())
        .contains("(default: 120,")
        .contains("(default: zstd)")
        .contains("(default: 5)")
        .contains("(default: 10m)");
  }

  @Test
  void manPagesHaveTheSameSections() throws IOException {
    new Cli(directory).run("man-pages", "DIR/man");
    List<String> page = Files.readAllLines(directory.resolve("man/varve-publish.1"));
    assertThat(page.stream().filter(line -> line.startsWith(".SS ")))
        .containsExactly(
            ".SS Planning",
            ".SS Previous image",
            ".SS Labels and changelog",
            ".SS Signing",
            ".SS Deltas",
            ".SS Registry",
            ".SS Container engine",
            ".SS Scratch space",
            ".SS Output");
  }
}
