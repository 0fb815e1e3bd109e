package dev.varve.runner.storage;

import dev.varve.core.bytes.Owner;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The state of a BTRFS in a file.
 *
 * @param settings the settings of the BTRFS
 * @param mounts the mount points at and below the mount point of the settings, the uppermost first;
 *     empty if the BTRFS is not mounted
 * @param loopDevices the loop devices of the file
 * @param imageBytes the bytes that the file takes on disk; -1 if the file is missing
 * @param freeBytes the free bytes in the BTRFS or, if the BTRFS is not mounted, in the file's
 *     directory
 * @param owner the run that the BTRFS was made for; empty for a permanent BTRFS
 */
public record StorageStatus(
    StorageSettings settings,
    List<Path> mounts,
    List<String> loopDevices,
    long imageBytes,
    long freeBytes,
    Optional<Owner> owner) {
  /** Copies the lists. */
  public StorageStatus {
    mounts = List.copyOf(mounts);
    loopDevices = List.copyOf(loopDevices);
  }

  /** Returns whether the BTRFS is mounted. */
  public boolean isMounted() {
    return mounts.contains(settings.mountPoint());
  }

  /** Returns whether there is neither a mount, nor a loop device, nor the file. */
  public boolean isGone() {
    return mounts.isEmpty() && loopDevices.isEmpty() && imageBytes < 0;
  }

  /** Returns whether a run made the BTRFS, and ended without removing it. */
  public boolean isAbandoned() {
    return !isGone() && owner.isPresent() && !owner.get().isAlive();
  }
}
