package dev.varve.runner.storage;

import dev.varve.core.bytes.Progress;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.process.Elevation;
import dev.varve.runner.process.Owner;
import dev.varve.runner.process.Programs;
import dev.varve.runner.process.Step;
import dev.varve.runner.process.StepException;
import dev.varve.runner.process.StepResult;
import dev.varve.runner.process.StepRunner;
import dev.varve.runner.storage.Mounts.Mount;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A BTRFS in a sparse file, mounted through a loop device. It gives podman room of its own and
 * copies that share what they have in common; nothing in it outlives it.
 *
 * <p>Closing this stops what is under way, and removes what was mounted for a run; it may come from
 * another thread, and more than once.
 */
public final class BtrfsStorage implements Closeable {
  /** The label of a storage that was made to stay; one that was made for a run has its name. */
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

  /**
   * A storage that may be there or not.
   *
   * @param root how to be root
   */
  public BtrfsStorage(StorageSettings settings, Elevation root, Programs programs) {
    this(settings, root, programs, Kernel.RUNNING);
  }

  BtrfsStorage(StorageSettings settings, Elevation root, Programs programs, Kernel kernel) {
    this.settings = settings;
    this.root = root;
    this.programs = programs;
    this.kernel = kernel;
  }

  /** What there is. */
  public StorageStatus status() throws IOException {
    Mounts mounts = Mounts.read();
    List<Path> there = new ArrayList<>();
    mounts.at(settings.mountPoint()).ifPresent(mount -> there.add(mount.point()));
    there.addAll(mounts.below(settings.mountPoint()));
    Path measured = there.isEmpty() ? settings.directory() : settings.mountPoint();
    return new StorageStatus(
        settings,
        there,
        LoopDevices.of(settings.image()),
        Files.exists(settings.image()) ? allocated() : -1,
        Files.exists(measured) ? Files.getFileStore(measured).getUsableSpace() : 0,
        BtrfsFile.label(settings.image()).flatMap(Owner::of));
  }

  /** What the file takes, which is sparse. */
  private long allocated() throws IOException {
    StepResult blocks = run(removing, "stat", "-c", "%b", settings.image().toString());
    return Long.parseLong(blocks.output().strip()) * BLOCK;
  }

  /**
   * Mounts it to stay.
   *
   * @return false if it stood already, and was left as it is
   */
  public boolean mount() throws IOException {
    if (status().isMounted()) {
      requireOurs();
      return false;
    }
    mount(STAYS);
    removed = true; // nothing is to be removed by closing
    return true;
  }

  /**
   * Mounts it for a run, until this is closed; one that was mounted to stay is used, and stays.
   *
   * @return false if it stood already
   * @throws IOException also if another run uses it
   */
  public boolean mountFor(Owner run) throws IOException {
    StorageStatus status = status();
    Optional<Owner> other = status.owner().filter(owner -> !status.isGone());
    if (other.isPresent() && other.get().isAlive()) {
      throw new IOException(
          doing()
              + ": process "
              + other.get().pid()
              + " uses it for itself; wait for it, or mount another one: varve storage mount"
              + " --image FILE --mount DIR");
    }
    if (status.isMounted()) {
      requireOurs();
      removed = other.isEmpty();
      return false;
    }
    mount(run.toString());
    return true;
  }

  private String doing() {
    return "mounting a BTRFS at " + settings.mountPoint();
  }

  private void mount(String label) throws IOException {
    kernel.requireBtrfs(doing(), mounting, root, programs);
    String mkfs = programs.require("mkfs.btrfs", doing(), "install the package btrfs-progs");
    StorageStatus status = status();
    if (status.isLeft()) {
      unmount(false);
      status = status();
    }
    imageStays = BtrfsFile.label(settings.image()).filter(BtrfsStorage::isOurs).isPresent();
    removed = false;
    try {
      if (!imageStays) {
        create(mkfs, label, status);
      }
      run(mounting, "mkdir", "-p", settings.mountPoint().toString());
      String options = settings.options().isEmpty() ? "loop" : "loop," + settings.options();
      String point = settings.mountPoint().toString();
      run(mounting, "mount", "-t", "btrfs", "-o", options, settings.image().toString(), point);
    } catch (StepException e) {
      throw new IOException(doing() + ": " + e.getMessage(), e);
    }
  }

  /** Makes the file beside its place, so that what is at its place is whole. */
  private void create(String mkfs, String label, StorageStatus status) throws IOException {
    if (status.imageBytes() >= 0) {
      removed = true;
      throw new IOException(
          doing()
              + ": "
              + settings.image()
              + " is there, and is no storage of Varve's; remove it, or name another file with"
              + " --image");
    }
    requireFree(status.freeBytes());
    String unfinished = unfinished().toString();
    run(mounting, "truncate", "-s", Long.toString(settings.size()), unfinished);
    run(mounting, mkfs, "-q", "-f", "-L", label, unfinished);
    run(mounting, "mv", "-T", unfinished, settings.image().toString());
  }

  private Path unfinished() {
    return settings.directory().resolve(settings.image().getFileName() + ".unfinished");
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
              "%s: expected %.1f GB free in %s, got %.1f GB; free some, put the file elsewhere with"
                  + " --image, or ask for less with --min-free and --size",
              doing(),
              settings.minFree() / 1e9,
              settings.directory(),
              free / 1e9));
    }
  }

  /** Checks that what is mounted is the file, and that the file is one of Varve's. */
  private void requireOurs() throws IOException {
    String source = Mounts.read().at(settings.mountPoint()).map(Mount::source).orElse("nothing");
    if (!LoopDevices.of(settings.image()).contains(source)
        || BtrfsFile.label(settings.image()).filter(BtrfsStorage::isOurs).isEmpty()) {
      throw new IOException(
          "looking at "
              + settings.mountPoint()
              + ": "
              + source
              + " is mounted there, which is not Varve's "
              + settings.image()
              + "; name another place with --mount");
    }
  }

  private static boolean isOurs(String label) {
    return label.equals(STAYS) || Owner.of(label).isPresent();
  }

  /**
   * Unmounts it with all that is mounted in it, frees the loop device, and deletes the file; does
   * nothing where there is nothing. What is not Varve's is left alone.
   *
   * @param keepImage whether the file stays, to be mounted again
   */
  public void unmount(boolean keepImage) throws IOException {
    String point = settings.mountPoint().toString();
    if (status().isMounted()) {
      requireOurs();
      try {
        for (Path inner : Mounts.read().below(settings.mountPoint())) {
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
    if (BtrfsFile.label(settings.image()).filter(BtrfsStorage::isOurs).isPresent()) {
      for (String device : LoopDevices.of(settings.image())) {
        run(removing, "losetup", "-d", device);
      }
      if (!keepImage) {
        run(removing, "rm", "-f", settings.image().toString());
      }
    }
    if (Files.exists(unfinished())) {
      run(removing, "rm", "-f", unfinished().toString());
    }
    if (Files.isDirectory(settings.mountPoint()) && isEmpty(settings.mountPoint())) {
      run(removing, "rmdir", point);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private StepResult run(StepRunner steps, String... command) throws IOException {
    String name = Path.of(command[0]).getFileName().toString();
    return steps.require(Step.asking(name, LIMIT, root.command(command)));
  }

  @Override
  public void close() throws IOException {
    mounting.close();
    synchronized (removing) {
      if (!removed) {
        unmount(imageStays);
        removed = true;
      }
    }
  }
}
