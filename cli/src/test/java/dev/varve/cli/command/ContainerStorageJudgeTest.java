package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.session.DrivenContainer;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ResultStream;
import dev.varve.runner.container.ContainerSettings;
import dev.varve.runner.storage.StorageSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of unmounting and removing the BTRFS of the container engine. */
@Tag("judge")
final class ContainerStorageJudgeTest extends ContainerTestBase {
  @Test
  void theStorageIsRemovedEvenIfPodmanFails() throws Exception {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Path podman =
        Files.writeString(
            bin.resolve("podman"),
            """
            #!/bin/sh
            case $1 in --root) echo 'no space left on device' >&2; exit 125 ;; esac
            exec /usr/bin/podman "$@"
            """);
    assertThat(podman.toFile().setExecutable(true)).isTrue();
    cli.with("PATH", bin + ":" + System.getenv("PATH"));

    Run kept = storage("unmount", "--keep");
    assertThat(kept.exitCode()).isEqualTo(7);
    assertThat(kept.lines()).contains("unmounted DIR/btrfs; kept DIR/btrfs.img");
    assertThat(storage("mount", "--min-free", "1MB").exitCode()).isZero();
    Run removed = storage("unmount");
    assertThat(removed.exitCode()).as(removed.err()).isZero();
    assertThat(removed.lines())
        .containsExactly(
            "note: some leftovers of runs in the BTRFS could not be removed separately: running the"
                + " step podman ps: exit code 125; its last lines: no space left on device",
            "unmounted DIR/btrfs and removed DIR/btrfs.img");
    cli.with("PATH", System.getenv("PATH"));
  }

  @Test
  void unmountingReportsWhatItRemoves() throws IOException {
    assertThat(storage("unmount", "--keep").lines())
        .containsExactly("unmounted DIR/btrfs; kept DIR/btrfs.img");
    assertThat(storage("unmount", "--keep").lines())
        .containsExactly("nothing was mounted at DIR/btrfs; kept DIR/btrfs.img");
    assertThat(storage("unmount").lines())
        .containsExactly("nothing was mounted at DIR/btrfs; removed DIR/btrfs.img");
    assertThat(storage("unmount").lines()).containsExactly("no BTRFS at DIR/btrfs");
  }

  @Test
  void aBusyBtrfsIsReportedWithoutFailingTheRun() throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ResultStream(OutputStream.nullOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("PATH", System.getenv("PATH")),
            false,
            System::nanoTime);
    Path mount = directory.resolve("busy");
    StorageSettings place =
        new StorageSettings(directory.resolve("busy.img"), mount, 256 << 20, "", 1);
    DrivenContainer engine =
        new DrivenContainer(
            console,
            ContainerSettings.builder().build(),
            Optional.empty(),
            Optional.of(place),
            DrivenContainer.Mounting.FOR_THE_RUN);
    assertThat(engine.rechunker()).isNotNull();
    Process user = new ProcessBuilder("sleep", "100").directory(mount.toFile()).start();

    engine.close();
    user.destroyForcibly().waitFor();

    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("note: unmounting the BTRFS at " + mount + ": running the step umount: ")
        .endsWith(
            "; fuser -vm "
                + mount
                + " lists the processes that use the BTRFS; varve storage unmount removes it"
                + " afterwards\n");
    engine.close();
    assertThat(mount).doesNotExist();
    assertThat(directory.resolve("busy.img")).doesNotExist();
  }
}
