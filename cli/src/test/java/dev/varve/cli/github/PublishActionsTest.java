package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.command.PublishTestBase;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the outputs, summaries and log of {@code varve publish} in GitHub Actions. */
final class PublishActionsTest extends PublishTestBase {
  /** Sets the environment of a step in GitHub Actions. */
  private void inActions() {
    cli.with("GITHUB_ACTIONS", "true")
        .with("GITHUB_SERVER_URL", "https://github.com")
        .with("GITHUB_REPOSITORY", "Owner/os")
        .with("GITHUB_RUN_ID", "42")
        .with("GITHUB_OUTPUT", directory.resolve("output").toString())
        .with("GITHUB_STEP_SUMMARY", directory.resolve("summary").toString());
  }

  @Test
  void inGitHubActionsOutputsAreSet() throws IOException {
    Digest monday = published("monday");
    day(11);
    inActions();
    Run run = publish("tuesday", "--tag", "latest", "--json");
    String update = Long.toString(run.json().number("updateBytes"));
    assertThat(labels("latest"))
        .containsEntry(
            "io.github-actions.build.url", "https://github.com/Owner/os/actions/runs/42");
    assertThat(Files.readAllLines(directory.resolve("output")))
        .containsExactly(
            "digest=" + at("latest").orElseThrow(),
            "registry-paths=[\"%1$s:40-20251011\",\"%1$s:latest\"]".formatted(repository),
            "tags=40-20251011 latest",
            "uploaded-bytes=" + run.json().number("uploadedBytes"),
            "is-new=true",
            "version=40-20251011",
            "prev-ref=" + repository + "@" + monday,
            "reused-bytes=" + run.json().number("reusedBytes"),
            "update-bytes=" + update,
            "chunks=" + manifest("latest").layers().size());
    Files.delete(directory.resolve("output"));
    publish("tuesday", "--tag", "latest");
    assertThat(directory.resolve("output")).content().contains("is-new=false\n");
  }

  @Test
  void inGitHubActionsTheSummaryNamesTheFilesThatChanged() throws IOException {
    published("monday");
    day(11);
    inActions();
    Run run = publish("tuesday", "--why", "--deltas", "1", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(directory.resolve("summary"))
        .content()
        .contains(
            """
            ### What changed without a new version

            | size |  | file | component |
            | ---: | --- | --- | --- |
            | 1 B | content | `/usr/c` | `dir:/usr` |

            """);
    JsonObject layer = run.json().object("causes").objects("layers").get(0);
    assertThat(layer.number("bytes")).isEqualTo(run.json().number("updateBytes"));
    assertThat(layer.number("deltaBytes")).isPositive();
    assertThat(run.err()).contains("      content  1 B  /usr/c\n");
  }

  @Test
  void aNameThatIsNotUtf8DoesNotFailThePublication() throws IOException {
    new Sample().file("usr/\udcff", "1").writeTo(directory.resolve("os"), "odd");
    new Sample().file("usr/\udcff", "22").writeTo(directory.resolve("os"), "odder");
    published("odd");
    day(11);
    inActions();
    Run run = publish("odder", "--why");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(directory.resolve("summary")).content().contains("| 2 B | content | `/usr/?` |");
  }

  @Test
  void aDryRunNamesTheFilesThatChanged() throws IOException {
    published("monday");
    day(11);
    Run run = publish("tuesday", "--why", "--dry-run");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("      content  1 B  /usr/c\n");
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void inGitHubActionsTheDeltaIsInTheOutputsAndTheSummary() throws IOException {
    published("monday");
    day(11);
    inActions();
    Run run = publish("tuesday", "--deltas", "1", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    long bytes = run.json().objects("deltas").get(0).number("deltaBytes");
    assertThat(Files.readAllLines(directory.resolve("output")))
        .containsSubsequence(
            "update-bytes=" + run.json().number("updateBytes"), "delta-bytes=" + bytes);
    assertThat(Files.readString(directory.resolve("summary")))
        .containsPattern("\\| deltas \\| from 40-20251010 [0-9.]+ k?B instead of [0-9]+ B \\|\n")
        .containsPattern("\\| Make deltas \\| ");
    assertThat(commands(run)).contains("::group::Make deltas");
  }

  @Test
  void inGitHubActionsASummaryIsWritten() throws IOException {
    published("monday");
    Digest monday = at("40-20251010").orElseThrow();
    day(11);
    inActions();
    Run run = publish("tuesday", "--tag", "latest", "--json");
    String summary =
        Files.readString(directory.resolve("summary"))
            .replace(repository, "REPO")
            .replace(monday.toString(), "MONDAY")
            .replace(run.json().string("digest"), "TUESDAY")
            .replaceAll("3 blobs, [0-9.]+ kB", "3 blobs, 1 kB");
    assertThat(summary)
        .isEqualTo(
            """
            ## `REPO:40-20251011`

            |  |  |
            | --- | --- |
            | update | **133 B** of 406 B: 67.2% less than a whole download |
            | layers | 3 chunks, 1 of them to download |
            |  | `░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████████` |
            | previous image | `REPO@MONDAY`: 40-20251010 is the newest tag that matches \
            ^\\[0-9\\]+-\\[0-9\\]{8}(\\\\.\\[0-9\\]{1,5})?$ |
            | packages | none known |
            | version | `40-20251011` |
            | tags | `40-20251011`, `latest` |
            | digest | `TUESDAY` |
            | uploaded | 3 blobs, 1 kB |
            | signature | none |

            ### What is downloaded

            | download | why | components |
            | ---: | --- | --- |
            | 133 B | changed | `dir:/usr` |

            <details><summary>changelog</summary>

            # 40-20251011

            Changes since 40-20251010

            ## Packages

            -

            </details>

            | step | took |
            | --- | ---: |
            | Find the previous image | 0.0 s |
            | Rechunk and push by digest | 0.0 s |
            | Sign | 0.0 s |
            | Verify what is in the registry | 0.0 s |
            | Move the tags | 0.0 s |
            | all | 0.0 s |

            """);
  }

  /** Returns the lines of the log that GitHub reads as commands: those outside of stop-commands. */
  private static List<String> commands(Run run) {
    String token = run.lines().get(0).replace("::stop-commands::", "");
    List<String> commands = new ArrayList<>();
    boolean stopped = false;
    for (String line : run.lines()) {
      if (line.equals("::stop-commands::" + token)) {
        stopped = true;
      } else if (line.equals("::" + token + "::")) {
        stopped = false;
      } else if (!stopped) {
        commands.add(line);
      }
    }
    return commands;
  }

  @Test
  void inGitHubActionsStepsAreFoldedAndPasswordsMasked() throws IOException {
    inActions();
    cli.with("VARVE_USERNAME", "me").with("VARVE_PASSWORD", "hunter2");
    Run run = publish("monday", "--fresh");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(commands(run))
        .extracting(
            line ->
                line.replace(repository.replace(":", "%3A"), "REPO")
                    .replaceAll("[0-9.]+ k?B uploaded", "UPLOADED")
                    .replaceAll("sha256:[0-9a-f]{64}", "DIGEST"))
        .containsExactly(
            "::add-mask::hunter2",
            "::group::Find the previous image",
            "::endgroup::",
            "::group::Rechunk and push by digest",
            "::endgroup::",
            "::group::Sign",
            "::endgroup::",
            "::group::Verify what is in the registry",
            "::endgroup::",
            "::group::Move the tags",
            "::endgroup::",
            "::notice title=Published%3A REPO%3A40-20251010::a whole download: 406 B for clients;"
                + " UPLOADED; DIGEST");
    assertThat(run.lines()).contains("  tags       40-20251010");
    assertThat(Files.readString(directory.resolve("summary")))
        .containsPattern(
            "\\| update \\| a whole download: \\*\\*406 B\\*\\* for clients; [0-9.]+ kB uploaded"
                + " \\|\n");
    assertThat(commands(publish("tuesday", "--creds", "me:s3cret")))
        .startsWith("::add-mask::s3cret", "::add-mask::hunter2");
  }

  @Test
  void inGitHubActionsALoginFromAFileIsMaskedOnce() {
    inActions();
    registry.access().basic("me", "from-file");
    cli.with("GITHUB_TOKEN", "ghs_token");
    Run login = cli.run("login", registry.host(), "-u", "me", "-p", "from-file");
    assertThat(login.exitCode()).as(login.err()).isZero();
    assertThat(commands(publish("monday")))
        .filteredOn(line -> line.startsWith("::add-mask::"))
        .containsExactly("::add-mask::ghs_token", "::add-mask::from-file");
  }

  @Test
  void inGitHubActionsWarningsAndErrorsAreAnnotations() throws IOException {
    inActions();
    assertThat(commands(publish("monday")))
        .contains(
            "::warning title=No previous image::no previous image: the repository has no tags yet;"
                + " clients will download the whole image");
    day(11);
    Run run = publish("tuesday", "--budget", "10B");
    assertThat(run.exitCode()).isEqualTo(6);
    List<String> commands = commands(run);
    String failure = run.lines().get(run.lines().size() - 1);
    assertThat(failure).startsWith("varve: publishing docker://");
    assertThat(commands)
        .containsSequence(
            "::endgroup::",
            "::error title=varve publish::" + failure.replace("varve: ", ""),
            failure);
  }

  @Test
  void inGitHubActionsADryRunSetsNoDigest() throws IOException {
    published("monday");
    day(11);
    inActions();
    publish("tuesday", "--dry-run");
    assertThat(Files.readAllLines(directory.resolve("output")))
        .extracting(line -> line.replaceAll("=.*", ""))
        .containsExactly("version", "prev-ref", "reused-bytes", "update-bytes", "chunks");
    assertThat(Files.readString(directory.resolve("summary")))
        .startsWith("## Not published: `" + repository + ":40-20251011`\n");
  }
}
