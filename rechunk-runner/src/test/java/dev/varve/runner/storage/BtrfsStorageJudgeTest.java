package dev.varve.runner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.process.MissingProgramException;
import dev.varve.core.process.Programs;
import dev.varve.runner.Elevation;
import dev.varve.runner.MachineLacksException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses the BTRFS and the loop devices of the kernel, as root. */
@Tag("judge")
final class BtrfsStorageJudgeTest {
  private static final Programs PROGRAMS = Programs.of(System.getenv());

  /** A run that has ended: the kernel has no such process. */
  private static final Owner DEAD = new Owner(999_999_999, 1, Owner.current().boot());

  @TempDir private Path directory;
  private StorageSettings settings;

  @BeforeEach
  void requireRootAndBtrfs() throws IOException {
    assumeTrue(PROGRAMS.find("mkfs.btrfs").isPresent(), "mkfs.btrfs is not installed");
    assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root mounts");
    settings =
        new StorageSettings(
            directory.resolve("a file.img"), directory.resolve("mount it"), 256 << 20, "", 1);
  }

  @AfterEach
  void assertNothingIsLeft() throws IOException {
    storage().unmount(false);
    assertThat(storage().status().isGone()).isTrue();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .isSubsetOf("mount it", "filesystems", "trap", "real", "link");
    }
  }

  private BtrfsStorage storage() throws IOException {
    return new BtrfsStorage(settings, Elevation.NONE, PROGRAMS);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }

  @Test
  void aPermanentBtrfsStaysAndIsUsedAgain() throws Exception {
    try (BtrfsStorage storage = storage()) {
      assertThat(storage.mount()).isTrue();
    }
    String device = run("findmnt", "-n", "-o", "SOURCE", settings.mountPoint().toString());
    assertThat(run("findmnt", "-n", "-o", "FSTYPE", settings.mountPoint().toString()))
        .isEqualTo("btrfs");
    assertThat(run("losetup", "-n", "-O", "BACK-FILE", device))
        .isEqualTo(settings.image().toString());
    StorageStatus status = storage().status();
    assertThat(status.mounts()).containsExactly(settings.mountPoint());
    assertThat(status.loopDevices()).containsExactly(device);
    assertThat(status.imageBytes()).isBetween(1L, 64L << 20);
    assertThat(Files.size(settings.image())).isEqualTo(256 << 20);
    assertThat(status.owner()).isEmpty();

    Files.writeString(settings.mountPoint().resolve("kept"), "kept");
    try (BtrfsStorage storage = storage()) {
      assertThat(storage.mount()).isFalse();
      storage.mountFor(Owner.current());
    }
    assertThat(settings.mountPoint().resolve("kept")).hasContent("kept");

    storage().unmount(true);
    assertThat(storage().status().mounts()).isEmpty();
    assertThat(storage().status().loopDevices()).isEmpty();
    assertThat(settings.image()).exists();
    try (BtrfsStorage storage = storage()) {
      assertThat(storage.mount()).isTrue();
    }
    assertThat(settings.mountPoint().resolve("kept")).hasContent("kept");
  }

  @Test
  void theBtrfsOfARunIsRemovedWithAllMountsInIt() throws Exception {
    try (BtrfsStorage storage = storage()) {
      storage.mountFor(Owner.current());
      Path outer = Files.createDirectory(settings.mountPoint().resolve("a"));
      Path inner = Files.createDirectory(outer.resolve("b"));
      run("mount", "-t", "tmpfs", "none", inner.toString());
      run("mount", "--bind", outer.toString(), outer.toString());
      assertThat(storage.status().mounts()).hasSize(3);
      assertThat(storage.status().owner()).contains(Owner.current());
    }
    assertThat(storage().status().isGone()).isTrue();
    assertThat(settings.mountPoint()).doesNotExist();
  }

  @Test
  void theBtrfsOfAKilledRunIsReplacedByTheNextRun() throws IOException {
    storage().mountFor(DEAD); // never closed
    assertThat(storage().status().isAbandoned()).isTrue();
    Files.writeString(settings.mountPoint().resolve("left"), "left");

    try (BtrfsStorage storage = storage()) {
      storage.mountFor(Owner.current());
      assertThat(storage.status().owner()).contains(Owner.current());
      assertThat(settings.mountPoint().resolve("left")).doesNotExist();
    }
    assertThat(storage().status().isGone()).isTrue();
  }

  @Test
  void theBtrfsOfAKilledRunIsReplacedByAPermanentBtrfs() throws IOException {
    storage().mountFor(DEAD); // never closed

    try (BtrfsStorage storage = storage()) {
      assertThat(storage.mount()).isTrue();
    }
    assertThat(storage().status().isMounted()).isTrue();
    assertThat(storage().status().owner()).isEmpty();
  }

  @Test
  void aBtrfsThatAnotherRunUsesIsKept() throws IOException {
    String used =
        "ing %%s BTRFS at %s: process %d uses the BTRFS; wait for it"
            .formatted(settings.mountPoint(), ProcessHandle.current().pid());
    String mounting = "mount" + used.formatted("a");
    try (BtrfsStorage other = storage()) {
      other.mountFor(Owner.current());

      try (BtrfsStorage storage = storage()) {
        assertThatThrownBy(() -> storage.mountFor(Owner.current())).hasMessage(mounting);
        assertThatThrownBy(storage::mount).hasMessage(mounting);
        assertThatThrownBy(() -> storage.unmount(false))
            .hasMessage("unmount" + used.formatted("the") + ", or end it");
      }
      assertThat(storage().status().isMounted()).isTrue();
    }
  }

  @Test
  void ofTwoFilesMadeAtOnceTheFirstAtThePathStays() throws Exception {
    // This mkfs waits until another process has made its file.
    Path slow = Files.createDirectory(directory.resolve("trap")).resolve("mkfs.btrfs");
    Path begun = directory.resolve("trap/begun");
    Path go = directory.resolve("trap/go");
    Files.writeString(
        slow,
        "#!/bin/sh\ntouch '%s'\nwhile [ ! -e '%s' ]; do sleep 0.01; done\nexec %s \"$@\"\n"
            .formatted(begun, go, PROGRAMS.find("mkfs.btrfs").orElseThrow()));
    assertThat(slow.toFile().setExecutable(true)).isTrue();
    Programs slowly = new Programs(List.of(slow.getParent()));
    try (BtrfsStorage loser = new BtrfsStorage(settings, Elevation.NONE, slowly)) {
      CompletableFuture<Void> losing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  loser.mountFor(Owner.current());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      while (!Files.exists(begun)) {
        assertThat(losing).isNotDone();
        Thread.sleep(10);
      }
      Path theirs = Files.createFile(directory.resolve("trap/theirs"));
      run("truncate", "-s", "256M", theirs.toString());
      run("mkfs.btrfs", "-q", "-L", "varve", theirs.toString());
      Files.move(theirs, settings.image());
      try (BtrfsStorage winner = storage()) {
        assertThat(winner.mount()).isTrue();
      }
      Files.createFile(go);
      assertThatThrownBy(losing::get).hasMessageContaining("running the step ln: exit code 1");
    }
    assertThat(storage().status().isMounted()).isTrue();
    assertThat(storage().status().owner()).isEmpty();
  }

  @Test
  void onlyRootMayReadTheFile() throws IOException {
    storage().mount();

    assertThat(Files.getPosixFilePermissions(settings.image()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void theLabelIsReadThroughSudo() throws IOException {
    // env(1) stands in for sudo(8): it runs the command that follows.
    Elevation through = new Elevation(List.of("env"));
    try (BtrfsStorage storage = new BtrfsStorage(settings, through, PROGRAMS)) {
      storage.mountFor(Owner.current());
      assertThat(storage.status().owner()).contains(Owner.current());
    }
    assertThat(storage().status().isGone()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"chown 1", "chmod g+w", "chmod o+w", "ln -s"})
  void aFileThatAnotherUserMayHaveWrittenIsRefused(String trap) throws Exception {
    boolean linked = trap.startsWith("ln");
    Path file = linked ? directory.resolve("trap") : settings.image();
    run("truncate", "-s", "256M", file.toString());
    run("mkfs.btrfs", "-q", "-L", "varve", file.toString());
    List<String> command = new ArrayList<>(List.of(trap.split(" ")));
    command.add(file.toString());
    if (linked) {
      command.add(settings.image().toString());
    }
    run(command.toArray(String[]::new));
    assertRefused();
    assertThat(settings.image()).exists();
    Files.delete(settings.image());
  }

  @Test
  void pathsThroughSymbolicLinksAreResolved() throws Exception {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    settings =
        new StorageSettings(
            link.resolve("file.img"), link.resolve("there/mount"), 256 << 20, "", 1);
    storage().mount();

    StorageStatus status = storage().status();
    assertThat(status.isMounted()).isTrue();
    assertThat(status.mounts()).containsExactly(real.resolve("there/mount"));
    assertThat(status.loopDevices()).hasSize(1);
    assertThat(status.settings().mountPoint()).isEqualTo(real.resolve("there/mount"));
    storage().unmount(false);
    assertThat(real.resolve("file.img")).doesNotExist();
  }

  @Test
  void aMountPointThatIsALinkIsFollowedOnlyIfRootOwnsTheLink() throws Exception {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    settings = new StorageSettings(settings.image(), link, 256 << 20, "", 1);
    storage().mount();
    assertThat(storage().status().mounts()).containsExactly(real);
    storage().unmount(false);

    run("chown", "-h", "1", link.toString());
    try (BtrfsStorage storage = storage()) {
      assertThatThrownBy(storage::mount)
          .hasMessage(
              "mounting a BTRFS at "
                  + link
                  + ": the mount point is a symbolic link; expected the directory that the link"
                  + " points to");
    }
    assertThat(settings.image()).doesNotExist();
  }

  @Test
  void anExistingMountPointStays() throws IOException {
    Files.createDirectory(settings.mountPoint());
    storage().unmount(false);
    assertThat(settings.mountPoint()).isEmptyDirectory();

    try (BtrfsStorage storage = storage()) {
      storage.mountFor(Owner.current());
    }
    assertThat(settings.mountPoint()).isEmptyDirectory();
  }

  @Test
  void aDirectoryWithFilesIsNotMountedOver() throws IOException {
    Path file = Files.createDirectory(settings.mountPoint()).resolve("mine");
    Files.writeString(file, "mine");
    try (BtrfsStorage storage = storage()) {
      assertThatThrownBy(storage::mount)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "mounting a BTRFS at %s: expected an empty directory, got one with %s, which would be"
                      .formatted(settings.mountPoint(), file)
                  + " hidden");
    }
    assertThat(file).hasContent("mine");
    assertThat(settings.image()).doesNotExist();
    Files.delete(file);
    Files.delete(settings.mountPoint());
    Files.writeString(settings.mountPoint(), "a file");
    try (BtrfsStorage storage = storage()) {
      assertThatThrownBy(storage::mount).hasMessageEndingWith("expected a directory, got a file");
    }
    Files.delete(settings.mountPoint());
  }

  @Test
  void aFileThatIsMountedElsewhereIsNeitherMountedNorRemoved() throws IOException {
    try (BtrfsStorage storage = storage()) {
      storage.mount();
    }
    Path kept = Files.writeString(settings.mountPoint().resolve("kept"), "kept");
    Path other = directory.resolve("other");
    StorageSettings wrong = new StorageSettings(settings.image(), other, 256 << 20, "", 1);
    try (BtrfsStorage storage = new BtrfsStorage(wrong, Elevation.NONE, PROGRAMS)) {
      String expected = "%s is mounted at %s".formatted(settings.image(), settings.mountPoint());
      assertThatThrownBy(storage::mount).hasMessageEndingWith(expected);
      assertThatThrownBy(() -> storage.unmount(false)).hasMessageEndingWith(expected);
      assertThatThrownBy(storage::requireUnmountable).hasMessageEndingWith(expected);
    }
    assertThat(kept).hasContent("kept");
    assertThat(other).doesNotExist();
  }

  @Test
  void mountOptionsArriveAtTheKernel() throws Exception {
    settings =
        new StorageSettings(
            settings.image(), settings.mountPoint(), 256 << 20, "compress-force=zstd:2", 1);
    storage().mount();

    assertThat(run("findmnt", "-n", "-o", "OPTIONS", settings.mountPoint().toString()))
        .contains("compress-force=zstd:2");
  }

  @Test
  void optionsThatTheKernelRefusesLeaveNothing() throws IOException {
    settings =
        new StorageSettings(settings.image(), settings.mountPoint(), 256 << 20, "no-such=1", 1);
    try (BtrfsStorage storage = storage()) {
      assertThatThrownBy(storage::mount)
          .hasMessageStartingWith(
              "mounting a BTRFS at "
                  + settings.mountPoint()
                  + ": running the step mount: exit code 32; its last lines: mount: ");
    }
    assertThat(storage().status().isGone()).isTrue();
  }

  @Test
  void tooLittleFreeSpaceIsReportedBeforeTheFileIsMade() throws IOException {
    settings =
        new StorageSettings(settings.image(), settings.mountPoint(), 256 << 20, "", 1L << 60);
    try (BtrfsStorage storage = storage()) {
      assertThatThrownBy(storage::mount)
          .isInstanceOf(MachineLacksException.class)
          .hasMessageStartingWith(
              "mounting a BTRFS at %s: expected 1152921504.6 GB free in %s, got "
                  .formatted(settings.mountPoint(), directory))
          .hasMessageEndingWith(" GB; free some");
    }
    assertThat(settings.image()).doesNotExist();
  }

  private void assertRefused() throws IOException {
    try (BtrfsStorage storage = storage()) {
      assertThatThrownBy(storage::mount)
          .hasMessage(
              "mounting a BTRFS at %s: %s is there, and is no storage of Varve's; remove it"
                  .formatted(settings.mountPoint(), settings.image()));
    }
    storage().unmount(false);
  }

  @Test
  void aFileThatIsNoBtrfsIsKept() throws IOException {
    Files.writeString(settings.image(), "my thesis");
    assertRefused();
    assertThat(settings.image()).hasContent("my thesis");
    Files.delete(settings.image());
  }

  @Test
  void aMountThatIsNotVarvesIsKept() throws Exception {
    Files.createDirectory(settings.mountPoint());
    run("mount", "-t", "tmpfs", "theirs", settings.mountPoint().toString());
    try {
      String expected =
          "checking the mount at %s: theirs is mounted, which is not Varve's %s"
              .formatted(settings.mountPoint(), settings.image());
      assertThatThrownBy(() -> storage().mount())
          .hasMessage(expected)
          .asInstanceOf(InstanceOfAssertFactories.type(RemediableException.class))
          .returns(Optional.of(Remedy.OTHER_MOUNT_POINT), RemediableException::remedy);
      assertThatThrownBy(() -> storage().unmount(false)).hasMessage(expected);
    } finally {
      run("umount", settings.mountPoint().toString());
    }
  }

  @Test
  void aKernelWithoutBtrfsIsNamed() throws IOException {
    Path filesystems = Files.writeString(directory.resolve("filesystems"), "nodev\tproc\n\text4\n");
    BtrfsStorage storage =
        new BtrfsStorage(settings, Elevation.NONE, PROGRAMS, new Kernel(filesystems));

    assertThatThrownBy(storage::mount)
        .isInstanceOf(MachineLacksException.class)
        .hasMessage(
            "mounting a BTRFS at "
                + settings.mountPoint()
                + ": this kernel has no BTRFS, and no module for it; install the package with the"
                + " kernel's further modules");
  }

  @Test
  void aMissingMkfsIsNamed() throws IOException {
    BtrfsStorage storage =
        new BtrfsStorage(settings, Elevation.NONE, new Programs(List.of(directory)));

    assertThatThrownBy(storage::mount)
        .isInstanceOf(MissingProgramException.class)
        .hasMessage(
            "mounting a BTRFS at "
                + settings.mountPoint()
                + ": mkfs.btrfs is not installed; install the package btrfs-progs");
  }
}
