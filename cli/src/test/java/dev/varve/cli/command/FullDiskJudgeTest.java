package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of destinations and scratch directories on small and on read-only file systems in memory,
 * which root may mount.
 */
@Tag("judge")
final class FullDiskJudgeTest {
  private static final String FULL = "no space left on device";

  @TempDir private Path directory;
  private Path disk;
  private Cli cli;

  @BeforeEach
  void writeImages() throws IOException {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root mounts");
    disk = Files.createDirectory(directory.resolve("disk"));
    cli = new Cli(directory);
    for (int i = 0; i < 3; i++) {
      byte[] program = new byte[300_000];
      new Random(7).nextBytes(program);
      program[100_000] = (byte) i;
      new Sample()
          .file("opt/a", "the same")
          .file("usr/bin/program", program)
          .file("srv/b", "build " + i)
          .writeTo(directory.resolve("os"), "" + i);
    }
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      run("sh", "-c", "! mountpoint -q \"$1\" || umount \"$1\"", "", disk.toString());
    }
  }

  private static void run(String... line) throws Exception {
    assertThat(new ProcessBuilder(line).inheritIO().start().waitFor()).isZero();
  }

  private void mount(String options) throws Exception {
    run("mount", "-t", "tmpfs", "-o", options, "none", disk.toString());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(disk)) {
      return files.map(file -> disk.relativize(file).toString()).sorted().toList();
    }
  }

  private void done(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  static Stream<String> commands() {
    return Stream.of(
        "copy -q oci:DIR/os:2 oci:DIR/disk/os:2",
        "copy -q oci:DIR/os:2 oci-archive:DIR/disk/os.tar:2",
        "copy -q oci:DIR/os:2 docker-archive:DIR/disk/docker.tar:os:2",
        "rechunk -q oci:DIR/os:2 oci:DIR/disk/os:2",
        "rechunk -q oci:DIR/os:2 oci:DIR/disk/new:2",
        "rechunk -q oci:DIR/os:2 oci-archive:DIR/disk/os.tar:2",
        "delta create -q oci:DIR/os:1 oci:DIR/os:2 oci:DIR/disk/delta",
        "delta create -q oci:DIR/os:1 oci:DIR/os:2 oci-archive:DIR/disk/delta.tar");
  }

  /** Leaves some kB, less than the command needs, or a few inodes. */
  @ParameterizedTest
  @MethodSource("commands")
  void aFullDiskIsNamedAndNothingIsLeftThere(String command) throws Exception {
    for (String options :
        List.of(
            "size=4k",
            "size=8k",
            "size=16k",
            "size=100k",
            "size=300k",
            "nr_inodes=2",
            "nr_inodes=4",
            "nr_inodes=6",
            "nr_inodes=8")) {
      mount(options);
      Run run = cli.run(command.split(" "));
      // A delta needs less than 16 kB.
      if (run.exitCode() != 0 || !command.startsWith("delta")) {
        assertThat(run.exitCode()).as(options + run.err()).isEqualTo(7);
        assertThat(run.lines()).last().asString().startsWith("varve: writing ").contains(FULL);
        assertThat(files()).as(options).containsExactly("");
      }
      assertThat(cli.scratch()).isEmpty();
      unmount();
    }
  }

  @Test
  void anImageOnAFullDiskStays() throws Exception {
    mount("size=700k");
    done("copy", "-q", "oci:DIR/os:1", "oci:DIR/disk/os:v");
    List<String> before = files();
    done("copy", "-q", "oci:DIR/os:1", "oci:DIR/disk/os:v");
    run("dd", "if=/dev/zero", "of=" + disk.resolve("filler"), "bs=1k", "count=200", "status=none");
    Run run = cli.run("copy", "-q", "oci:DIR/os:2", "oci:DIR/disk/os:v");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(7);
    Files.delete(disk.resolve("filler"));
    assertThat(files()).isEqualTo(before);
    assertThat(cli.run("verify-content", "-q", "oci:DIR/os:1", "oci:DIR/disk/os:v").exitCode())
        .isZero();
    done("copy", "-q", "oci:DIR/os:2", "oci:DIR/disk/os:v");
  }

  @ParameterizedTest
  @ValueSource(strings = {"size=4k", "size=40k", "size=200k", "nr_inodes=2", "nr_inodes=4"})
  void aFullScratchDirectoryIsNamed(String options) throws Exception {
    mount(options);
    for (String command :
        List.of(
            "rechunk -q oci:DIR/os:2 oci:DIR/out:2",
            "delta create -q oci:DIR/os:1 oci:DIR/os:2 oci:DIR/delta")) {
      Run run = cli.run((command + " --scratch DIR/disk").split(" "));
      if (run.exitCode() != 0) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(7);
        assertThat(run.lines())
            .last()
            .asString()
            .containsIgnoringCase(FULL)
            .endsWith("; --scratch DIR or TMPDIR chooses another place");
        assertThat(directory.resolve("out")).doesNotExist();
        assertThat(directory.resolve("delta")).doesNotExist();
      }
      assertThat(files()).containsExactly("");
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aReadOnlyDiskIsNamed(String command) throws Exception {
    mount("size=1m");
    done("copy", "-q", "oci:DIR/os:1", "oci:DIR/disk/os:2");
    List<String> before = files();
    run("mount", "-o", "remount,ro", disk.toString());
    Run run = cli.run(command.split(" "));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(7);
    assertThat(run.lines())
        .last()
        .asString()
        .startsWith("varve: writing ")
        .contains("DIR/disk/")
        .endsWith("read-only file system; write to another place");
    assertThat(files()).isEqualTo(before);
    assertThat(cli.scratch()).isEmpty();
  }
}
