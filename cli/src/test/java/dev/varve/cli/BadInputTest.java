package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that broken input is reported in one line that names it, and leaves no partial output. */
final class BadInputTest {
  @TempDir private Path directory;
  private Cli cli;
  private Descriptor layer;
  private Path blob;

  @BeforeEach
  void writeImage() throws IOException {
    cli = new Cli(directory);
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("os"), "1");
    try (ImageSource image =
        OciLayout.open(directory.resolve("os"), "1", PlatformChoice.any(), "oci:os")) {
      layer = image.manifest().layers().get(1);
    }
    blob = directory.resolve("os/blobs/sha256").resolve(layer.digest().hex());
  }

  private void fails(String message) throws IOException {
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:1", "oci:DIR/out:1", "--fresh");
    assertThat(run).isEqualTo(new Run(1, "", "varve: " + message + "\n"));
    assertThat(directory.resolve("out/index.json")).doesNotExist();
    assertThat(cli.scratch()).isEmpty();
    Run verify = cli.run("verify-content", "-q", "oci:DIR/os:1", "oci:DIR/os:1");
    assertThat(verify.exitCode()).isEqualTo(1);
  }

  @Test
  void aTruncatedBlobIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(blob);
    Files.write(blob, Arrays.copyOf(bytes, 1024 + 512));
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:1", "oci:DIR/out:1", "--fresh");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.lines()).hasSize(1);
    assertThat(run.err())
        .startsWith("varve: reading blob " + layer.digest() + " of oci:DIR/os:1: expected 2048")
        .contains("1536");
    assertThat(directory.resolve("out/index.json")).doesNotExist();
  }

  @Test
  void aCorruptBlobIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(blob);
    bytes[600] ^= 1;
    Files.write(blob, bytes);
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:1", "oci:DIR/out:1", "--fresh");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.err())
        .startsWith(
            "varve: reading blob "
                + layer.digest()
                + " of oci:DIR/os:1: the bytes are corrupt; their digest is sha256:");
    assertThat(directory.resolve("out/index.json")).doesNotExist();
  }

  @Test
  void aMissingBlobIsNamed() throws IOException {
    Files.delete(blob);
    fails(
        "opening blob "
            + layer.digest()
            + " of oci:DIR/os:1: expected 2048 bytes, but the blob is not there");
  }

  @Test
  void anRpmDatabaseThatCannotBeReadIsNamedByItsPathInTheImage() throws IOException {
    new Sample().file("usr/share/rpm/rpmdb.sqlite", "").writeTo(directory.resolve("damaged"), "1");

    Run refused = cli.run("rechunk", "-q", "oci:DIR/damaged:1", "oci:DIR/out:1", "--fresh");

    assertThat(refused)
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: reading the RPM database /usr/share/rpm/rpmdb.sqlite: expected a SQLite"
                    + " database (\"SQLite format 3\" at offset 0), got an empty file; run `rpm -qa`"
                    + " in the image's build to see whether RPM can read the database, and `rpmdb"
                    + " --rebuilddb` to repair it; --no-packages continues without it\n"));
    assertThat(cli.run("inspect", "-q", "oci:DIR/damaged:1").err()).endsWith(refused.err());
    assertThat(cli.run("sbom", "-q", "oci:DIR/damaged:1").err())
        .endsWith(refused.err().replace("; --no-packages continues without it", ""));

    Run rechunked =
        cli.run("rechunk", "oci:DIR/damaged:1", "oci:DIR/out:1", "--fresh", "--no-packages");

    assertThat(rechunked.exitCode()).isZero();
    assertThat(rechunked.err())
        .contains("the RPM database /usr/share/rpm/rpmdb.sqlite is not read, as asked");
    assertThat(cli.run("inspect", "--no-packages", "oci:DIR/damaged:1").exitCode()).isZero();
  }

  @Test
  void aMissingTagIsNamedWithTheExistingTags() {
    assertThat(cli.run("inspect", "oci:DIR/os:2"))
        .isEqualTo(
            new Run(1, "", "varve: opening oci:DIR/os:2: no image is tagged \"2\"; there is 1\n"));
  }

  @Test
  void aPlaceWithoutALayoutIsNamed() throws IOException {
    Files.createDirectories(directory.resolve("empty"));
    assertThat(cli.run("inspect", "oci:DIR/empty"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: opening oci:DIR/empty: expected a file oci-layout, there is only"
                    + " nothing\n"));
    assertThat(cli.run("inspect", "oci:DIR/none"))
        .isEqualTo(new Run(1, "", "varve: opening oci:DIR/none: there is no directory DIR/none\n"));
    assertThat(cli.run("inspect", "oci-archive:DIR/none.tar"))
        .isEqualTo(
            new Run(1, "", "varve: opening oci-archive:DIR/none.tar: there is no DIR/none.tar\n"));
    assertThat(cli.run("rechunk", "-q", "rootfs:DIR/none", "oci:DIR/out", "--fresh"))
        .isEqualTo(
            new Run(1, "", "varve: opening rootfs:DIR/none: there is no directory DIR/none\n"));
  }

  @Test
  void aDestinationWithOtherFilesIsNotChanged() throws IOException {
    Path other = Files.createDirectories(directory.resolve("other"));
    Files.writeString(other.resolve("letter.txt"), "dear");
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:1", "oci:DIR/other", "--fresh");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines()).hasSize(1);
    try (var files = Files.list(other)) {
      assertThat(files).containsExactly(other.resolve("letter.txt"));
    }
  }

  @Test
  void aScratchDirectoryThatCannotBeCreatedIsNamed() throws IOException {
    Files.writeString(directory.resolve("file"), "");
    Run run = cli.run("inspect", "-q", "oci:DIR/os:1", "--scratch", "DIR/file");
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: creating a scratch directory in DIR/file: DIR/file exists already;"
                    + " --scratch DIR or TMPDIR chooses another place\n"));
  }

  @Test
  void malformedDocumentsAreNamed() throws IOException {
    Files.writeString(directory.resolve("os/index.json"), "{\"manifests\": 1}");
    assertThat(cli.run("inspect", "oci:DIR/os:1"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: reading index.json of oci:DIR/os:1: expected an array in \"manifests\", got"
                    + " 1\n"));
    Files.writeString(directory.resolve("plan.json"), "[]");
    Run plan =
        cli.run(
            "rechunk", "-q", "oci:DIR/os:1", "oci:DIR/out", "--fresh", "--plan", "DIR/plan.json");
    assertThat(plan.exitCode()).isEqualTo(1);
  }
}
