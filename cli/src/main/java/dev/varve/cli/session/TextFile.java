package dev.varve.cli.session;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.PartFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

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
    if (Lookup.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "it is a directory");
    }
    if (Lookup.exists(path) && !Lookup.isFile(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isWritable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      return;
    }
    new TextFile(path, "").beside().close();
  }

  /** Writes the file with default permissions. */
  public void write() throws IOException {
    if (Lookup.exists(path) && !Lookup.isFile(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.writeString(path, text);
      return;
    }
    try (PartFile part = beside()) {
      part.replaceBy(bytes());
    }
  }

  /**
   * Writes the file with permissions from its creation on.
   *
   * @param permissions the permissions, such as {@code rw-------}
   */
  public void write(String permissions) throws IOException {
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
    try (PartFile part = beside(PosixFilePermissions.asFileAttribute(wanted))) {
      Files.setPosixFilePermissions(part.path(), wanted); // independent of the umask
      part.replaceBy(bytes());
    }
  }

  private PartFile beside(FileAttribute<?>... attributes) throws IOException {
    Path directory = path.getParent();
    if (directory != null && !Lookup.exists(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
    return PartFile.beside(path, attributes);
  }

  private byte[] bytes() {
    return LosslessUtf8.encode(text);
  }
}
