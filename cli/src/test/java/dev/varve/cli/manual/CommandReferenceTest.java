package dev.varve.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Documents;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the page of all commands is generated from their help. */
final class CommandReferenceTest {
  @TempDir private Path directory;

  @Test
  void thePageIsUpToDate() throws Exception {
    Run run = new Cli(directory).run("command-reference", "DIR/commands.md");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Documents.ROOT.resolve(Documents.COMMANDS))
        .as("after a change of the help: varve command-reference " + Documents.COMMANDS)
        .hasSameTextualContentAs(directory.resolve("commands.md"));
  }

  @Test
  void aCommandHasItsArgumentsItsOptionsAndItsExample() throws Exception {
    new Cli(directory).run("command-reference", "DIR/commands.md");
    assertThat(Files.readString(directory.resolve("commands.md")))
        .contains(
            "\n## varve plan export\n",
            "\nvarve plan export [OPTIONS] REF\n",
            "\n| `REF` | ",
            "\n| `-o, --output=FILE` | ",
            "  varve plan export ")
        .contains("\n| `--compression=HOW` | ", "`--engine=builtin\\|container`")
        .contains("\\<changelog\\>")
        .doesNotContain("man-pages", "## varve plan\n", "%%");
  }
}
