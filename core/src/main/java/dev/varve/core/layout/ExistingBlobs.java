package dev.varve.core.layout;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Blobs in existing files, which need not be copied: finished blobs of killed runs, and blobs of a
 * source on the same file system. Each is verified first. Thread-safe.
 */
final class ExistingBlobs {
  private static final int BUFFER = 1 << 17;

  private final StagedBlobs blobs;
  private final String reference;
  private final Map<String, Path> leftovers;

  /**
   * Finds the finished blobs of killed runs, and deletes their other files.
   *
   * @param blobs receives the blobs
   * @param leftovers the directory with the leftovers of killed runs; need not exist
   * @param reference the destination as named by the user, for messages
   */
  ExistingBlobs(StagedBlobs blobs, Path leftovers, String reference) throws IOException {
    this.blobs = blobs;
    this.reference = reference;
    this.leftovers = finished(leftovers);
  }

  /** Finds the finished blobs of killed runs, and deletes their other files. */
  private static Map<String, Path> finished(Path directory) throws IOException {
    Map<String, Path> found = new ConcurrentHashMap<>();
    if (!Lookup.exists(directory)) {
      return found;
    }
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!StagedBlobs.isBlobName(name) || found.putIfAbsent(name, file) != null) {
          Files.delete(file);
        }
      }
    }
    return found;
  }

  /**
   * Takes a blob: a killed run's, or else a hard link to a file of the source.
   *
   * @return false if neither exists
   */
  boolean take(BlobSource from, Descriptor blob) throws IOException {
    if (takeLeftover(blob)) {
      return true;
    }
    Optional<Path> file = from.file(blob);
    return file.isPresent() && link(file.get(), from, blob);
  }

  private boolean takeLeftover(Descriptor blob) throws IOException {
    Path left = leftovers.remove(blob.digest().hex());
    if (left == null) {
      return false;
    }
    try {
      verify(left, blob, reference);
      blobs.keep(left, blob.digest());
      return true;
    } catch (IOException e) {
      blobs.requireOpen();
      Files.deleteIfExists(left); // perhaps damaged by a power failure
      return false;
    }
  }

  private boolean link(Path file, BlobSource from, Descriptor blob) throws IOException {
    Path link = blobs.temporary();
    try {
      Files.createLink(link, file.toRealPath());
    } catch (UnsupportedOperationException | IOException e) {
      return false; // another file system, or no permission
    }
    try {
      verify(link, blob, from.reference()); // verifies the linked file itself
      blobs.keep(link, blob.digest());
      return true;
    } finally {
      Files.deleteIfExists(link);
    }
  }

  private void verify(Path file, Descriptor blob, String where) throws IOException {
    try (InputStream in = new VerifyingInputStream(FileInput.open(file), blob, where)) {
      byte[] buffer = new byte[BUFFER];
      while (in.read(buffer) >= 0) {
        blobs.requireOpen();
      }
    }
  }
}
