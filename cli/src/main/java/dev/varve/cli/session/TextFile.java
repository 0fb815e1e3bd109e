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
 * A text to write to a file atomically. A symbolic link or a device, such as /dev/stdout, is not
 * replaced, but written through.
 *
 * @param path the path of the file
 * @param text the whole text
 */
public record TextFile(Path path, String text) {
  /**
   * Checks in advance that a file can be written.
   *
   * @throws IOException if the file can't be written; the message says why
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

  /** Writes the file with default permissions. */
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
   * Writes the file with permissions from its creation on.
   *
   * @param permissions the permissions, such as {@code rw-------}
   */
  public void write(String permissions) throws IOException {
    Path beside = beside();
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
    try {
      Files.createFile(beside, PosixFilePermissions.asFileAttribute(wanted));
      Files.setPosixFilePermissions(beside, wanted); // independent of the umask
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
    // A unique name, because another run may write the same file at the same time.
    return path.resolveSibling(".varve-" + UUID.randomUUID() + ".part");
  }

  private void move(Path beside) throws IOException {
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
