package dev.varve.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A text that goes into a file, whole or not at all. What is no file of its own but a link or a
 * device, such as /dev/stdout, stays what it is and is written through.
 *
 * @param path where to
 * @param text all of it
 */
record TextFile(Path path, String text) {
  /** Checks that nothing is in the way, unless it may be overwritten. */
  TextFile unless(boolean mayOverwrite) throws FileAlreadyExistsException {
    if (!mayOverwrite && Files.exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return this;
  }

  /** Writes it, readable as files are by default. */
  void write() throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.writeString(path, text);
      return;
    }
    Path beside = beside();
    try {
      Files.writeString(beside, text);
      move(beside);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Writes it.
   *
   * @param permissions who may do what with it, such as {@code rw-------}, from the beginning
   */
  void write(String permissions) throws IOException {
    Path beside = beside();
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
    try {
      Files.deleteIfExists(beside);
      Files.createFile(beside, PosixFilePermissions.asFileAttribute(wanted));
      Files.setPosixFilePermissions(beside, wanted); // whatever the umask took away
      Files.writeString(beside, text);
      move(beside);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private Path beside() throws NoSuchFileException {
    Path directory = path.getParent();
    if (directory != null && Files.notExists(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
    return path.resolveSibling(path.getFileName() + ".part");
  }

  private void move(Path beside) throws IOException {
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
