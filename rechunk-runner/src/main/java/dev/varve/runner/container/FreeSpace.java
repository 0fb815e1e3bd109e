package dev.varve.runner.container;

import dev.varve.core.bytes.Remedy;
import dev.varve.core.rootfs.StoredImage;
import dev.varve.runner.MachineLacksException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Checks for free disk space before a run, because a full disk is the most frequent failure. */
final class FreeSpace {
  private FreeSpace() {}

  /**
   * Checks that a commit of the image fits in podman's storage, and the new image in the workspace.
   *
   * @param mount the mount point of a container of the image
   * @throws MachineLacksException if they don't fit; the message says how much space is needed, and
   *     where
   */
  static void require(StoredImage image, Path mount, Path workspace) throws IOException {
    Path store = store(mount);
    FileStore storage = fileStore(store);
    FileStore output = fileStore(workspace);
    long compressed = image.size() / 2;
    if (storage.equals(output)) {
      require(storage, image.size() + compressed, store, image);
    } else {
      require(storage, image.size(), store, image);
      require(output, compressed, workspace, image);
    }
  }

  private static void require(FileStore store, long needed, Path where, StoredImage image)
      throws IOException {
    if (store.getUsableSpace() < needed) {
      throw new MachineLacksException(
          String.format(
              Locale.ROOT,
              "rechunking %s: expected %.1f GB free in %s, got %.1f GB; free some space",
              image.reference(),
              needed / 1e9,
              where,
              store.getUsableSpace() / 1e9),
          Remedy.MORE_DISK);
    }
  }

  /**
   * Returns the storage of a mounted container, which is {@code overlay/ID/merged}, {@code
   * vfs/dir/ID} or {@code btrfs/subvolumes/ID} below it. Asking podman takes half a second.
   */
  private static Path store(Path mount) {
    int names = mount.getNameCount();
    Path root = Path.of("/");
    return names > 3 ? root.resolve(mount.subpath(0, names - 3)) : root;
  }

  /**
   * Returns the file system of a directory, or of the nearest accessible parent if only root may
   * enter the directory.
   */
  private static FileStore fileStore(Path directory) throws IOException {
    for (Path at = directory; at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        return Files.getFileStore(at);
      }
    }
    return Files.getFileStore(Path.of("/"));
  }
}
