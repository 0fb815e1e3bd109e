package dev.varve.runner.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The place, size and mount options of a BTRFS in a file.
 *
 * @param image the sparse file
 * @param mountPoint the directory that the BTRFS is mounted at
 * @param size the size of the sparse file in bytes
 * @param options further mount options, in the syntax of mount; may be empty
 * @param minFree the bytes that must be free in the file's directory
 */
public record StorageSettings(
    Path image, Path mountPoint, long size, String options, long minFree) {
  /** The paths that hhd-dev/rechunk uses, with space for an image of 15 GB. */
  public static final StorageSettings DEFAULT =
      new StorageSettings(
          Path.of("/var/tmp/rechunk.img"),
          Path.of("/var/tmp/rechunk-btrfs"),
          50_000_000_000L,
          "",
          60_000_000_000L);

  /** The minimum size in bytes: a smaller BTRFS has no space for files. */
  private static final long SMALLEST = 128 << 20;

  /** Makes the paths absolute, and checks size and options. */
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

  /**
   * Returns the settings with paths without symbolic links, as the kernel lists them. A link as the
   * last name is followed only if it is the mount point's and belongs to root, such as {@code /mnt}
   * on image-based systems: in {@code /var/tmp}, any user may make links.
   */
  StorageSettings resolved() throws IOException {
    boolean followed =
        Files.isSymbolicLink(mountPoint)
            && Files.getAttribute(mountPoint, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(0);
    return new StorageSettings(
        withRealParent(image),
        followed ? real(mountPoint) : withRealParent(mountPoint),
        size,
        options,
        minFree);
  }

  private static Path withRealParent(Path path) throws IOException {
    Path parent = path.getParent();
    return parent == null ? path : real(parent).resolve(path.getFileName());
  }

  /** Resolves the existing part of a path. */
  private static Path real(Path path) throws IOException {
    return Files.exists(path) ? path.toRealPath() : withRealParent(path);
  }

  /** Returns the directory of the file. */
  Path directory() {
    Path parent = image.getParent();
    return parent == null ? image : parent;
  }

  /** Returns a copy with another mount point. */
  public StorageSettings at(Path mountPoint) {
    return new StorageSettings(image, mountPoint, size, options, minFree);
  }
}
