package dev.varve.runner.storage;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.process.Programs;
import dev.varve.core.process.StepException;
import dev.varve.core.rootfs.MountTable;
import dev.varve.core.rootfs.MountTable.Mount;
import dev.varve.runner.Elevation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A BTRFS in a sparse file, mounted through a loop device. The BTRFS gives podman a file system of
 * its own, in which copies share their blocks.
 *
 * <p>Closing stops the current step, and removes a BTRFS that was mounted for a run. Another thread
 * may close the storage, and more than once.
 */
public final class BtrfsStorage implements Closeable {
  private final StorageSettings settings;
  private final Programs programs;
  private final Kernel kernel;
  private final StorageFile file;
  private final RootCommands mounting;
  private final RootCommands removing;
  private volatile boolean removed = true;
  private volatile boolean imageStays;
  private volatile boolean madeMountPoint;

  /**
   * Creates the access to a BTRFS, which may be missing.
   *
   * @param root the way to run commands as root
   */
  public BtrfsStorage(StorageSettings settings, Elevation root, Programs programs)
      throws IOException {
    this(settings, root, programs, Kernel.RUNNING);
  }

  BtrfsStorage(StorageSettings settings, Elevation root, Programs programs, Kernel kernel)
      throws IOException {
    this.settings = settings.resolved();
    this.programs = programs;
    this.kernel = kernel;
    this.mounting = new RootCommands(root);
    this.removing = new RootCommands(root);
    this.file = new StorageFile(this.settings, removing);
  }

  /** Returns the state of mounts, devices and the file. */
  public StorageStatus status() throws IOException {
    MountTable mounts = MountTable.read();
    List<Path> mountPoints = new ArrayList<>();
    mounts.at(settings.mountPoint()).ifPresent(mount -> mountPoints.add(settings.mountPoint()));
    mountPoints.addAll(mounts.below(settings.mountPoint()));
    Path measured = mountPoints.isEmpty() ? settings.directory() : settings.mountPoint();
    return new StorageStatus(
        settings,
        mountPoints,
        LoopDevices.of(settings.image()),
        file.allocated(),
        Files.exists(measured) ? Files.getFileStore(measured).getUsableSpace() : 0,
        file.label().flatMap(Owner::of));
  }

  /**
   * Mounts the BTRFS permanently: closing does not unmount it.
   *
   * @return false if a permanent BTRFS was mounted already, and is used unchanged
   */
  public boolean mount() throws IOException {
    if (isPermanentlyMounted()) {
      return false;
    }
    mount(StorageFile.PERMANENT);
    removed = true; // closing must remove nothing
    return true;
  }

  /**
   * Mounts the BTRFS for a run, until this object is closed. A BTRFS that is mounted permanently is
   * used, and stays.
   *
   * @throws IOException also if another run uses the BTRFS
   */
  public void mountFor(Owner run) throws IOException {
    if (!isPermanentlyMounted()) {
      mount(run.toString());
    }
  }

  /**
   * Returns whether a permanent BTRFS is mounted. A BTRFS that an ended run has left does not
   * count.
   */
  private boolean isPermanentlyMounted() throws IOException {
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
      String message = doing + ": process " + user.get().pid() + " uses the BTRFS; " + advice;
      throw remedy.isPresent()
          ? new RemediableException(message, remedy.get())
          : new IOException(message);
    }
  }

  private String doing() {
    return "mounting a BTRFS at " + settings.mountPoint();
  }

  private void mount(String label) throws IOException {
    kernel.requireBtrfs(doing(), mounting, programs);
    String mkfs = programs.require("mkfs.btrfs", doing(), "install the package btrfs-progs");
    StorageStatus status = status();
    if (status.isAbandoned()) {
      remove(false);
      status = status();
    }
    if (Files.isSymbolicLink(settings.mountPoint())) {
      throw new RemediableException(
          doing()
              + ": the mount point is a symbolic link; expected the directory that the link points"
              + " to",
          Remedy.OTHER_MOUNT_POINT);
    }
    requireNotElsewhere(doing());
    requireEmpty();
    imageStays = file.label().isPresent();
    removed = false;
    try {
      if (!imageStays) {
        file.create(doing(), mkfs, label, status, mounting);
      }
      String point = settings.mountPoint().toString();
      madeMountPoint = !Lookup.exists(settings.mountPoint());
      mounting.require("mkdir", "-p", point);
      String options = settings.options().isEmpty() ? "loop" : "loop," + settings.options();
      mounting.require("mount", "-t", "btrfs", "-o", options, settings.image().toString(), point);
    } catch (StepException e) {
      throw new IOException(doing() + ": " + e.getMessage(), e);
    }
  }

  /** Checks that the mount would hide no files. */
  private void requireEmpty() throws IOException {
    Path point = settings.mountPoint();
    if (!Lookup.exists(point)) {
      return;
    }
    if (!Lookup.isDirectory(point)) {
      throw new IOException(doing() + ": expected a directory, got a file");
    }
    String first =
        mounting
            .require(
                "find", point.toString(), "-mindepth", "1", "-maxdepth", "1", "-print", "-quit")
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

  /** Checks that the file is mounted at no other mount point. */
  private void requireNotElsewhere(String doing) throws IOException {
    Optional<Path> other =
        MountTable.read().elsewhere(LoopDevices.of(settings.image()), settings.mountPoint());
    if (other.isPresent() && !other.get().startsWith(settings.mountPoint())) {
      throw new RemediableException(
          doing + ": " + settings.image() + " is mounted at " + other.get(),
          Remedy.OTHER_MOUNT_POINT);
    }
  }

  /** Checks that the mount is of the file, and that the file is Varve's. */
  private void requireOurs() throws IOException {
    String source =
        MountTable.read().at(settings.mountPoint()).map(Mount::source).orElse("nothing");
    if (!LoopDevices.of(settings.image()).contains(source) || file.label().isEmpty()) {
      throw new RemediableException(
          "checking the mount at "
              + settings.mountPoint()
              + ": "
              + source
              + " is mounted, which is not Varve's "
              + settings.image(),
          Remedy.OTHER_MOUNT_POINT);
    }
  }

  /**
   * Unmounts the BTRFS with all mounts in it, frees the loop device, and deletes the file. Does
   * nothing if the BTRFS is missing. Never removes a BTRFS that is not Varve's.
   *
   * @param keepImage whether to keep the file, for another mount
   * @throws IOException also if a run uses the BTRFS
   */
  public void unmount(boolean keepImage) throws IOException {
    requireUnmountable();
    remove(keepImage);
  }

  /**
   * Checks, without any change, that {@link #unmount} would succeed.
   *
   * @throws IOException if a run uses the BTRFS, its file is mounted elsewhere, or the mount at its
   *     mount point is not Varve's
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
          removing.require("umount", inner.toString());
        }
        removing.require("umount", point);
      } catch (StepException e) {
        throw new IOException(
            "unmounting the BTRFS at %s: %s; fuser -vm %s lists the processes that use the BTRFS"
                .formatted(point, e.getMessage(), point),
            e);
      }
    }
    if (file.label().isPresent()) {
      file.freeDevices();
      if (!keepImage) {
        file.delete();
      }
    }
    tidy();
  }

  /** Removes unfinished files and the mount point. */
  private void tidy() throws IOException {
    file.deleteUnfinished();
    Path point = settings.mountPoint();
    boolean made = madeMountPoint || point.equals(StorageSettings.DEFAULT.mountPoint());
    if (made
        && Files.isDirectory(point, LinkOption.NOFOLLOW_LINKS)
        && StorageFile.list(point).isEmpty()) {
      removing.require("rmdir", point.toString());
    }
  }

  @Override
  public void close() throws IOException {
    mounting.close();
    synchronized (removing) {
      if (!removed) {
        if (imageStays || file.isPlaced()) {
          remove(imageStays);
        } else {
          tidy();
        }
        removed = true;
      }
    }
  }
}
