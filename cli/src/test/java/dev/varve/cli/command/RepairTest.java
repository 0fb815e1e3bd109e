package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --repair}: files as their packages ship them. */
final class RepairTest {
  private static final String MODULE = "usr/lib/python3/__pycache__/a.cpython-312.pyc";

  @TempDir private Path directory;
  private Cli cli;

  /** A build of today, with a package of years ago, whose time is the clamp. */
  @BeforeEach
  void writeImage() throws IOException {
    cli = new Cli(directory);
    Instant now = Instant.parse("2025-06-01T12:00:00Z");
    file(
        "usr/lib/apk/db/installed",
        "P:tool\nV:1\nA:x86_64\nt:1700000000\nF:usr\nF:usr/bin\nM:0:0:755\n\n".getBytes(UTF_8),
        now);
    file("usr/lib/python3/a.py", "pass\n".getBytes(UTF_8), now);
    file(MODULE, compiled(now.getEpochSecond()), now);
    Files.createDirectories(directory.resolve("root/usr/bin"));
    Files.setPosixFilePermissions(
        directory.resolve("root/usr/bin"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    file("usr/bin/tool", "tool".getBytes(UTF_8), now);
  }

  private void file(String path, byte[] content, Instant mtime) throws IOException {
    Path file = directory.resolve("root").resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(mtime));
  }

  private static byte[] compiled(long time) {
    return ByteBuffer.allocate(24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0xCB, 0x0D, '\r', '\n'})
        .putInt(0)
        .putInt((int) time)
        .putInt(5)
        .putLong(42)
        .array();
  }

  private Run rechunk(String tag, String... more) {
    String[] line = new String[more.length + 4];
    System.arraycopy(more, 0, line, 4, more.length);
    line[0] = "rechunk";
    line[1] = "-q";
    line[2] = "rootfs:DIR/root";
    line[3] = "oci:DIR/os:" + tag;
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  @Test
  void modesAndModulesAreRepairedAndTheResultIsVerified() {
    Run run = rechunk("1", "--repair", "modes,pyc", "--verify");
    assertThat(run.err())
        .contains(
            "note: 1 attribute is restored as packages ship them, first /usr/bin: 700 → 755\n");
    Run differences = cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/os:1");
    assertThat(differences.report())
        .anyMatch(line -> line.startsWith("  /usr/bin: mode 700 in the first, 755 in the second"))
        .anyMatch(line -> line.startsWith("  /" + MODULE + ": content sha256:"));
    assertThat(cli.run("lint", "-q", "oci:DIR/os:1").report())
        .noneMatch(line -> line.contains(" pyc") || line.contains(" modes"));
  }

  @Test
  void withoutRepairTheBuildIsKeptAndLintFindsWhatItWouldRepair() {
    rechunk("1", "--verify");
    assertThat(cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/os:1").exitCode())
        .isZero();
    assertThat(cli.run("lint", "-q", "oci:DIR/os:1").report())
        .anyMatch(line -> line.startsWith("warning modes"))
        .anyMatch(line -> line.startsWith("warning pyc"));
  }

  @Test
  void aModuleOfSourcesThatNeedItOtherwiseStaysAndIsNamed() throws IOException {
    Instant other = Instant.parse("2025-06-01T13:00:00Z");
    file("usr/lib/python3/b.py", "pass\n".getBytes(UTF_8), other);
    Path module = directory.resolve("root").resolve(MODULE);
    Files.createLink(module.resolveSibling("b.cpython-312.pyc"), module);
    assertThat(rechunk("1", "--repair", "pyc", "--verify").err())
        .contains(
            "note: compiled Python modules of several sources, by hard links, are not repaired: /"
                + MODULE
                + ", /usr/lib/python3/__pycache__/b.cpython-312.pyc\n");
    assertThat(cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/os:1").exitCode())
        .isZero();
  }

  @Test
  void aModuleOfAnotherSourceIsNotMadeToLookValid() throws IOException {
    Instant edited = Instant.parse("2025-06-01T13:00:00Z");
    file("usr/lib/python3/a.py", "else\n".getBytes(UTF_8), edited);
    rechunk("1", "--repair", "pyc", "--verify");
    assertThat(cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/os:1").exitCode())
        .isZero();
    file("usr/lib/python3/a.py", "longer\n".getBytes(UTF_8), Instant.parse("2025-06-01T12:00:00Z"));
    rechunk("2", "--repair", "pyc", "--verify", "--fresh");
    assertThat(cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/os:2").exitCode())
        .isZero();
  }

  @Test
  void theNextBuildHasTheSameModule() throws IOException {
    rechunk("1", "--repair", "pyc");
    Instant later = Instant.parse("2025-06-02T12:00:00Z");
    file("usr/lib/python3/a.py", "pass\n".getBytes(UTF_8), later);
    file(MODULE, compiled(later.getEpochSecond()), later);
    rechunk("2", "--repair", "pyc", "--prev", "oci:DIR/os:1");
    assertThat(cli.run("diff", "-q", "oci:DIR/os:1", "oci:DIR/os:2").report())
        .anyMatch(line -> line.contains("nothing to download"));
  }

  @Test
  void whatCanNotBeRepairedIsRefused() {
    assertThat(cli.run("rechunk", "rootfs:DIR/root", "oci:DIR/os:1", "--repair", "files").err())
        .contains("expected owners, modes, caps or pyc, got \"files\"");
    Run sealed =
        cli.run(
            "rechunk", "rootfs:DIR/root", "oci:DIR/os:1", "--repair", "pyc", "--preserve-mtimes");
    Run without =
        cli.run("rechunk", "rootfs:DIR/root", "oci:DIR/os:1", "--repair", "modes", "--no-packages");
    assertThat(without.exitCode()).isEqualTo(2);
    assertThat(without.err()).contains("expected the package databases to be read");
    assertThat(sealed.exitCode()).isEqualTo(2);
    assertThat(sealed.err()).contains("repairing files: expected stable mtimes");
  }
}
