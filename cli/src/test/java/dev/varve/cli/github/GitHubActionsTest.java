package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ResultStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitHubActionsTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>(Map.of("GITHUB_ACTIONS", "true"));

  private GitHubActions begin() {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new GitHubActions(
        new Console(new ResultStream(err), stream, environment, false, () -> 0), "t0k3n");
  }

  private List<String> printed() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private Path file(String variable) {
    Path file = directory.resolve(variable);
    environment.put(variable, file.toString());
    return file;
  }

  @Test
  void outputOfOthersIsNotReadAsCommands() {
    begin().close();
    assertThat(printed()).containsExactly("::stop-commands::t0k3n", "::t0k3n::");
  }

  @Test
  void commandsAreEscaped() {
    try (GitHubActions actions = begin()) {
      actions.warning("a: b, c", "50%\r\nof it: all, really");
      actions.error("e", "%0A");
    }
    assertThat(printed())
        .containsExactly(
            "::stop-commands::t0k3n",
            "::t0k3n::",
            "::warning title=a%3A b%2C c::50%25%0D%0Aof it: all, really",
            "::stop-commands::t0k3n",
            "::t0k3n::",
            "::error title=e::%250A",
            "::stop-commands::t0k3n",
            "::t0k3n::");
  }

  @Test
  void groupsFollowEachOther() {
    try (GitHubActions actions = begin()) {
      actions.group("one");
      actions.group("two");
    }
    assertThat(printed())
        .filteredOn(line -> !line.contains("t0k3n"))
        .containsExactly("::group::one", "::endgroup::", "::group::two", "::endgroup::");
  }

  @Test
  void everyLineOfASecretIsMasked() {
    try (GitHubActions actions = begin()) {
      actions.mask("one%\n\ntwo");
      actions.mask("");
    }
    assertThat(printed())
        .filteredOn(line -> !line.contains("t0k3n"))
        .containsExactly("::add-mask::one%25", "::add-mask::two");
  }

  @Test
  void nothingIsWrittenOutsideOfGitHubActions() throws IOException {
    environment.remove("GITHUB_ACTIONS");
    Path output = file("GITHUB_OUTPUT");
    Path summary = file("GITHUB_STEP_SUMMARY");
    try (GitHubActions actions = begin()) {
      actions.mask("secret");
      actions.group("one");
      actions.warning("a", "b");
      actions.output("a", "b");
      actions.summary("c");
      assertThat(actions.runUrl()).isEmpty();
    }
    assertThat(printed()).isEmpty();
    assertThat(output).doesNotExist();
    assertThat(summary).doesNotExist();
  }

  @Test
  void outputsAreAppended() throws IOException {
    Path output = file("GITHUB_OUTPUT");
    Files.writeString(output, "earlier=1\n");
    try (GitHubActions actions = begin()) {
      actions.output("tags", "a b");
      actions.output("empty", "");
    }
    assertThat(output).hasContent("earlier=1\ntags=a b\nempty=\n");
  }

  @Test
  void aValueOfSeveralLinesHasADelimiter() {
    assertThat(GitHubActions.assignment("a", "1=2", "end")).isEqualTo("a=1=2\n");
    assertThat(GitHubActions.assignment("a", "1\n2", "end")).isEqualTo("a<<end\n1\n2\nend\n");
    assertThat(GitHubActions.assignment("a", "1\r", "end")).isEqualTo("a<<end\n1\r\nend\n");
  }

  @Test
  void anOutputThatCannotBeSetIsAFailure() {
    environment.put("GITHUB_OUTPUT", directory.resolve("missing/file").toString());
    try (GitHubActions actions = begin()) {
      assertThatThrownBy(() -> actions.output("a", "b"))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "telling GitHub Actions in %1$s/missing/file: there is no %1$s/missing/file"
                  .formatted(directory));
    }
  }

  @Test
  void theRunHasAUrl() {
    environment.put("GITHUB_SERVER_URL", "https://github.com");
    environment.put("GITHUB_REPOSITORY", "owner/os");
    assertThat(begin().runUrl()).isEmpty();
    environment.put("GITHUB_RUN_ID", "42");
    assertThat(begin().runUrl()).contains("https://github.com/owner/os/actions/runs/42");
  }

  @Test
  void aSummaryIsCutAtALine() {
    String cut = "\n\n*The rest was cut: a summary has at most 1 MiB.*\n";
    assertThat(GitHubActions.cut("äb\ncd\n", 7)).isEqualTo("äb\ncd\n");
    assertThat(GitHubActions.cut("äb\ncd\n" + "e".repeat(60), cut.length() + 9))
        .isEqualTo("äb\ncd\n" + cut);
    assertThat(GitHubActions.cut("äb\ncd\n" + "e".repeat(60), cut.length() + 6))
        .isEqualTo("äb\n" + cut);
    assertThat(GitHubActions.cut("e".repeat(60), 10)).isEmpty();
  }

  @Test
  void aSummaryIsCutToTheSpaceLeft() throws IOException {
    Path summary = file("GITHUB_STEP_SUMMARY");
    Files.writeString(summary, "x".repeat(GitHubActions.MAX_SUMMARY - 100));
    try (GitHubActions actions = begin()) {
      actions.summary("a\n" + "b".repeat(99) + "\n");
    }
    assertThat(Files.readString(summary))
        .endsWith("xa\n\n\n*The rest was cut: a summary has at most 1 MiB.*\n")
        .hasSizeLessThanOrEqualTo(GitHubActions.MAX_SUMMARY);
  }
}
