package dev.varve.cli.session;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * A text that goes into a file, whole or not at all. What is no file of its own but a link or a
 * device, such as /dev/stdout, stays what it is and is written through.
 *
 * @param path where to
 * @param text all of it
 */
public record TextFile(Path path, String text) {
  /**
   * Checks that a file can be written, before any work is done for its text.
   *
   * @throws IOException if not; the message says why
   */
  public static void requireWritable(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "it is a directory");
    }
    if (Files.exists(path) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isWritable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      return;
    }
    Path beside = new TextFile(path, "").beside();
    try {
      Files.createFile(beside);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Writes it, readable as files are by default. */
  public void write() throws IOException {
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
  public void write(String permissions) throws IOException {
    Path beside = beside();
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
    try {
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
    // Another run may write the same file at this moment, and so has a part of its own.
    return path.resolveSibling(".varve-" + UUID.randomUUID() + ".part");
  }

  private void move(Path beside) throws IOException {
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
