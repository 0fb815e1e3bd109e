package dev.varve.core.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory for what is unpacked, made when it is first needed, and deleted with all that is in
 * it when this is closed. Closing may come from another thread at any time.
 */
public final class Scratch implements Closeable {
  private static final int TRIES = 10;

  private final Path parent;
  private @Nullable Path root;
  private boolean closed;

  /** Unpacks below {@code parent}, which is made if need be, and stays. */
  public Scratch(Path parent) {
    this.parent = parent;
  }

  /**
   * A new directory in it, whose name begins with {@code name}.
   *
   * @throws IOException if it can't be made, or this is closed
   */
  public synchronized Path directory(String name) throws IOException {
    if (closed) {
      throw new IOException("unpacking in " + parent + ": it was closed");
    }
    try {
      Path made = root;
      if (made == null) {
        made = Files.createTempDirectory(Files.createDirectories(parent), "varve-");
        root = made;
      }
      return Files.createTempDirectory(made, name + "-");
    } catch (IOException e) {
      throw new IOException(
          "creating a scratch directory in "
              + parent
              + " (--scratch DIR or TMPDIR chooses another place)",
          e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    Path root = this.root;
    if (root == null) {
      return;
    }
    // One within this may be closed by another thread meanwhile: then what was listed is gone.
    for (int tries = 1; tries <= TRIES && !isRemoved(root); tries++) {}
  }

  private static boolean isRemoved(Path root) {
    if (Files.notExists(root)) {
      return true;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
      return true;
    } catch (IOException | UncheckedIOException e) {
      // What is left is scratch, and the temporary directory's owner cleans it up.
      return false;
    }
  }
}
