package dev.varve.core.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A directory for unpacked files, created on first use, and deleted with its content by {@link
 * #close}, which any thread may call at any time. The directory is named after its {@link Owner};
 * scratch directories of killed runs of the same user in the same parent are deleted too.
 */
public final class Scratch implements Closeable {
  private static final int TRIES = 10;

  /**
   * The age of an unclaimed directory to delete. A run makes its claim at once, but may be
   * invisible in another container.
   */
  private static final Duration OLD = Duration.ofHours(1);

  private static final String CLAIM = "scratch";

  private final Path parent;
  private @Nullable Path root;
  private @Nullable Claim claim;
  private boolean closed;

  /** Creates a scratch directory below {@code parent}, which is created if missing, and stays. */
  public Scratch(Path parent) {
    this.parent = parent;
  }

  /**
   * Creates a directory in the scratch directory, with a name that begins with {@code name}.
   *
   * @throws IOException if the directory can't be created, or the scratch directory is closed
   */
  public synchronized Path directory(String name) throws IOException {
    Path made = root();
    try {
      return Files.createTempDirectory(made, name + "-");
    } catch (IOException e) {
      throw cannotCreate(e);
    }
  }

  /**
   * Returns the scratch directory, and creates it if missing.
   *
   * @throws IOException as from {@link #directory}
   */
  public synchronized Path root() throws IOException {
    if (closed) {
      throw new IOException("unpacking in " + parent + ": it was closed");
    }
    try {
      Path made = root;
      if (made == null) {
        Lookup.createDirectories(parent);
        removeAbandoned(parent);
        made = Files.createTempDirectory(parent, Owner.current() + "-");
        root = made;
        claim = Claim.make(made, CLAIM, "the directory that this is in");
      }
      return made;
    } catch (IOException e) {
      if (root != null && claim == null) {
        remove(root, null);
        root = null;
      }
      throw cannotCreate(e);
    }
  }

  private IOException cannotCreate(IOException cause) {
    return new RemediableException(
        "creating a scratch directory in " + parent, Remedy.OTHER_SCRATCH, cause);
  }

  @Override
  public synchronized void close() {
    closed = true;
    Path root = this.root;
    if (root == null) {
      return;
    }
    // Other threads may still add and remove files. Files that remain are temporary, and are left
    // to the cleanup of the parent.
    boolean removed = false;
    for (int tries = 1; tries <= TRIES && !removed; tries++) {
      removed = remove(root, claim);
    }
    if (claim != null) {
      leave(claim);
    }
  }

  /** Removes the scratch directories of killed runs. Failures to remove one are ignored. */
  private static void removeAbandoned(Path parent) {
    try (DirectoryStream<Path> roots = Files.newDirectoryStream(parent, "varve-*")) {
      for (Path root : roots) {
        if (Claim.isAbandoned(root) && Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
          for (Claim claim : Claim.abandoned(root, CLAIM, content -> true)) {
            remove(root, claim);
            leave(claim);
          }
          removeUnclaimed(root);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Directories may disappear concurrently; the next run tries again.
    }
  }

  /** Removes the directory of a run that was killed before it had made its claim. */
  private static void removeUnclaimed(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)
        && Files.getLastModifiedTime(root).toInstant().isBefore(Instant.now().minus(OLD))) {
      Claim.removeEmpty(root, CLAIM);
      try {
        Files.delete(root);
      } catch (DirectoryNotEmptyException e) {
        // The directory is claimed by another run, or its claim is unreadable.
      }
    }
  }

  /**
   * Removes all removable files, and the claim if nothing else remains: if this run is killed, or a
   * file can't be removed, the next run finds the rest by the claim.
   *
   * @return whether nothing remains
   */
  private static boolean remove(Path root, @Nullable Claim claim) {
    boolean empty =
        DirectoryRemoval.removeAllBut(
                root, path -> path.equals(root) || (claim != null && claim.isAt(path)))
            .isEmpty();
    if (!empty) {
      return false;
    }
    try {
      if (claim != null) {
        claim.close();
      }
      Files.deleteIfExists(root);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void leave(Claim claim) {
    try {
      claim.leave();
    } catch (IOException e) {
      // The lock ends with the process.
    }
  }
}
