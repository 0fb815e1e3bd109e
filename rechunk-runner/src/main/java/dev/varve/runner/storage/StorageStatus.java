package dev.varve.runner.storage;

import dev.varve.core.bytes.Owner;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What there is of a storage.
 *
 * @param settings which storage
 * @param mounts what is mounted at its place and below, the uppermost first; nothing where it is
 *     not mounted
 * @param loopDevices the devices that stand for its file
 * @param imageBytes how many bytes its file takes; -1 if there is none
 * @param freeBytes how many are free in it, or, where it is not mounted, for it
 * @param owner the run that it was made for; empty if it was made to stay
 */
public record StorageStatus(
    StorageSettings settings,
    List<Path> mounts,
    List<String> loopDevices,
    long imageBytes,
    long freeBytes,
    Optional<Owner> owner) {
  /** Freezes the lists. */
  public StorageStatus {
    mounts = List.copyOf(mounts);
    loopDevices = List.copyOf(loopDevices);
  }

  /** Whether podman can work in it. */
  public boolean isMounted() {
    return mounts.contains(settings.mountPoint());
  }

  /** Whether nothing of it is there. */
  public boolean isGone() {
    return mounts.isEmpty() && loopDevices.isEmpty() && imageBytes < 0;
  }

  /** Whether it was made for a run that has ended without removing it. */
  public boolean isAbandoned() {
    return !isGone() && owner.isPresent() && !owner.get().isAlive();
  }
}
