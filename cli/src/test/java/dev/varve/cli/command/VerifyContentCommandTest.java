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

final class VerifyContentCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void begin() {
    cli = new Cli(directory);
  }

  @Test
  void theSameFilesInOtherLayersAreEqual() throws IOException {
    new Sample().file("etc/a", "1").file("etc/b", "22").writeTo(directory.resolve("o"), "1");
    new Sample().file("etc/b", "22").file("etc/a", "1").writeToArchive(directory.resolve("t"), "");
    Run run = cli.run("verify-content", "-q", "oci:DIR/o:1", "oci-archive:DIR/t");
    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "equal: 4 paths, 3 B of content in both oci:DIR/o:1 and oci-archive:DIR/t\n",
                ""));
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void differencesAreReportedWithExitCodeFive() throws IOException {
    new Sample().file("a", "1").file("b", "1").writeTo(directory.resolve("o"), "1");
    new Sample().file("a", "12").file("c", "1").writeTo(directory.resolve("o"), "2");
    Run run = cli.run("verify-content", "-q", "oci:DIR/o:1", "oci:DIR/o:2");
    assertThat(run)
        .isEqualTo(
            new Run(
                5,
                """
                oci:DIR/o:1 and oci:DIR/o:2 have 3 differences:
                  /a: size 1 in the first, 2 in the second
                  /b: only in the first
                  /c: only in the second
                """,
                ""));
  }

  @Test
  void manyDifferencesAreCutWithoutAll() throws IOException {
    Sample many = new Sample().file("same", "1");
    for (int i = 0; i < 25; i++) {
      many.file("f" + i, "1");
    }
    many.writeTo(directory.resolve("o"), "1");
    new Sample().file("same", "1").writeTo(directory.resolve("o"), "2");
    assertThat(cli.run("verify-content", "-q", "oci:DIR/o:1", "oci:DIR/o:2").report())
        .hasSize(22)
        .endsWith("  and 5 more (--all shows them)");
    assertThat(cli.run("verify-content", "-q", "--all", "oci:DIR/o:1", "oci:DIR/o:2").report())
        .hasSize(26);
  }

  @Test
  void jsonHasAllDifferences() throws IOException {
    new Sample().file("a", "1").writeTo(directory.resolve("o"), "1");
    new Sample().file("b", "1").writeTo(directory.resolve("o"), "2");
    Run run = cli.run("verify-content", "-q", "--json", "oci:DIR/o:1", "oci:DIR/o:2");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.err()).isEmpty();
    JsonObject json = run.json();
    assertThat(json.toString()).contains("\"equal\":false");
    assertThat(json.strings("differences"))
        .containsExactly("/a: only in the first", "/b: only in the second");
  }

  @Test
  void anEncapsulatedImageEqualsThePlainOneOnEitherSide() throws IOException {
    new Sample()
        .file("sysroot/ostree/repo/objects/aa/bb.file", "content")
        .file("etc/a", "1")
        .writeTo(directory.resolve("o"), "ostree");
    Path root = Files.createDirectories(directory.resolve("root"));
    Files.createDirectories(root.resolve("sysroot"));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/a"), "1");
    new Cli(directory).run("rechunk", "-q", "rootfs:DIR/root", "oci:DIR/o:plain", "--fresh");
    assertThat(cli.run("verify-content", "-q", "oci:DIR/o:ostree", "oci:DIR/o:plain").report())
        .allMatch(line -> !line.contains("ostree/repo"));
    assertThat(cli.run("verify-content", "-q", "oci:DIR/o:plain", "oci:DIR/o:ostree").exitCode())
        .isZero();
  }

  @Test
  void hardLinksOfEqualFilesAreExplained() throws IOException {
    for (String name : List.of("plain", "ostree", "linked")) {
      Path root = directory.resolve(name);
      Files.createDirectories(root.resolve("sysroot"));
      Files.writeString(root.resolve("a"), "x");
      if (name.equals("plain")) {
        Files.writeString(root.resolve("b"), "x");
      } else {
        Files.createLink(root.resolve("b"), root.resolve("a"));
      }
    }
    Files.createDirectories(directory.resolve("ostree/sysroot/ostree/repo"));
    assertThat(cli.run("verify-content", "-q", "rootfs:DIR/plain", "rootfs:DIR/ostree"))
        .isEqualTo(
            new Run(
                0,
                """
                equal: 4 paths, 2 B of content in both rootfs:DIR/plain and rootfs:DIR/ostree
                1 path is a hard link to equal files in only one of them, because OSTree stores equal files once: not a difference
                """,
                ""));
    assertThat(cli.run("verify-content", "-q", "rootfs:DIR/plain", "rootfs:DIR/linked"))
        .isEqualTo(
            new Run(
                5,
                """
                rootfs:DIR/plain and rootfs:DIR/linked have 1 difference:
                  /b: hard link of /b in the first, /a in the second
                1 path is a hard link to equal files in only one of them, as in files that were in an OSTree repository
                """,
                ""));
  }
}
