package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of {@code varve rechunk} with sources and destinations other than a new layout. */
final class RechunkPlacesTest extends RechunkTestBase {
  @Test
  void anArchiveIsPlannedWithoutAPreviousImageByDefault() {
    Run first = rechunk("oci:DIR/src:monday", "oci-archive:DIR/out.tar:a");
    assertThat(first.exitCode()).isZero();
    assertThat(first.lines())
        .contains("note: planning without a previous image: --prev names none");
    Run second =
        rechunk(
            "oci:DIR/src:tuesday", "oci-archive:DIR/two.tar", "--prev", "oci-archive:DIR/out.tar");
    assertThat(second.err()).contains("; 2 reused, 7.2 kB");
  }

  @Test
  void aBrokenImageAtTheDestinationFailsTheRun() throws IOException {
    Files.createDirectories(directory.resolve("out"));
    Files.writeString(directory.resolve("out/oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    String digest = "a".repeat(64);
    Files.writeString(
        directory.resolve("out/index.json"),
        """
        {"schemaVersion": 2, "manifests": [{
          "mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 7,
          "digest": "sha256:%s",
          "annotations": {"org.opencontainers.image.ref.name": "a"}}]}
        """
            .formatted(digest));
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .containsExactly(
            "varve: opening blob sha256:"
                + digest
                + " of oci:DIR/out:a: expected 7 bytes, but the blob is not there; --fresh plans"
                + " without that image");
    assertThat(rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh").exitCode()).isZero();
  }

  @Test
  void aDirectoryIsASource() throws IOException {
    Path root = Files.createDirectories(directory.resolve("root/etc"));
    Files.writeString(root.resolve("motd"), "hello");
    cli.with("SOURCE_DATE_EPOCH", "1735689600");
    Run run = rechunk("rootfs:DIR/root", "oci:DIR/out:a", "--platform", "linux/arm64");
    assertThat(run.exitCode()).isZero();
    try (ImageSource image = image("a")) {
      assertThat(image.config().platform()).hasToString("linux/arm64");
      assertThat(image.config().created()).hasToString("2025-01-01T00:00:00Z");
    }
    assertThat(cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/out:a").exitCode())
        .isZero();
  }

  @Test
  void outputInsideTheSourceDirectoryIsLeftOutAndReported() throws IOException {
    Path root = directory.resolve("root");
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/motd"), "hello");
    Files.writeString(root.resolve("etc/.wh.motd"), "no whiteout");
    Run first = rechunk("rootfs:DIR/root", "oci:DIR/root/out:a", "--scratch", "DIR/root/tmp");
    assertThat(first.exitCode()).as(first.err()).isZero();
    Run second =
        cli.run("rechunk", "rootfs:DIR/root", "oci:DIR/root/out:b", "--scratch", "DIR/root/tmp");
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.err())
        .contains("DIR/root/etc/.wh.motd has a name that is a whiteout in a layer: left out")
        .containsPattern(
            "left out DIR/root/out, DIR/root/tmp/varve-[\\w-]+: this run uses it, and it is not part of");
    Run compared = cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/root/out:b");
    assertThat(compared.exitCode()).isZero();
    assertThat(compared.out())
        .isEqualTo(
            "equal: 4 paths, 5 B of content in both rootfs:DIR/root and oci:DIR/root/out:b\n");
  }

  @Test
  void outputInsideTheSourceDirectoryDoesNotChangeTheDateOfTheImage() throws IOException {
    Path root = directory.resolve("root");
    Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("motd"), "hello");
    Files.createSymbolicLink(root.resolve("gone"), Path.of("not-there"));
    List<String> digests = new ArrayList<>();
    for (long second = 1; second <= 3; second++) {
      Files.setLastModifiedTime(root.resolve("etc"), FileTime.from(Instant.ofEpochSecond(5_000)));
      Files.setLastModifiedTime(root, FileTime.from(Instant.ofEpochSecond(2_000_000_000 + second)));
      digests.add(
          digest(
              rechunk("rootfs:DIR/root", "oci:DIR/root/out", "--scratch", "DIR/root", "--json")));
    }
    assertThat(digests).containsOnly(digests.get(0));
  }

  @Test
  void theSourceDirectoryIsRefusedAsTheDestination() throws IOException {
    Files.createDirectories(directory.resolve("root"));
    assertThat(rechunk("rootfs:DIR/root", "oci:DIR/root/../root:a", "--fresh"))
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: rootfs:DIR/root and oci:DIR/root/../root:a are the same directory: use"
                    + " two directories\n"));
    assertThat(directory.resolve("root")).isEmptyDirectory();
  }

  @Test
  void aDestinationThatCannotBeWrittenIsRefused() {
    assertThat(rechunk("oci:DIR/src:monday", "rootfs:DIR/x", "--fresh"))
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: rootfs:DIR/x can't be the destination of an image, because it is a"
                    + " directory\n"));
  }

  @Test
  void aDockerArchiveCanBeTheDestination() {
    Run run = rechunk("oci:DIR/src:monday", "docker-archive:DIR/x.tar:os:1", "--fresh", "--verify");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(
            cli.run("verify-content", "-q", "oci:DIR/src:monday", "docker-archive:DIR/x.tar")
                .exitCode())
        .isZero();
  }
}
