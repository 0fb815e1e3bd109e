package dev.varve.runner.storage;

import dev.varve.core.bytes.Owner;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The state of a BTRFS in a file.
 *
 * @param settings the settings of the BTRFS
 * @param mounts the mount points at its directory and below, the uppermost first; empty if it is
 *     not mounted
 * @param loopDevices the devices that stand for its file
 * @param imageBytes how many bytes its file takes; -1 if there is none
 * @param freeBytes the free bytes in the BTRFS or, if it is not mounted, in the file's directory
 * @param owner the run that the BTRFS was made for; empty if it was made to stay
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

  /** Whether podman can work in it. */
  public boolean isMounted() {
    return mounts.contains(settings.mountPoint());
  }

  /** Whether there is neither a mount, nor a device, nor the file. */
  public boolean isGone() {
    return mounts.isEmpty() && loopDevices.isEmpty() && imageBytes < 0;
  }

  /** Whether a run has made the BTRFS for itself, and ended without removing it. */
  public boolean isAbandoned() {
    return !isGone() && owner.isPresent() && !owner.get().isAlive();
  }
}
