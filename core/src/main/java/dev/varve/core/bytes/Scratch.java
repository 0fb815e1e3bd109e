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
 * A directory for unpacked files, made when it is first needed, and deleted with all files in it by
 * {@link #close}, which another thread may call at any time. It is named after its {@link Owner}:
 * scratch directories that killed runs of the same user have left beside it are deleted, too.
 */
public final class Scratch implements Closeable {
  private static final int TRIES = 10;

  /** A run makes its claim at once, but a run in another container can't be seen from here. */
  private static final Duration OLD = Duration.ofHours(1);

  private static final String CLAIM = "scratch";

  private final Path parent;
  private @Nullable Path root;
  private @Nullable Claim claim;
  private boolean closed;

  /** Unpacks below {@code parent}, which is made if need be, and stays. */
  public Scratch(Path parent) {
    this.parent = parent;
  }

  /**
   * Makes a directory in the scratch directory, whose name begins with {@code name}.
   *
   * @throws IOException if it can't be made, or this is closed
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
   * Returns the scratch directory, and makes it if need be.
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
        Files.createDirectories(parent);
        removeAbandoned(parent);
        made = Files.createTempDirectory(parent, Owner.current() + "-");
        root = made;
        claim = Claim.make(made, CLAIM, "the directory that this is in");
      }
      return made;
    } catch (IOException e) {
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
    // What still writes in it, or one within it that another thread closes, may add and remove
    // meanwhile. What is left at last is scratch, and the temporary directory's owner cleans it up.
    for (int tries = 1; tries <= TRIES && Files.exists(root); tries++) {
      remove(root, claim);
    }
    if (claim != null) {
      giveUp(claim);
    }
  }

  /** Removes the scratch directories of killed runs. A failure to remove one fails no other run. */
  private static void removeAbandoned(Path parent) {
    try (DirectoryStream<Path> there = Files.newDirectoryStream(parent, "varve-*")) {
      for (Path root : there) {
        if (Claim.isAbandoned(root) && Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
          for (Claim claim : Claim.abandoned(root, CLAIM, content -> true)) {
            remove(root, claim);
          }
          removeUnclaimed(root);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Other runs come and go while this looks; the next one of this user's looks again.
    }
  }

  /** A run that was killed before its claim has left an empty directory. */
  private static void removeUnclaimed(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)
        && Files.getLastModifiedTime(root).toInstant().isBefore(Instant.now().minus(OLD))) {
      try {
        Files.delete(root);
      } catch (DirectoryNotEmptyException e) {
        // Its claim is another run's, or can't be read.
      }
    }
  }

  /**
   * Removes all files that can be removed. The claim is removed last: if this run is killed before,
   * the next one finds the rest by the claim.
   */
  private static void remove(Path root, @Nullable Claim claim) {
    DirectoryRemoval.removeAllBut(
        root, path -> path.equals(root) || (claim != null && claim.isAt(path)));
    if (claim != null) {
      giveUp(claim);
    }
    try {
      Files.deleteIfExists(root);
    } catch (IOException e) {
      // Whether all is gone is asked of the root.
    }
  }

  private static void giveUp(Claim claim) {
    try {
      claim.close();
    } catch (IOException e) {
      // The process's end gives it up as well.
    }
  }
}
