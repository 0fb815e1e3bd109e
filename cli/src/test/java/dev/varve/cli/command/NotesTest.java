package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of labels, annotations, versions and changelogs of images. */
final class NotesTest {
  private static final String VERSION = "org.opencontainers.image.version";
  private static final String REVISION = "org.opencontainers.image.revision";

  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeSources() throws IOException {
    cli = new Cli(directory);
    image("1").label(VERSION, "40.1").installed("bash", "5.1-1").writeTo(os(), "1");
    image("2").label(VERSION, "40.2").installed("bash", "5.2-1").writeTo(os(), "2");
  }

  private Path os() {
    return directory.resolve("os");
  }

  private static Sample image(String content) {
    return new Sample().file("a", content).label("made.by", "<version>").label("b", "c");
  }

  private Run rechunk(String source, String destination, String... options) {
    List<String> line = new ArrayList<>(List.of("rechunk", "-q", source, destination));
    line.addAll(List.of(options));
    Run run = cli.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private Map<String, String> labels(String tag) throws IOException {
    try (ImageSource image =
        OciLayout.open(directory.resolve("out"), tag, PlatformChoice.any(), "oci:out")) {
      return image.config().labels();
    }
  }

  private String git(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("git", "-C", directory.toString()));
    all.addAll(List.of("-c", "user.name=me", "-c", "user.email=me@example.com"));
    all.addAll(List.of("-c", "commit.gpgSign=false"));
    return new Program(all, "install git").require(arguments).output().strip();
  }

  private String commit(String message) throws IOException {
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD");
  }

  @Test
  void allLabelsOfTheSourceAreKept() throws IOException {
    rechunk("oci:DIR/os:1", "oci:DIR/out:a", "--fresh");
    assertThat(labels("a"))
        .containsAllEntriesOf(Map.of("made.by", "<version>", "b", "c", VERSION, "40.1"))
        .containsEntry("rechunk.chunks", "1")
        .hasEntrySatisfying("rechunk.version", version -> assertThat(version).startsWith("varve "))
        .hasSize(5);
  }

  @Test
  void labelsMayBeListsOfLinesWithPlaceholders() throws IOException {
    Run run =
        rechunk(
            "oci:DIR/os:1",
            "oci:DIR/out:a",
            "--fresh",
            "--version=4_<date>",
            "--label",
            "\n# from the workflow\n  org.example.a=<version> of <timestamp>  \r\n\nb-\n",
            "--label=org.example.b=<pretty> <version:nothing> <b>",
            "--pretty=Forty",
            "--annotation=c=<date>\nd=e",
            "--description=It is <pretty>.\nAnd <version>.\n");
    assertThat(labels("a"))
        .containsEntry(VERSION, "4_250301")
        .containsEntry("org.example.a", "4_250301 of 2025-03-01T12:00:00Z")
        .containsEntry("org.example.b", "Forty <version:nothing> <b>")
        .containsEntry("org.opencontainers.image.description", "It is Forty.\nAnd 4_250301.")
        .doesNotContainKey("b");
    assertThat(run.err())
        .contains("note: label org.example.b keeps <version:nothing>: no value is known for it\n");
    try (ImageSource image =
        OciLayout.open(directory.resolve("out"), "a", PlatformChoice.any(), "oci:out")) {
      assertThat(image.manifest().annotations())
          .containsEntry("c", "250301")
          .containsEntry("d", "e");
    }
  }

  @Test
  void aVersionThatThePreviousImageHasGetsANumber() throws IOException {
    rechunk("oci:DIR/os:1", "oci:DIR/out:a", "--fresh", "--version=40");
    rechunk("oci:DIR/os:2", "oci:DIR/out:b", "--prev=oci:DIR/out:a", "--version=40");
    rechunk("oci:DIR/os:1", "oci:DIR/out:c", "--prev=oci:DIR/out:b", "--version=40");
    assertThat(labels("b")).containsEntry(VERSION, "40.1");
    assertThat(labels("c")).containsEntry(VERSION, "40.2");
  }

  @Test
  void theSameRunAtAnotherTimeGivesTheSameBytes() throws IOException {
    rechunk("oci:DIR/os:1", "oci:DIR/out:a", "--fresh");
    List<String> digests = new ArrayList<>();
    for (String now : List.of("2025-10-11T23:30:00Z", "2026-01-01T00:00:00Z")) {
      cli.at(now);
      digests.add(
          rechunk(
                  "oci:DIR/os:2",
                  "oci:DIR/out:b",
                  "--prev=oci:DIR/out:a",
                  "--version=<date>",
                  "--label=x=<timestamp> <changelog>",
                  "--json")
              .json()
              .string("digest"));
    }
    assertThat(digests.get(0)).isEqualTo(digests.get(1));
  }

  @Test
  void aChangelogHasTheCommitsAndThePackages() throws IOException {
    try (InputStream sample = SampleBuilds.archive()) {
      Files.copy(Objects.requireNonNull(sample), directory.resolve("sample.tar"));
    }
    git("init", "-q");
    String first = commit("begin");
    rechunk(
        "oci-archive:DIR/sample.tar:monday",
        "oci:DIR/out:monday",
        "--fresh",
        "--version=1",
        "--revision=" + first);
    String second = commit("go on");
    Files.writeString(
        directory.resolve("changelog.md"),
        "<version> since <previous>, bash <version:bash>\n<commits><pkgupd>");
    Path before = Files.writeString(directory.resolve("before.md"), "before");
    Files.createLink(directory.resolve("written.md"), before);
    Run run =
        rechunk(
            "oci-archive:DIR/sample.tar:tuesday",
            "oci:DIR/out:tuesday",
            "--prev=oci:DIR/out:monday",
            "--version=2",
            "--git=DIR",
            "--changelog=@DIR/changelog.md",
            "--formatter=pkgupd.update=* <package> <old> → <new>\\n\npkgupd.none=none",
            "--write-changelog=DIR/written.md",
            "--label=notes=<changelog>",
            "--json");
    String changelog = Files.readString(directory.resolve("written.md"));
    assertThat(changelog)
        .startsWith("2 since 1, bash ")
        .contains("\n- **%s** go on\n".formatted(second.substring(0, 7)))
        .containsPattern("\\n\\* libcap2 \\S+ → \\S+\\n")
        .containsPattern("\\n\\* libmaxminddb0 \\S+ → \\S+\\n");
    assertThat(before)
        .hasContent("before"); // the file was replaced: the other link has the old content
    assertThat(run.json().string("changelog")).isEqualTo(changelog);
    assertThat(run.json().string("version")).isEqualTo("2");
    assertThat(labels("tuesday")).containsEntry("notes", changelog).containsEntry(REVISION, second);

    Run changes =
        cli.run(
            "changelog", "-q", "oci:DIR/out:monday", "oci:DIR/out:tuesday", "--git=DIR", "--json");
    assertThat(changes.exitCode()).as(changes.err()).isZero();
    assertThat(changes.json().objects("commits").get(0).string("hash")).isEqualTo(second);
    assertThat(changes.json().objects("packages").get(0).string("name")).isEqualTo("libcap2");
    assertThat(changes.json().object("from").string("version")).isEqualTo("1");
    assertThat(changes.json().string("changelog"))
        .startsWith("# 2\n\nChanges since 1\n\n## Commits\n");
  }

  @Test
  void anUnwritableChangelogIsReportedBeforeRechunking() {
    Run run =
        cli.run("rechunk", "oci:DIR/os:1", "oci:DIR/out:a", "--write-changelog=DIR/none/it.md");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("varve: writing DIR/none/it.md: there is no DIR/none\n");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void missingCommitsCauseANoteOnly() throws IOException {
    git("init", "-q");
    commit("begin");
    rechunk("oci:DIR/os:1", "oci:DIR/out:a", "--fresh");
    assertThat(rechunk("oci:DIR/os:2", "oci:DIR/out:b", "--prev=oci:DIR/out:a", "--git=DIR").err())
        .contains(
            "note: no commits in the changelog: oci:DIR/out:a has no label " + REVISION + "\n");
    String gone = "1".repeat(40);
    rechunk("oci:DIR/os:1", "oci:DIR/out:a", "--fresh", "--revision=" + gone);
    assertThat(rechunk("oci:DIR/os:2", "oci:DIR/out:b", "--prev=oci:DIR/out:a", "--git=DIR").err())
        .contains(
            "note: no commits in the changelog: the git repository in DIR has no commit "
                + gone
                + "; a clone with the full history may have it (fetch-depth: 0 for"
                + " actions/checkout)\n");
  }

  @Test
  void wrongUsageIsReportedBeforeAnythingIsWritten() {
    wrong(
        2,
        "varve: --formatter: expected NAME=TEMPLATE with NAME one of commits.none, commits.commit,"
            + " pkgupd.none, pkgupd.update, pkgupd.add, pkgupd.remove, pkgupd.keys, got \"x=y\"\n",
        "--formatter=x=y");
    wrong(
        2,
        "varve: --version: expected a text with names such as <date>, got \"40-%Y\"\n",
        "--version=40-%Y");
    wrong(
        1,
        "varve: reading the changelog in DIR/none: there is no DIR/none\n",
        "--changelog=@DIR/none");
    wrong(2, "varve: --label: expected K=V or K-, got \"novalue\"\n", "--label=a=b\nnovalue");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  private void wrong(int code, String message, String option) {
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:1", "oci:DIR/out:a", "--fresh", option);
    assertThat(run).isEqualTo(new Run(code, "", message));
  }

  @Test
  void aChangelogOfTwoImagesIsMarkdown() throws IOException {
    Run run = cli.run("changelog", "oci:DIR/os:1", "oci:DIR/os:2");
    assertThat(run)
        .isEqualTo(
            new Run(
                0, "# 40.2\n\nChanges since 40.1\n\n## Packages\n\n - **bash**: 5.1 → 5.2\n", ""));
    Files.writeString(directory.resolve("t"), "<b><version>, <date>, bash <relver:bash></b>\n");
    assertThat(cli.run("changelog", "oci:DIR/os:1", "oci:DIR/os:2", "--template=DIR/t").out())
        .isEqualTo("<b>40.2, 250301, bash 5.2-1</b>\n");
    git("init", "-q");
    assertThat(cli.run("changelog", "oci:DIR/os:1", "oci:DIR/os:2", "--git=DIR"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: finding the commits between two images: oci:DIR/os:1 has no label "
                    + REVISION
                    + "; omit --git for a changelog without commits\n"));
  }
}
