package dev.varve.core.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A file that is written beside another one, and replaces it when it is complete. The file is named
 * after its {@link Owner}; those of runs that could not remove theirs are removed by the next one
 * that writes to the directory.
 */
public final class PartFile implements Closeable {
  private static final String PREFIX = ".";
  private static final String SUFFIX = ".part";

  /** The age of a file to remove. Its run may be invisible in another container, but is short. */
  private static final Duration OLD = Duration.ofHours(1);

  private final Path replaced;
  private final Path file;

  private PartFile(Path replaced, Path file) {
    this.replaced = replaced;
    this.file = file;
  }

  /**
   * Creates an empty file.
   *
   * @param replaced the file to replace, which need not exist
   * @param attributes the attributes that the file has from its creation on
   */
  public static PartFile beside(Path replaced, FileAttribute<?>... attributes) throws IOException {
    removeAbandoned(replaced.toAbsolutePath().resolveSibling(""));
    // A unique name, because another thread may write the same file at the same time.
    String name = PREFIX + Owner.current() + "-" + UUID.randomUUID() + SUFFIX;
    try {
      return new PartFile(replaced, Files.createFile(replaced.resolveSibling(name), attributes));
    } catch (FileSystemException e) {
      throw named(replaced, e);
    }
  }

  /** Returns a failure that names the file to replace, in place of the one beside it. */
  private static FileSystemException named(Path replaced, FileSystemException failure) {
    if (failure instanceof AccessDeniedException || failure.getReason() == null) {
      return failure;
    }
    return new FileSystemException(replaced.toString(), null, failure.getReason());
  }

  /** Failures to remove one are ignored. */
  private static void removeAbandoned(Path directory) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, PREFIX + "varve-*" + SUFFIX)) {
      for (Path file : files) {
        String owned = file.getFileName().toString().substring(PREFIX.length());
        if (Claim.isAbandoned(file, owned)
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(OLD))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // They do no harm, and the next run tries again.
    }
  }

  /** Returns the path of the file. */
  public Path path() {
    return file;
  }

  /**
   * Writes the content, and replaces the other file.
   *
   * @throws IOException if the content can't be written, or the other file is a directory; the
   *     message names the other file
   */
  public void replaceBy(byte[] content) throws IOException {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw FileInput.named(replaced, e);
    }
    try {
      Files.move(
          file, replaced, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (FileSystemException e) {
      throw named(replaced, e);
    }
  }

  /** Removes the file if it has not replaced the other one. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
