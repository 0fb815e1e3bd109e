package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.varve.cli.Cli.Run;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Tests the commands and options in the documents and in the help. */
final class DocumentedCommandsTest {
  /**
   * The section whose commands this test runs in order, with a local registry in place of ghcr.io.
   */
  private static final String RUN = "## On your machine";

  /** Command lines that this test does not run, with the reasons. */
  static final Map<String, String> NOT_RUN =
      Map.ofEntries(
          Map.entry("cli/bin/varve try", "TryCommandTest runs it"),
          Map.entry("mvn verify", "runs this test"),
          Map.entry("mvn verify -Pjudges", ".ci/run runs it"),
          Map.entry("bash .ci/run", "runs this test"),
          Map.entry(
              ".ci/bench small|desktop|debian|arch|deltas|speed|peers|registry|publish|container|all",
              "takes minutes to hours"),
          Map.entry(".ci/fuzz PARSER|all SECONDS", "takes minutes to hours"),
          Map.entry(".ci/lint", ".ci/run runs it"),
          Map.entry(".ci/mvn verify", ".ci/run runs it"),
          Map.entry(".ci/checksums", "fetches every artifact anew"),
          Map.entry(".ci/vulnerabilities SCANNER", "a workflow runs it"),
          Map.entry(".ci/rechunk-scripts IMAGE", "a job of the integration workflow runs it"),
          Map.entry(".ci/judges/build DIR", ".ci/run runs it"),
          Map.entry("findings/NAME.sh", "shows other software, outside of CI"),
          Map.entry(".ci/release --tar FILE", ".ci/run runs it"),
          Map.entry(".ci/release VERSION", "changes the sources; .ci/run compares two builds"),
          Map.entry(
              "varve command-reference docs/reference/commands.md", "CommandReferenceTest runs it"),
          Map.entry("mvn spotless:apply", "changes the sources"),
          Map.entry("mvn -Dquick package", ".ci/run runs it"),
          Map.entry("varve try", "TryCommandTest runs it"),
          Map.entry("varve doctor --engine container", "ContainerRechunkJudgeTest runs it"),
          Map.entry(
              "sudo varve storage mount --options compress-force=zstd:2",
              "ContainerTestBase runs it"),
          Map.entry(
              "sudo varve rechunk containers-storage:localhost/my-os oci:os:today --engine"
                  + " container --storage /var/tmp/rechunk-btrfs",
              "ContainerRechunkJudgeTest runs it"),
          Map.entry(
              "varve rechunk containers-storage:localhost/my-os oci:os:plain --prev oci:os:sealed",
              "AppendCommandTest runs it"),
          Map.entry(
              "varve append oci:os:plain oci:os:sealed --layer uki", "AppendCommandTest runs it"),
          Map.entry(
              "varve copy docker://ghcr.io/me/my-os:latest"
                  + " oci-archive:/var/cache/varve/update.tar:latest --from rootfs:/ --omit-kept",
              "needs a running bootc system"),
          Map.entry(
              "podman run --rm --security-opt label=disable --volume /:/host:ro --volume"
                  + " /var/cache/varve:/out ghcr.io/varve-dev/varve copy"
                  + " docker://ghcr.io/me/my-os:latest oci-archive:/out/update.tar:latest --from"
                  + " rootfs:/host --omit-kept --scratch /out",
              "needs a running bootc system"),
          Map.entry(
              "skopeo copy docker://ghcr.io/me/my-os@sha256:1b15… oci-archive:update.delta",
              "the digest is shortened"),
          Map.entry("sudo varve storage unmount", "ContainerStorageJudgeTest runs it"),
          Map.entry(
              "sudo varve publish containers-storage:localhost/my-os docker://ghcr.io/me/my-os"
                  + " --engine container",
              "ContainerRechunkJudgeTest runs it"));

  /** Options of other programs. */
  private static final Set<String> OPTIONS_OF_OTHER_PROGRAMS =
      Set.of(
          "--stable-initramfs",
          "--check",
          "--lzma",
          "--insecure-ignore-tlog",
          "--privileged",
          "--tar",
          "--from-delta",
          "--patch-from",
          "--verify-key");

  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

  @TempDir private Path directory;

  private CommandLine varve() {
    return new Cli(directory).commandLine();
  }

  private static List<String> documented() throws IOException {
    List<String> all = new ArrayList<>();
    for (String page : Documents.pages()) {
      all.addAll(Documents.commandLines(Documents.lines(page)));
    }
    all.addAll(Documents.recipeLines());
    for (String row : Documents.section("AGENTS.md", "## Commands")) {
      if (row.startsWith("| `")) {
        all.add(Documents.code(row.split(" \\| ", -1)[0]).get(0));
      }
    }
    return all;
  }

  static List<String> lines() throws IOException {
    return documented().stream()
        .map(line -> line.replaceFirst("^sudo ", ""))
        .filter(line -> line.matches("(cli/bin/)?varve .*"))
        .toList();
  }

  private static List<String> runLines() throws IOException {
    List<String> lines =
        new ArrayList<>(Documents.commandLines(Documents.section("README.md", RUN)));
    lines.removeAll(NOT_RUN.keySet());
    return lines;
  }

  static Stream<String> examples() throws IOException {
    List<String> examples = new ArrayList<>();
    collectExamples(new Cli(Path.of("")).commandLine(), examples);
    return examples.stream();
  }

  private static void collectExamples(CommandLine command, List<String> examples) {
    for (String line : command.getCommandSpec().usageMessage().footer()) {
      if (line.startsWith("  varve ")) {
        examples.add(line.strip().replace("%%", "%").replace("$$", "$"));
      }
    }
    command.getSubcommands().values().forEach(each -> collectExamples(each, examples));
  }

  private void assertParsed(String line) {
    List<String> words = Documents.words(line);
    assertThatCode(() -> varve().parseArgs(words.subList(1, words.size()).toArray(String[]::new)))
        .as(line)
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void everyCommandInTheDocumentsIsParsed(String line) {
    assertParsed(line);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleInTheHelpIsParsed(String line) {
    assertParsed(line);
  }

  @Test
  void everyCommandInTheDocumentsIsRunOrListedAsNotRun() throws IOException {
    List<String> rest = new ArrayList<>(documented());
    rest.removeAll(runLines());
    rest.removeAll(NOT_RUN.keySet());
    for (String page : DocumentExamplesTest.pages().toList()) {
      rest.removeAll(DocumentExamplesTest.lines(page));
    }
    assertThat(rest).isEmpty();
    assertThat(documented()).containsAll(NOT_RUN.keySet());
  }

  @Test
  void everyCommandHasAnExampleInTheDocuments() throws IOException {
    List<String> lines = documented();
    List<String> all = new ArrayList<>();
    collectNames(varve(), "varve ", all);
    assertThat(all)
        .hasSizeGreaterThan(25)
        .allSatisfy(
            name ->
                assertThat(lines)
                    .anyMatch(
                        line ->
                            (line.replaceFirst("^(sudo |cli/bin/)", "") + " ").startsWith(name)));
  }

  private static void collectNames(CommandLine command, String name, List<String> names) {
    command
        .getSubcommands()
        .forEach(
            (word, each) -> {
              if (each.getCommandSpec().usageMessage().hidden()) {
                return;
              }
              if (each.getSubcommands().isEmpty()) {
                names.add(name + word + " ");
              }
              collectNames(each, name + word + " ", names);
            });
  }

  @Test
  void theCommandsOfTheReadmeWork() throws IOException {
    new Sample().file("a", "1").file("b", "1").writeTo(directory.resolve("build"), "monday");
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("build"), "tuesday");
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.access().basic("me", "secret");
      Cli cli = new Cli(directory).withAnswers(TypedAnswers.of("secret"));
      List<String> lines = runLines();
      assertThat(lines).hasSize(3);
      cli.at("2025-10-10T20:00:00Z").with("VARVE_USERNAME", "me").with("VARVE_PASSWORD", "secret");
      run(cli, lines.get(1), registry, "monday");
      cli.at("2025-10-11T20:00:00Z").with("VARVE_USERNAME", "").with("VARVE_PASSWORD", "");
      for (String line : lines) {
        run(cli, line, registry, "tuesday");
      }
      assertThat(cli.run("tags", registry.host() + "/me/my-os").out())
          .isEqualTo("40-20251010\n40-20251011\nlatest\n");
    }
  }

  private static void run(Cli cli, String line, FakeRegistry registry, String build) {
    List<String> words = Documents.words(line);
    Run run =
        cli.run(
            words.subList(1, words.size()).stream()
                .map(word -> word.replace("ghcr.io", registry.host()))
                .map(
                    word ->
                        word.replace(
                            "containers-storage:localhost/my-os", "oci:DIR/build:" + build))
                .toArray(String[]::new));
    assertThat(run.exitCode()).as(line + "\n" + run.err()).isZero();
  }

  @Test
  void everyOptionInTheDocumentsExists() throws IOException {
    CommandLine varve = varve();
    for (String page : Documents.pages()) {
      for (String line : Documents.lines(page)) {
        for (String code : Documents.code(line)) {
          Matcher option = OPTION.matcher(code);
          while (option.find()) {
            assertThat(
                    OPTIONS_OF_OTHER_PROGRAMS.contains(option.group())
                        || hasOption(varve, option.group()))
                .as(page + ": " + line + "\n" + option.group())
                .isTrue();
          }
        }
      }
    }
  }

  /** Returns whether a command or one of its subcommands has an option. */
  private static boolean hasOption(CommandLine command, String name) {
    return command.getCommandSpec().optionsMap().containsKey(name)
        || command.getSubcommands().values().stream().anyMatch(each -> hasOption(each, name));
  }
}
