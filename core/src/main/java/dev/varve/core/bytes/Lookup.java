package dev.varve.core.bytes;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Looks files up. Unlike the methods of {@link Files} with these names, a file that the system
 * can't look up, because the disk fails or permissions are lacking, is not taken for a missing one.
 */
public final class Lookup {
  private Lookup() {}

  /**
   * Returns whether a file of any type exists.
   *
   * @throws IOException if the system can't tell
   */
  public static boolean exists(Path path, LinkOption... options) throws IOException {
    return attributes(path, options).isPresent();
  }

  /**
   * Returns whether a directory exists.
   *
   * @throws IOException if the system can't tell
   */
  public static boolean isDirectory(Path path, LinkOption... options) throws IOException {
    return attributes(path, options).filter(BasicFileAttributes::isDirectory).isPresent();
  }

  /**
   * Returns whether a regular file exists.
   *
   * @throws IOException if the system can't tell
   */
  public static boolean isFile(Path path, LinkOption... options) throws IOException {
    return attributes(path, options).filter(BasicFileAttributes::isRegularFile).isPresent();
  }

  /**
   * Creates a directory with its parents, unless it exists. Unlike {@link Files#createDirectories},
   * does not report a directory that can't be looked up as an existing file.
   */
  public static Path createDirectories(Path path) throws IOException {
    return isDirectory(path) ? path : Files.createDirectories(path);
  }

  private static Optional<BasicFileAttributes> attributes(Path path, LinkOption... options)
      throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, options));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if (isBelowFile(path)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Returns whether a parent is a file, in which there can be no files. */
  private static boolean isBelowFile(Path path) {
    for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
      if (Files.isRegularFile(parent)) {
        return true;
      }
    }
    return false;
  }
}
