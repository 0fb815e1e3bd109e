package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LintCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeImages() throws IOException {
    cli = new Cli(directory);
    Path layout = directory.resolve("os");
    new Sample().file("etc/ld.so.cache", "1").file("usr/lib/os-release", "1").writeTo(layout, "1");
    new Sample()
        .file("etc/ld.so.cache", "two")
        .file("usr/lib/os-release", "two")
        .file("var/log/dnf5.log", "log")
        .writeTo(layout, "2");
    new Sample().file("usr/bin/a", "1").writeTo(layout, "clean");
  }

  @Test
  void findingsAreReportedBelowTheirRulesWithTheCure() throws IOException {
    Run run = cli.run("lint", "-q", "oci:DIR/os:2", "--prev", "oci:DIR/os:1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.report())
        .containsExactly(
            "warning logs, 16 B of this update: Logs of the build differ in each build, and only new"
                + " machines get them.",
            "  16 B  /var/log/dnf5.log  a log of the build",
            "    RUN rm -rf /var/log/*",
            "",
            "warning caches, 16 B of this update: Programs make caches anew where they are missing or"
                + " old; each build makes them otherwise.",
            "  16 B  /etc/ld.so.cache  changed: ldconfig's list of libraries",
            "    RUN rm -rf /var/cache/* /var/lib/dnf /var/lib/apt/lists/*",
            "    # a cache that must be there: make it last, once, from files with fixed times",
            "",
            "note build, 16 B of this update: A file that no package owns changed: the build made it"
                + " anew.",
            "  16 B  /usr/lib/os-release  changed since the previous image",
            "    # write no dates, build numbers or random names into files; sort lists;",
            "    # give tools SOURCE_DATE_EPOCH",
            "",
            "oci:DIR/os:2: 2 warnings, 1 note");
    assertThat(cli.scratch()).isEmpty();
  }

  /** Both images have one source, and differ by an option. */
  @Test
  void imagesOfOneSourceAreCompared() throws IOException {
    for (String line :
        new String[] {
          "rechunk -q oci:DIR/os:2 oci:DIR/built:all",
          "rechunk -q oci:DIR/os:2 oci:DIR/built:pruned --prune var/log --fresh"
        }) {
      Run run = cli.run(line.split(" "));
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    assertThat(bytesOfLog("pruned")).isEqualTo(16);
    assertThat(bytesOfLog("all")).isZero();
  }

  /** Returns what the log costs an update from this image. */
  private long bytesOfLog(String previous) throws IOException {
    Run run =
        cli.run("lint", "-q", "oci:DIR/built:all", "--prev", "oci:DIR/built:" + previous, "--json");
    List<JsonObject> findings = run.json().objects("findings");
    assertThat(findings).extracting(finding -> finding.string("rule")).containsExactly("logs");
    return findings.get(0).number("bytes");
  }

  @Test
  void nothingIsSaidOfACleanImage() {
    Run run = cli.run("lint", "-q", "oci:DIR/os:clean");
    assertThat(run.exitCode()).isZero();
    assertThat(run.report()).containsExactly("oci:DIR/os:clean: nothing found");
  }

  @Test
  void theExitCodeDependsOnTheSeverity() throws IOException {
    assertThat(lint("--fail-on", "warning").exitCode()).isEqualTo(5);
    assertThat(lint("--fail-on", "warning", "--disable", "logs").exitCode()).isZero();
    assertThat(lint("--fail-on", "note", "--disable", "logs", "--disable", "var").exitCode())
        .isZero();
    assertThat(lint("--fail-on", "never").exitCode()).isZero();
    Path root = Files.createDirectories(directory.resolve("root/etc"));
    Files.writeString(root.resolve("machine-id"), "0123456789abcdef0123456789abcdef\n");
    assertThat(cli.run("lint", "-q", "rootfs:DIR/root").exitCode()).isEqualTo(5);
    assertThat(cli.run("lint", "-q", "rootfs:DIR/root", "--fail-on", "never").exitCode()).isZero();
  }

  @Test
  void findingsAreWrittenInSarifAlsoIfTheyAreErrors() throws IOException {
    Run run = lint("--fail-on", "warning", "--disable", "caches", "--sarif", "DIR/lint.sarif");
    assertThat(run.exitCode()).isEqualTo(5);
    JsonObject sarif =
        JsonObject.parse(Files.readAllBytes(directory.resolve("lint.sarif")), "lint.sarif");
    JsonObject only = sarif.objects("runs").get(0);
    assertThat(only.objects("results"))
        .extracting(result -> result.string("ruleId"))
        .containsExactly("logs");
    assertThat(only.object("tool").object("driver").objects("rules"))
        .extracting(rule -> rule.string("id"))
        .contains("logs", "hidden")
        .doesNotContain("caches");
    Run missing = lint("--sarif", "DIR/missing/lint.sarif");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err())
        .isEqualTo("varve: writing DIR/missing/lint.sarif: there is no DIR/missing\n");
  }

  private Run lint(String... options) {
    String[] line = new String[options.length + 3];
    System.arraycopy(options, 0, line, 3, options.length);
    line[0] = "lint";
    line[1] = "-q";
    line[2] = "oci:DIR/os:2";
    return cli.run(line);
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThat(lint("--fail-on", "error,warning").err())
        .contains("expected error, warning, note or never, got \"error,warning\"");
    Run run = lint("--disable", "log");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("expected one of the rules machine-id, ");
  }

  @Test
  void jsonHasRulesAndFindings() throws IOException {
    JsonObject json = lint("--json").json();
    assertThat(json.object("counts").toString())
        .isEqualTo("{\"error\":0,\"warning\":1,\"note\":0}");
    assertThat(json.objects("rules").get(0).string("name")).isEqualTo("logs");
    assertThat(json.objects("findings").get(0).toString())
        .isEqualTo(
            "{\"rule\":\"logs\",\"path\":\"/var/log/dnf5.log\",\"bytes\":16,"
                + "\"message\":\"a log of the build\"}");
  }
}
