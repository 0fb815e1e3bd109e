package dev.varve.cli.manual;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the completion scripts with their shells, and the man pages with groff. */
@Tag("judge")
final class CompletionJudgeTest {
  @TempDir private Path directory;

  private Path script(String shell) throws IOException {
    Run run = new Cli(directory).run("completion", shell);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return Files.writeString(directory.resolve("completion." + shell), run.out(), UTF_8);
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    Tools tools = new Tools(directory, "bash");
    String complete =
        """
        source %s
        COMP_WORDS=(varve %s) COMP_CWORD=%d
        _complete_varve
        echo "${COMPREPLY[@]}"
        """;
    Path script = script("bash");
    assertThat(tools.run("bash", "-c", complete.formatted(script, "rech", 1)).strip())
        .isEqualTo("rechunk");
    assertThat(
            tools.run("bash", "-c", complete.formatted(script, "rechunk --max-layers", 2)).strip())
        .isEqualTo("--max-layers");
    assertThat(tools.run("bash", "-c", complete.formatted(script, "rechunk --preserve", 2)).strip())
        .isEqualTo("--preserve-mtimes");
    assertThat(tools.run("bash", "-c", complete.formatted(script, "plan e", 2)).strip())
        .isEqualTo("export");
    assertThat(tools.run("bash", "-c", complete.formatted(script, "doctor --engine b", 3)).strip())
        .isEqualTo("builtin");
  }

  @Test
  void zshLoadsTheScript() throws Exception {
    Tools tools = new Tools(directory, "zsh");
    assertThat(
            tools.run(
                "zsh",
                "-f",
                "-c",
                "source " + script("zsh") + " && echo $_comps[varve] && echo ok"))
        .endsWith("ok\n");
  }

  @Test
  void fishCompletesCommandsOptionsAndValues() throws Exception {
    Tools tools = new Tools(directory, "fish");
    String complete = "source " + script("fish") + "; complete -C '%s'";
    assertThat(tools.run("fish", "-c", complete.formatted("varve rech")))
        .isEqualTo(
            "rechunk\tDivides an image into layers that stay the same from one build to the"
                + " next\n");
    assertThat(tools.run("fish", "-c", complete.formatted("varve rechunk --max")))
        .startsWith("--max-layers\tThe maximum number of layers");
    assertThat(tools.run("fish", "-c", complete.formatted("varve plan e")))
        .startsWith("export\t")
        .hasLineCount(1);
    assertThat(tools.run("fish", "-c", complete.formatted("varve publish --on-error ")).lines())
        .extracting(line -> line.replaceFirst("\t.*", ""))
        .containsExactly("fail", "warn");
  }

  @Test
  void groffReportsNoProblemInTheManPages() throws Exception {
    Tools tools = new Tools(directory, "groff");
    Run run = new Cli(directory).run("man-pages", "DIR/man");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<Path> pages;
    try (Stream<Path> files = Files.list(directory.resolve("man"))) {
      pages = files.sorted().toList();
    }
    assertThat(pages).hasSizeGreaterThan(15).contains(directory.resolve("man/varve-plan-show.1"));
    for (Path page : pages) {
      assertThat(
              tools.run(
                  "sh",
                  "-c",
                  "groff -man -Tutf8 -K utf8 -wall -rCHECKSTYLE=3 -z " + page + " 2>&1"))
          .as(page.toString())
          .isEmpty();
    }
    assertThat(
            tools.run(
                "sh",
                "-c",
                "groff -man -K utf8 -Tutf8 -P-cbou "
                    + directory.resolve("man/varve-version-tag.1")))
        .contains("varve-version-tag - Prints the tag")
        .contains("--format=TEXT")
        .contains("%Y %y %m %d");
  }
}
