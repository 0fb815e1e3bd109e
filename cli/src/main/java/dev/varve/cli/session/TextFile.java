package dev.varve.cli.session;

import dev.varve.core.bytes.IoRunnable;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.PartFile;
import dev.varve.core.bytes.WriteFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
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
    new TextFile(path, "").requireWritable();
  }

  private void requireWritable() throws IOException {
    explained(
        () -> {
          if (!isReplaceable()) {
            if (!Files.isWritable(path)) {
              throw new AccessDeniedException(path.toString());
            }
            return;
          }
          beside().close();
        });
  }

  /**
   * Writes the file with default permissions.
   *
   * @throws IOException if the file can't be written; the message names the file, and says why
   */
  public void write() throws IOException {
    explained(
        () -> {
          if (!isReplaceable()) {
            Files.writeString(path, text);
            return;
          }
          try (PartFile part = beside()) {
            part.replaceBy(bytes());
          }
        });
  }

  /**
   * Writes the file with permissions from its creation on.
   *
   * @param permissions the permissions, such as {@code rw-------}
   * @throws IOException if the file can't be written; the message names the file, and says why
   */
  public void write(String permissions) throws IOException {
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
    explained(
        () -> {
          try (PartFile part = beside(PosixFilePermissions.asFileAttribute(wanted))) {
            Files.setPosixFilePermissions(part.path(), wanted); // independent of the umask
            part.replaceBy(bytes());
          }
        });
  }

  /** Whether the file is a regular one, or there is none; fails for a directory. */
  private boolean isReplaceable() throws IOException {
    if (Lookup.isDirectory(path)) {
      throw new IOException("it is a directory");
    }
    return !Lookup.exists(path) || Lookup.isFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private void explained(IoRunnable writing) throws IOException {
    try {
      writing.run();
    } catch (IOException e) {
      throw WriteFailure.explain("writing " + path, path, withoutName(e));
    }
  }

  /** Returns a failure whose message does not repeat the name of the file. */
  private IOException withoutName(IOException failure) {
    return failure instanceof FileSystemException named
            && named.getReason() != null
            && path.toString().equals(named.getFile())
        ? new IOException(named.getReason().toLowerCase(Locale.ROOT), failure)
        : failure;
  }

  private PartFile beside(FileAttribute<?>... attributes) throws IOException {
    Path directory = path.getParent();
    if (directory != null && !Lookup.exists(directory)) {
      throw new IOException("there is no " + directory);
    }
    return PartFile.beside(path, attributes);
  }

  private byte[] bytes() {
    return LosslessUtf8.encode(text);
  }
}
