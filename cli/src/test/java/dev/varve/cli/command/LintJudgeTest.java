package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code varve lint} on an initramfs that dracut has made twice, and on modules that Python
 * compiled.
 */
@Tag("judge")
final class LintJudgeTest {
  private static final String KERNEL = "6.1.0";

  @TempDir private Path directory;
  private Tools tools;
  private Cli cli;

  @BeforeEach
  void start() {
    tools = new Tools(directory, "dracut", "cpio", "python3");
    cli = new Cli(directory);
  }

  /** Makes an initramfs, and puts it into the image's files. */
  private Path initramfs(String content, String... options) throws Exception {
    Path modules = Files.createDirectories(directory.resolve("lib/modules/" + KERNEL));
    for (String name : List.of("modules.order", "modules.builtin", "modules.dep")) {
      Files.writeString(modules.resolve(name), "");
    }
    Path included = Files.writeString(directory.resolve("included"), content);
    Path made = directory.resolve("initramfs.img");
    List<String> line =
        new ArrayList<>(
            List.of(
                "dracut", "--no-kernel", "--no-hostonly", "--force", "-q", "--modules", "base"));
    line.addAll(List.of("--kmoddir", modules.toString()));
    line.addAll(List.of("--include", included.toString(), "/etc/included"));
    line.addAll(List.of(options));
    line.addAll(List.of(made.toString(), KERNEL));
    tools.run(line.toArray(String[]::new));
    Path kernel = Files.createDirectories(directory.resolve("root/usr/lib/modules/" + KERNEL));
    Files.writeString(kernel.resolve("vmlinuz"), "kernel");
    return Files.copy(made, kernel.resolve("initramfs.img"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void rechunk() {
    Run run = cli.run("rechunk", "-q", "rootfs:DIR/root", "oci:DIR/os:1", "--fresh");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private String finding(String rule) throws IOException {
    Run run =
        cli.run(
            "lint",
            "-q",
            "rootfs:DIR/root",
            "--prev",
            "oci:DIR/os:1",
            "--json",
            "--fail-on",
            "never");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json().objects("findings").stream()
        .map(Object::toString)
        .filter(finding -> finding.contains("\"rule\":\"" + rule + "\""))
        .findFirst()
        .orElse("none");
  }

  @Test
  void theMemberThatDiffersIsNamed() throws Exception {
    Path first = initramfs("one", "--reproducible");
    String members =
        tools.run("sh", "-c", "zcat \"$1\" | cpio --quiet -t | wc -l", "", first.toString());
    rechunk();
    initramfs("another", "--reproducible");
    assertThat(finding("initramfs"))
        .contains(
            "the kernel is the same: 1 member differs of " + members.strip() + ": etc/included")
        .doesNotContain("another time");
  }

  @Test
  void aReproducibleOneIsNotFoundAndAnotherForItsTimes() throws Exception {
    initramfs("one", "--reproducible");
    rechunk();
    initramfs("one", "--reproducible");
    assertThat(finding("initramfs")).isEqualTo("none");
    initramfs("one");
    assertThat(finding("initramfs")).contains("have another time");
  }

  @Test
  void modulesCompiledWithTheTimeOfTheBuildAreRepaired() throws Exception {
    Path source = Files.createDirectories(directory.resolve("root/usr/lib/python3/dist-packages"));
    Files.writeString(source.resolve("module.py"), "answer = 42\n");
    Files.createDirectories(directory.resolve("root/usr/lib/apk/db"));
    Files.writeString(
        directory.resolve("root/usr/lib/apk/db/installed"),
        "P:old\nV:1\nA:x86_64\nt:1700000000\n\n");
    tools.run("python3", "-m", "compileall", "-q", source.toString());
    rechunk();
    assertThat(finding("pyc")).contains("module.cpython-");
    Run repaired =
        cli.run("rechunk", "-q", "rootfs:DIR/root", "oci:DIR/os:2", "--fresh", "--repair", "pyc");
    assertThat(repaired.exitCode()).as(repaired.err()).isZero();
    Path unpacked = unpack("2");
    String used =
        tools.run(
            "sh",
            "-c",
            "cd \"$1\" && python3 -v -c 'import module' 2>&1 | grep -c \"^# .*module.*matches \"",
            "",
            unpacked.resolve("usr/lib/python3/dist-packages").toString());
    assertThat(used.strip()).isEqualTo("1");
  }

  /** Unpacks the layers of an image, which do not overlap. */
  private Path unpack(String tag) throws Exception {
    Run run = cli.run("copy", "-q", "oci:DIR/os:" + tag, "oci-archive:DIR/image.tar:x");
    assertThat(run.exitCode()).as(run.err()).isZero();
    Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
    Path blobs = Files.createDirectories(directory.resolve("blobs-of-image"));
    tools.run("tar", "-xf", directory.resolve("image.tar").toString(), "-C", blobs.toString());
    tools.run(
        "sh",
        "-c",
        "for blob in \"$1\"/blobs/sha256/*; do zstd -dc \"$blob\" 2>/dev/null | tar -xpf - -C \"$2\""
            + " 2>/dev/null || :; done",
        "",
        blobs.toString(),
        unpacked.toString());
    return unpacked;
  }
}
