package dev.varve.runner.storage;

import java.nio.file.Path;

/**
 * Where a storage lies, and what it is like.
 *
 * @param image the file, which takes as much room as is used of it
 * @param mountPoint where it is mounted
 * @param size how big it seems, in bytes
 * @param options further mount options, as mount takes them; may be empty
 * @param minFree how much must be free where the file lies, in bytes
 */
public record StorageSettings(
    Path image, Path mountPoint, long size, String options, long minFree) {
  /** Where hhd-dev/rechunk's users have it, with room for an image of 15 GB. */
  public static final StorageSettings DEFAULT =
      new StorageSettings(
          Path.of("/var/tmp/rechunk.img"),
          Path.of("/var/tmp/rechunk-btrfs"),
          50_000_000_000L,
          "",
          60_000_000_000L);

  /** A smaller BTRFS has no room for its own needs. */
  private static final long SMALLEST = 128 << 20;

  /** Makes the paths absolute, and checks the rest. */
  public StorageSettings {
    image = image.toAbsolutePath().normalize();
    mountPoint = mountPoint.toAbsolutePath().normalize();
    if (size < SMALLEST) {
      throw new IllegalArgumentException(
          "expected a size of at least " + SMALLEST + " bytes for a BTRFS, got " + size);
    }
    if (!options.matches("[\\w=:.,-]*")) {
      throw new IllegalArgumentException(
          "expected mount options such as compress-force=zstd:2, got \"" + options + "\"");
    }
  }

  /** The directory that the file lies in. */
  Path directory() {
    Path parent = image.getParent();
    return parent == null ? image : parent;
  }

  /** The same, mounted elsewhere. */
  public StorageSettings at(Path mountPoint) {
    return new StorageSettings(image, mountPoint, size, options, minFree);
  }
}
