package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of commands for repositories without requests to a registry. */
final class RegistryCommandsTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void setUp() {
    cli = new Cli(directory);
  }

  private static Run wrong(String message) {
    return new Run(2, "", "varve: " + message + "\n");
  }

  @Test
  void aVersionTagSaysTodaysDateInUtc() throws IOException {
    assertThat(cli.run("version-tag")).isEqualTo(new Run(0, "40-20251011\n", ""));
    assertThat(cli.run("version-tag", "--format", "%Y.%j-%H%M%S"))
        .isEqualTo(new Run(0, "2025.284-233000\n", ""));
    assertThat(cli.run("version-tag", "--json").json().string("tag")).isEqualTo("40-20251011");
  }

  @Test
  void aFormatOfAMalformedTagIsWrongUsage() {
    assertThat(cli.run("version-tag", "--format", "%Y/%m").exitCode()).isEqualTo(2);
    assertThat(cli.run("version-tag", "--format", "%D"))
        .isEqualTo(
            wrong("expected %Y, %y, %m, %d, %H, %M, %S, %j or %% in the format, got \"%D\""));
  }

  @Test
  void aUniqueTagNeedsARepository() {
    for (String[] line :
        new String[][] {{"version-tag", "--unique"}, {"version-tag", "--repo", "a.io/b"}}) {
      assertThat(cli.run(line))
          .isEqualTo(
              wrong(
                  "--unique and --repo REPO need each other: --unique avoids the tags that REPO has"));
    }
  }

  @Test
  void freshHasNoPreviousReference() throws IOException {
    assertThat(cli.run("prev-ref", "docker://ghcr.io/owner/os", "--fresh"))
        .isEqualTo(new Run(0, "", "no previous image: a fresh plan was requested\n"));
    assertThat(cli.run("prev-ref", "ghcr.io/owner/os", "--fresh", "-q"))
        .isEqualTo(new Run(0, "", ""));
    Run run = cli.run("prev-ref", "ghcr.io/owner/os", "--fresh", "--json");
    assertThat(run.json().toString())
        .isEqualTo(
            "{\"tag\":\"\",\"digest\":\"\",\"reference\":\"\",\"reason\":\"a fresh plan was"
                + " requested\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tags", "prev-ref", "version-tag --unique --repo"})
  void aMalformedRepositoryNameIsRefused(String command) {
    assertThat(cli.run((command + " docker://ghcr.io/Owner/os").split(" ", -1)))
        .isEqualTo(
            wrong(
                "expected HOST[:PORT]/PATH, got \"ghcr.io/Owner/os\"; repository names are lower"
                    + " case: ghcr.io/owner/os"));
    assertThat(cli.run((command + " ghcr.io/owner/os:latest").split(" ", -1)))
        .isEqualTo(
            wrong(
                "expected a repository, without tag or digest, got \"ghcr.io/owner/os:latest\"; its"
                    + " repository is ghcr.io/owner/os"));
  }

  @Test
  void aMalformedPatternIsWrongUsage() {
    for (String command : new String[] {"tags", "prev-ref"}) {
      assertThat(cli.run(command, "ghcr.io/owner/os", "--pattern", "4(0"))
          .isEqualTo(
              wrong(
                  "Invalid value for option '--pattern': expected a regular expression, got"
                      + " \"4(0\": unclosed group, at character 4 (varve "
                      + command
                      + " --help shows the usage)"));
    }
  }

  @Test
  void choicesAreNamedInLowerCase() {
    Run run = cli.run("prev-ref", "a.io/b", "--fresh", "--on-error", "ignore");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("varve: Invalid value for option '--on-error'");
    assertThat(
            cli.run("prev-ref", "a.io/b", "--fresh", "--on-error=warn", "--on-current=previous")
                .exitCode())
        .isZero();
  }

  @Test
  void credentialsWithoutPasswordNeedATerminal() {
    assertThat(cli.run("tags", "a.io/b", "--creds", "me"))
        .isEqualTo(
            wrong(
                "--creds: expected USER:PASSWORD, because there is no terminal to ask for the"
                    + " password"));
    assertThat(cli.run("tags", "a.io/b", "--creds", ":s3cret"))
        .isEqualTo(wrong("--creds: expected USER[:PASSWORD], and the USER is missing"));
  }

  @Test
  void aDestinationInARegistryHasNoDigest() {
    String digest = "sha256:" + "ab".repeat(32);
    String reference = "docker://a.io/b:1@" + digest;
    assertThat(cli.run("rechunk", "-q", "rootfs:DIR", reference))
        .isEqualTo(
            wrong(
                reference
                    + " can't be the destination of a new image, because it has a digest;"
                    + " expected docker://HOST/PATH[:TAG]"));
  }
}
