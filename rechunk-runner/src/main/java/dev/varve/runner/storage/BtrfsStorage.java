package dev.varve.runner.storage;

import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.process.Programs;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepException;
import dev.varve.core.process.StepResult;
import dev.varve.core.process.StepRunner;
import dev.varve.core.rootfs.MountTable;
import dev.varve.core.rootfs.MountTable.Mount;
import dev.varve.runner.Elevation;
import dev.varve.runner.MachineLacksException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A BTRFS in a sparse file, mounted through a loop device. It gives podman a file system of its
 * own, in which copies share their blocks.
 *
 * <p>Closing stops the current step, and removes a BTRFS that was mounted for a run; another thread
 * may close, and more than once.
 */
public final class BtrfsStorage implements Closeable {
  /** The label of a BTRFS that was made to stay; the label of one for a run is the run's name. */
  private static final String STAYS = "varve";

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int BLOCK = 512;

  private final StorageSettings settings;
  private final Elevation root;
  private final Programs programs;
  private final Kernel kernel;
  private final StepRunner mounting = new StepRunner(Progress.SILENT);
  private final StepRunner removing = new StepRunner(Progress.SILENT);
  private volatile boolean removed = true;
  private volatile boolean imageStays;

  /** The label of the file that this has made; empty if it has made none. */
  private volatile String placed = "";

  private volatile boolean madeMountPoint;

  /**
   * Creates the access to a BTRFS that may exist or not.
   *
   * @param root how to be root
   */
  public BtrfsStorage(StorageSettings settings, Elevation root, Programs programs)
      throws IOException {
    this(settings, root, programs, Kernel.RUNNING);
  }

  BtrfsStorage(StorageSettings settings, Elevation root, Programs programs, Kernel kernel)
      throws IOException {
    this.settings = settings.resolved();
    this.root = root;
    this.programs = programs;
    this.kernel = kernel;
  }

  /** Returns the state of mounts, devices and the file. */
  public StorageStatus status() throws IOException {
    MountTable mounts = MountTable.read();
    List<Path> there = new ArrayList<>();
    mounts.at(settings.mountPoint()).ifPresent(mount -> there.add(settings.mountPoint()));
    there.addAll(mounts.below(settings.mountPoint()));
    Path measured = there.isEmpty() ? settings.directory() : settings.mountPoint();
    return new StorageStatus(
        settings,
        there,
        LoopDevices.of(settings.image()),
        Files.exists(settings.image()) ? allocated() : -1,
        Files.exists(measured) ? Files.getFileStore(measured).getUsableSpace() : 0,
        label().flatMap(Owner::of));
  }

  /** Returns the label of a file of Varve's; empty if the file is another one, or can't be read. */
  private Optional<String> label() throws IOException {
    Path image = settings.image();
    boolean readable = !root.equals(Elevation.NONE) || Files.isReadable(image);
    return readable && BtrfsFile.isRoots(image) && BtrfsFile.mayHaveSuperblock(image)
        ? BtrfsFile.label(superblock()).filter(BtrfsStorage::isOurs)
        : Optional.empty();
  }

  /** Reads the superblock as root, since only root may read the file. */
  private byte[] superblock() throws IOException {
    String image = settings.image().toString();
    if (root.equals(Elevation.NONE)) {
      return BtrfsFile.superblock(settings.image());
    }
    String from = Integer.toString(BtrfsFile.SUPERBLOCK);
    String length = Integer.toString(BtrfsFile.LENGTH);
    StepResult bytes =
        run(removing, "od", "-A", "n", "-t", "x1", "-v", "-j", from, "-N", length, image);
    return HexFormat.of().parseHex(bytes.output().replaceAll("\\s", ""));
  }

  /** Returns the bytes that the sparse file takes on disk. */
  private long allocated() throws IOException {
    StepResult blocks = run(removing, "stat", "-c", "%b", settings.image().toString());
    return Long.parseLong(blocks.output().strip()) * BLOCK;
  }

  /**
   * Mounts the BTRFS to stay.
   *
   * @return false if it was mounted already, and was left as it is
   */
  public boolean mount() throws IOException {
    if (stands()) {
      return false;
    }
    mount(STAYS);
    removed = true; // nothing is to be removed by closing
    return true;
  }

  /**
   * Mounts the BTRFS for a run, until this is closed; one that was mounted to stay is used, and
   * stays.
   *
   * @throws IOException also if another run uses it
   */
  public void mountFor(Owner run) throws IOException {
    if (!stands()) {
      mount(run.toString());
    }
  }

  /** Whether a BTRFS that was mounted to stay is there; one that a run has left is not used. */
  private boolean stands() throws IOException {
    StorageStatus status = status();
    requireUnused(status, doing(), "wait for it", Optional.of(Remedy.OTHER_STORAGE));
    if (status.isMounted() && !status.isAbandoned()) {
      requireOurs();
      return true;
    }
    return false;
  }

  /** Checks that no other run uses the BTRFS now. */
  private static void requireUnused(
      StorageStatus status, String doing, String advice, Optional<Remedy> remedy)
      throws IOException {
    Optional<Owner> user = status.owner().filter(owner -> !status.isGone() && owner.isAlive());
    if (user.isPresent()) {
      String message = doing + ": process " + user.get().pid() + " uses it for itself; " + advice;
      throw remedy.isPresent()
          ? new RemediableException(message, remedy.get())
          : new IOException(message);
    }
  }

  private String doing() {
    return "mounting a BTRFS at " + settings.mountPoint();
  }

  private void mount(String label) throws IOException {
    kernel.requireBtrfs(doing(), mounting, root, programs);
    String mkfs = programs.require("mkfs.btrfs", doing(), "install the package btrfs-progs");
    StorageStatus status = status();
    if (status.isAbandoned()) {
      remove(false);
      status = status();
    }
    if (Files.isSymbolicLink(settings.mountPoint())) {
      throw new RemediableException(
          doing() + ": that is a symbolic link, expected the directory that it leads to",
          Remedy.OTHER_MOUNT_POINT);
    }
    requireNotElsewhere(doing());
    requireEmpty();
    imageStays = label().isPresent();
    removed = false;
    try {
      if (!imageStays) {
        create(mkfs, label, status);
      }
      String point = settings.mountPoint().toString();
      madeMountPoint = !Files.exists(settings.mountPoint());
      run(mounting, "mkdir", "-p", point);
      String options = settings.options().isEmpty() ? "loop" : "loop," + settings.options();
      run(mounting, "mount", "-t", "btrfs", "-o", options, settings.image().toString(), point);
    } catch (StepException e) {
      throw new IOException(doing() + ": " + e.getMessage(), e);
    }
  }

  /** Checks that no files would be hidden. */
  private void requireEmpty() throws IOException {
    Path point = settings.mountPoint();
    if (!Files.exists(point)) {
      return;
    }
    if (!Files.isDirectory(point)) {
      throw new IOException(doing() + ": expected a directory, got a file");
    }
    String first =
        run(
                mounting,
                "find",
                point.toString(),
                "-mindepth",
                "1",
                "-maxdepth",
                "1",
                "-print",
                "-quit")
            .output()
            .strip();
    if (!first.isEmpty()) {
      throw new RemediableException(
          doing()
              + ": expected an empty directory, got one with "
              + first
              + ", which would be hidden",
          Remedy.OTHER_MOUNT_POINT);
    }
  }

  /** Checks that the file is mounted nowhere but at its place. */
  private void requireNotElsewhere(String doing) throws IOException {
    Optional<Path> other =
        MountTable.read().elsewhere(LoopDevices.of(settings.image()), settings.mountPoint());
    if (other.isPresent() && !other.get().startsWith(settings.mountPoint())) {
      throw new RemediableException(
          doing + ": " + settings.image() + " is mounted at " + other.get(),
          Remedy.OTHER_MOUNT_POINT);
    }
  }

  /**
   * Makes the file beside its place, and moves it there when it is complete. Only root may read the
   * file: images may have files that only root may read.
   */
  private void create(String mkfs, String label, StorageStatus status) throws IOException {
    if (status.imageBytes() >= 0) {
      throw new RemediableException(
          doing() + ": " + settings.image() + " is there, and is no storage of Varve's; remove it",
          Remedy.OTHER_STORAGE_FILE);
    }
    requireFree(status.freeBytes());
    String unfinished = settings.directory().resolve(unfinished() + Owner.current()).toString();
    run(mounting, "install", "-T", "-m", "600", "/dev/null", unfinished);
    run(mounting, "truncate", "-s", Long.toString(settings.size()), unfinished);
    run(mounting, mkfs, "-q", "-f", "-L", label, unfinished);
    place(unfinished, label);
    run(mounting, "rm", "-f", unfinished);
  }

  /** Links the file to its place, unless another process has put its own file there. */
  private void place(String unfinished, String label) throws IOException {
    placed = label; // also where this is interrupted
    List<String> link = root.command("ln", "-T", unfinished, settings.image().toString());
    StepResult linked = mounting.run(Step.capturing("ln", LIMIT, link));
    if (!linked.succeeded()) {
      placed = "";
      throw linked.failure();
    }
  }

  /** Returns the prefix of the names of unfinished files. */
  private String unfinished() {
    return settings.image().getFileName() + ".";
  }

  private void requireFree(long free) throws MachineLacksException {
    if (!Files.isDirectory(settings.directory())) {
      throw new MachineLacksException(
          doing() + ": there is no directory " + settings.directory() + " for its file");
    }
    if (free < settings.minFree()) {
      throw new MachineLacksException(
          String.format(
              Locale.ROOT,
              "%s: expected %.1f GB free in %s, got %.1f GB; free some",
              doing(),
              settings.minFree() / 1e9,
              settings.directory(),
              free / 1e9),
          Remedy.SMALLER_STORAGE);
    }
  }

  /** Checks that the mount is the file's, and that the file is Varve's. */
  private void requireOurs() throws IOException {
    String source =
        MountTable.read().at(settings.mountPoint()).map(Mount::source).orElse("nothing");
    if (!LoopDevices.of(settings.image()).contains(source) || label().isEmpty()) {
      throw new RemediableException(
          "looking at "
              + settings.mountPoint()
              + ": "
              + source
              + " is mounted there, which is not Varve's "
              + settings.image(),
          Remedy.OTHER_MOUNT_POINT);
    }
  }

  private static boolean isOurs(String label) {
    return label.equals(STAYS) || Owner.of(label).isPresent();
  }

  /**
   * Unmounts the BTRFS with all mounts in it, frees the loop device, and deletes the file. Does
   * nothing if there is no BTRFS, and leaves one alone that is not Varve's.
   *
   * @param keepImage whether the file stays, to be mounted again
   * @throws IOException also if a run uses it
   */
  public void unmount(boolean keepImage) throws IOException {
    requireUnmountable();
    remove(keepImage);
  }

  /**
   * Checks that {@link #unmount} can do its work, and changes nothing.
   *
   * @throws IOException if a run uses the storage, its file is mounted elsewhere, or what is
   *     mounted at its place is not Varve's
   */
  public void requireUnmountable() throws IOException {
    String doing = "unmounting the BTRFS at " + settings.mountPoint();
    StorageStatus status = status();
    requireUnused(status, doing, "wait for it, or end it", Optional.empty());
    requireNotElsewhere(doing);
    if (status.isMounted()) {
      requireOurs();
    }
  }

  private void remove(boolean keepImage) throws IOException {
    String point = settings.mountPoint().toString();
    if (status().isMounted()) {
      requireOurs();
      try {
        for (Path inner : MountTable.read().below(settings.mountPoint())) {
          run(removing, "umount", inner.toString());
        }
        run(removing, "umount", point);
      } catch (StepException e) {
        throw new IOException(
            "unmounting the BTRFS at %s: %s; fuser -vm %s tells who uses it"
                .formatted(point, e.getMessage(), point),
            e);
      }
    }
    if (label().isPresent()) {
      for (String device : LoopDevices.of(settings.image())) {
        run(removing, "losetup", "-d", device);
      }
      if (!keepImage) {
        run(removing, "rm", "-f", settings.image().toString());
      }
    }
    tidy();
  }

  /** Removes unfinished files and the mount point. */
  private void tidy() throws IOException {
    for (Path file : list(settings.directory())) {
      String name = file.getFileName().toString();
      Optional<Owner> owner =
          name.startsWith(unfinished())
              ? Owner.of(name.substring(unfinished().length()))
              : Optional.empty();
      if (owner.isPresent() && (owner.get().equals(Owner.current()) || !owner.get().isAlive())) {
        run(removing, "rm", "-f", file.toString());
      }
    }
    Path point = settings.mountPoint();
    boolean made = madeMountPoint || point.equals(StorageSettings.DEFAULT.mountPoint());
    if (made && Files.isDirectory(point, LinkOption.NOFOLLOW_LINKS) && list(point).isEmpty()) {
      run(removing, "rmdir", point.toString());
    }
  }

  /** Lists a directory; empty if it does not exist, or this user may not read it. */
  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isReadable(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (UncheckedIOException e) {
      throw new IOException("looking into " + directory, e.getCause());
    }
  }

  private StepResult run(StepRunner steps, String... command) throws IOException {
    String name = Path.of(command[0]).getFileName().toString();
    return steps.require(Step.capturing(name, LIMIT, root.command(command)));
  }

  /** Whether the file is the one that this has made, and not one of another process. */
  private boolean isPlaced() throws IOException {
    return !placed.isEmpty() && label().equals(Optional.of(placed));
  }

  @Override
  public void close() throws IOException {
    mounting.close();
    synchronized (removing) {
      if (!removed) {
        if (imageStays || isPlaced()) {
          remove(imageStays);
        } else {
          tidy();
        }
        removed = true;
      }
    }
  }
}
