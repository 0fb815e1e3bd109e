package dev.varve.core.packages.dpkg;

import dev.varve.core.bytes.IoFunction;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.MalformedLineException;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The files of an image that say something of its packages, read up to a size each and up to a
 * number of bytes in all: a small image may have a hundred thousand names for one long file.
 */
final class ImageFiles {
  /** The most bytes of a file; of a compressed one, before and after. */
  static final long MAX_FILE = 64L << 20;

  /** The most bytes of all files; a desktop with 2,000 packages has 150 MiB. */
  static final long MAX_ALL = 1L << 30;

  private final FileTree tree;
  private final String title;
  private long read;

  /**
   * Reads files of an image.
   *
   * @param title the database, for messages
   */
  ImageFiles(FileTree tree, String title) {
    this.tree = tree;
    this.title = title;
  }

  /**
   * Reads a file line by line; symbolic links are followed in its directories.
   *
   * @return what {@code reader} returns; empty if there is no such regular file
   * @throws MalformedPackageException if the file or a line is too long, or if {@code reader}
   *     throws one, with the path in front of its message
   * @throws UnreadablePackageDatabaseException if all files together are too large
   */
  <T> Optional<T> read(String path, IoFunction<DatabaseLines, T> reader) throws IOException {
    Optional<Content> content = tree.file(path).flatMap(Inode::content);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    if (content.get().size() > MAX_FILE) {
      throw new MalformedPackageException(
          "/%s: expected at most %d bytes, got %d".formatted(path, MAX_FILE, content.get().size()));
    }
    try (InputStream in = counted(content.get().open())) {
      return Optional.of(reader.apply(new DatabaseLines(in, path, MAX_FILE)));
    } catch (MalformedLineException e) {
      throw new MalformedPackageException(String.valueOf(e.getMessage()));
    } catch (MalformedPackageException e) {
      throw new MalformedPackageException("/" + path + ": " + e.problem());
    }
  }

  /** Returns the paths of a directory's entries; of a symbolic link, none. */
  List<String> children(String directory) {
    return tree.below(directory).stream()
        .map(FileTree.Entry::path)
        .filter(path -> path.indexOf('/', directory.length() + 1) < 0)
        .toList();
  }

  /** Finds a regular file; symbolic links are followed, also in the last name. */
  Optional<Inode> find(String path) {
    return tree.file(tree.resolveParents(path + "/."));
  }

  /**
   * Returns a stream that ends after {@link #MAX_FILE} bytes, and whose bytes count among those of
   * all files.
   */
  InputStream counted(InputStream stream) {
    return new FilterInputStream(stream) {
      private long left = MAX_FILE;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = left == 0 ? -1 : super.read(buffer, offset, (int) Math.min(left, length));
        left -= Math.max(0, count);
        count(count);
        return count;
      }
    };
  }

  private void count(int bytes) throws UnreadablePackageDatabaseException {
    read += Math.max(0, bytes);
    if (read > MAX_ALL) {
      throw new UnreadablePackageDatabaseException(
          title, "expected lists and changelogs of at most " + MAX_ALL + " bytes, got more");
    }
  }
}
