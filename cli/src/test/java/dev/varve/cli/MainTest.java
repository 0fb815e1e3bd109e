package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.terminal.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class MainTest {
  @TempDir private Path directory;

  private Run run(String... args) {
    return new Cli(directory).run(args);
  }

  @Test
  void helpNamesTheCommandsOnTheStandardOutput() {
    Run run = run("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("Commands:")
        .contains("  rechunk ")
        .contains("  diff ")
        .contains("  inspect ")
        .contains("  verify-content ")
        .contains("  copy ")
        .contains("  plan ")
        .contains("Example");
  }

  @Test
  void theHelpIsTheSameWithAllCommandsLoaded() {
    assertThat(run("--help").out())
        .isEqualTo(Main.allCommands(Console.ofProcess()).getUsageMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rechunk",
        "diff",
        "inspect",
        "verify-content",
        "append",
        "copy",
        "plan",
        "plan show",
        "plan export",
        "tags",
        "prev-ref",
        "version-tag",
        "login",
        "logout",
        "completion",
        "man-pages"
      })
  void everyCommandHasHelpWithAnExampleAndTheCommonOptions(String command) {
    String[] words = (command + " --help").split(" ", -1);
    Run run = run(words);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("Usage: varve " + command + " ")
        .contains("--debug")
        .contains("--quiet")
        .contains("Example:\n  varve " + words[0]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rechunk",
        "diff",
        "inspect",
        "verify-content",
        "plan show",
        "plan export",
        "tags",
        "prev-ref",
        "version-tag"
      })
  void everyCommandThatReadsRegistriesHasTheConnectionOptions(String command) {
    assertThat(run((command + " --help").split(" ", -1)).out())
        .contains("--creds=USER[:PASSWORD]")
        .contains("--authfile=FILE")
        .contains("--tls-verify[=BOOL]")
        .contains("--cert-dir=DIR")
        .contains("--plain-http");
  }

  @Test
  void theHelpListsEveryCommandWithASentence() {
    for (CommandLine command : new Cli(directory).commandLine().getSubcommands().values()) {
      expectSentence(command);
      command.getSubcommands().values().forEach(MainTest::expectSentence);
    }
  }

  private static void expectSentence(CommandLine command) {
    assertThat(command.getCommandSpec().usageMessage().description()[0])
        .as(command.getCommandSpec().qualifiedName())
        .endsWith(".");
  }

  @Test
  void valuesAreCompletedInLowerCase() {
    String script = run("completion", "bash").out();
    assertThat(script)
        .contains("(\"builtin\" \"container\") # --engine values")
        .contains("(\"warn\" \"fail\") # --on-error values")
        .contains("(\"bash\" \"zsh\" \"fish\") # 0-0 values");
    assertThat(script.lines().filter(line -> line.matches(".*\\(\".* values")))
        .hasSizeGreaterThan(3)
        .allSatisfy(line -> assertThat(line).isLowerCase());
  }

  @Test
  void aMissingTemporaryDirectoryIsReportedAndNotCreated() {
    Cli cli = new Cli(directory).with("TMPDIR", directory.resolve("none").toString());
    assertThat(cli.run("inspect", "oci:DIR/os"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: unpacking in TMPDIR: expected a directory, got DIR/none, which does"
                    + " not exist; create it, or use --scratch DIR\n"));
    assertThat(cli.run("doctor").exitCode()).isEqualTo(7);
    assertThat(directory.resolve("none")).doesNotExist();
    assertThat(cli.run("inspect", "oci:DIR/os", "--scratch", "DIR/new").err())
        .doesNotContain("TMPDIR");
  }

  @Test
  void theVersionIsPrinted() {
    assertThat(run("--version").out()).matches("varve \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
  }

  @Test
  void aMissingCommandIsWrongUsage() {
    assertThat(run()).isEqualTo(wrong("Missing the command to run (varve --help shows the usage)"));
    assertThat(run("plan"))
        .isEqualTo(wrong("Missing the command to run (varve plan --help shows the usage)"));
  }

  @Test
  void aMisspelledCommandGetsASuggestion() {
    assertThat(run("rechnk").exitCode()).isEqualTo(2);
    assertThat(run("rechnk").err())
        .startsWith("varve: Unknown command: 'rechnk'; did you mean rechunk or ");
    assertThat(run("rechnk", "oci:a", "oci:b").err())
        .startsWith("varve: Unknown command: 'rechnk'; did you mean rechunk or ");
    assertThat(run("diff", "oci:a", "oci:b", "--alll").err())
        .startsWith("varve: Unknown option: '--alll'; did you mean --all");
  }

  @Test
  void anExtraArgumentIsNamed() {
    assertThat(run("inspect", "oci:a", "oci:b"))
        .isEqualTo(wrong("Unmatched argument: 'oci:b' (varve inspect --help shows the usage)"));
  }

  @Test
  void aWrongValueIsRefusedWithTheValidOnes() {
    assertThat(run("completion", "tcsh").err())
        .isEqualTo(
            "varve: Invalid value for positional parameter at index 0 (bash|zsh|fish): expected"
                + " bash or zsh or fish, got 'tcsh' (varve completion --help shows the usage)\n");
    assertThat(run("doctor", "--engine", "docker").err())
        .isEqualTo(
            "varve: Invalid value for option '--engine': expected builtin or container, got"
                + " 'docker' (varve doctor --help shows the usage)\n");
  }

  @Test
  void anUnknownOptionIsNamed() {
    Run run = run("inspect", "oci:a", "--jsn");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("varve: Unknown option: '--jsn'");
    assertThat(run.lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void anUnknownOptionIsNamedWithoutItsValue() {
    assertThat(run("rechunk", "oci:a", "oci:b", "c", "--src-creds", "me:secret"))
        .isEqualTo(wrong("Unknown option: '--src-creds' (varve rechunk --help shows the usage)"));
    assertThat(run("rechunk", "oci:a", "oci:b", "--cred=me:secret", "-x", "--src-creds=me:secret"))
        .isEqualTo(
            wrong(
                "Unknown options: '--cred', '-x', '--src-creds'; did you mean --creds?"
                    + " (varve rechunk --help shows the usage)"));
  }

  @Test
  void wrongUsageIsReportedInJson() throws IOException {
    Run run = run("inspect", "--json");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.json().names()).containsExactly("error", "exitCode");
    assertThat(run.json().string("error"))
        .isEqualTo("Missing required parameter: 'REF' (varve inspect --help shows the usage)");
    assertThat(run.json().number("exitCode")).isEqualTo(2);
    assertThat(run("inspect", "wrong:x", "--json").json().number("exitCode")).isEqualTo(2);
    assertThat(run("login", "--json").out()).isEmpty();
  }

  @Test
  void missingArgumentsAreNamed() {
    assertThat(run("rechunk"))
        .isEqualTo(
            wrong(
                "Missing required parameters: 'SOURCE', 'DEST' (varve rechunk --help shows the usage)"));
    assertThat(run("diff", "oci:a").exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect wrong:x",
        "diff wrong:x oci:a",
        "diff oci:a wrong:x",
        "verify-content wrong:x oci:a",
        "plan show wrong:x",
        "plan export wrong:x",
        "rechunk wrong:x oci:a",
        "rechunk oci:a wrong:x",
        "rechunk oci:a oci:b --prev wrong:x"
      })
  void everyCommandRefusesAnUnknownTransport(String line) {
    Run run = run(line.split(" ", -1));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.lines())
        .containsExactly(
            "varve: unknown transport in \"wrong:x\"; expected docker://HOST/PATH[:TAG][@DIGEST],"
                + " oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:REF],"
                + " containers-storage:REF, rootfs:DIR");
  }

  @Test
  void aDirectoryIsRefusedWhereLayersAreNeeded() {
    for (List<String> line :
        List.of(
            List.of("inspect", "rootfs:/x"),
            List.of("diff", "rootfs:/x", "oci:a"),
            List.of("plan", "show", "rootfs:/x"))) {
      assertThat(run(line.toArray(String[]::new)))
          .isEqualTo(wrong("rootfs:/x: expected an image with layers, got a directory"));
    }
  }

  private static Run wrong(String message) {
    return new Run(2, "", "varve: " + message + "\n");
  }
}
