package dev.varve.core.layout;

import dev.varve.core.bytes.IoSupplier;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.WriteFailure;
import dev.varve.core.bytes.WriteLock;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Digest.Algorithm;
import dev.varve.core.image.ImageSink.BlobWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The blobs of an image that is being written, as a layout in a staging directory. A blob has a
 * temporary name until it is complete. Finished blobs of killed runs are reused. Thread-safe; any
 * thread may close it.
 */
final class StagedBlobs implements Closeable {
  /** The directory in the staging directory that becomes the layout. */
  private static final String LAYOUT = "layout";

  private static final int BUFFER = 1 << 17;
  private static final Pattern BLOB_NAME = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{128}");

  private final Staging staging;
  private final Closeable turn;
  private final Path layout;
  private final boolean keptAsFiles;
  private final String reference;
  private final ExistingBlobs existing;
  private final AtomicInteger names = new AtomicInteger();
  private volatile boolean closed;

  /** Held while publishing and while removing the staging directory. */
  private final ReentrantLock ending = new ReentrantLock();

  private boolean ended;

  private StagedBlobs(Staging staging, boolean keptAsFiles, String reference, Closeable turn)
      throws IOException {
    this.staging = staging;
    this.turn = turn;
    this.keptAsFiles = keptAsFiles;
    this.layout = staging.directory().resolve(LAYOUT);
    this.reference = reference;
    this.existing = new ExistingBlobs(this, staging.leftovers(), reference);
    Files.createDirectories(layout.resolve(Blobs.directory(Algorithm.SHA256)));
  }

  /**
   * Creates a staging directory.
   *
   * @param parent the parent of the staging directory; created if missing
   * @param keptAsFiles whether to flush blobs to the disk before they get their names
   * @param reference the destination as named by the user, for messages
   */
  static StagedBlobs begin(Path parent, boolean keptAsFiles, String reference) throws IOException {
    try {
      Lookup.createDirectories(parent);
      return begin(parent, keptAsFiles, reference, () -> {});
    } catch (IOException e) {
      throw WriteFailure.explain("writing to " + reference, parent, e);
    }
  }

  /**
   * Creates a staging directory, after waiting for other runs that write the same archive.
   *
   * @param archive the path of the new archive
   * @param notices receives a line after a long wait
   */
  static StagedBlobs beginArchive(Path archive, String reference, Consumer<String> notices)
      throws IOException {
    Path parent = ArchiveTar.parent(archive);
    try {
      Lookup.createDirectories(parent);
      WriteLock lock = WriteLock.take(archive, notices);
      try {
        return begin(parent, false, reference, lock);
      } catch (IOException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw WriteFailure.explain("writing to " + reference, parent, e);
    }
  }

  private static StagedBlobs begin(
      Path parent, boolean keptAsFiles, String reference, Closeable turn) throws IOException {
    Staging staging = Staging.begin(parent);
    try {
      return new StagedBlobs(staging, keptAsFiles, reference, turn);
    } catch (IOException e) {
      staging.close();
      throw e;
    }
  }

  /** Removes what is left of runs that were killed after their new layout had been moved. */
  static void removePublished(Path parent) {
    Staging.removeWithout(LAYOUT, parent);
  }

  /** The directory, a layout without its index. */
  Path layout() {
    return layout;
  }

  /** Returns a temporary path in the staging directory for an unfinished file. */
  Path temporary() throws IOException {
    requireOpen();
    return staging.directory().resolve("part-" + names.incrementAndGet());
  }

  void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("writing to " + reference + ": it was closed");
    }
  }

  boolean has(Descriptor blob) throws IOException {
    return hasSize(path(blob.digest()), blob.size());
  }

  /** Returns a source of the staged blobs. */
  Blobs source() {
    return new Blobs(new DirectoryFiles(layout), reference);
  }

  static boolean hasSize(Path file, long size) throws IOException {
    OptionalLong found = DirectoryFiles.size(file);
    return found.isPresent() && found.getAsLong() == size;
  }

  static boolean isBlobName(String name) {
    return BLOB_NAME.matcher(name).matches();
  }

  /** Returns the digests of the blobs, sorted within each algorithm. */
  List<Digest> list() throws IOException {
    List<Digest> digests = new ArrayList<>();
    for (Algorithm algorithm : algorithms()) {
      try (Stream<Path> files = Files.list(layout.resolve(Blobs.directory(algorithm)))) {
        files.map(file -> new Digest(file.getFileName().toString())).sorted().forEach(digests::add);
      }
    }
    return digests;
  }

  /** Returns the algorithms of the staged blobs' digests; always includes SHA-256. */
  List<Algorithm> algorithms() throws IOException {
    List<Algorithm> found = new ArrayList<>();
    for (Algorithm algorithm : Algorithm.values()) {
      if (Lookup.isDirectory(layout.resolve(Blobs.directory(algorithm)))) {
        found.add(algorithm);
      }
    }
    return found;
  }

  Path path(Digest digest) {
    return layout.resolve(Blobs.name(digest));
  }

  BlobWriter begin() throws IOException {
    return new StagedBlob(new StagedFile(temporary(), this), this);
  }

  /** Adds a complete blob. */
  void add(Descriptor descriptor, byte[] blob) throws IOException {
    try (StagedFile out = new StagedFile(temporary(), this)) {
      out.write(blob);
      out.keep(descriptor.digest());
    }
  }

  /** Takes over a blob: a killed run's, or a hard link to a file if possible, or else a copy. */
  void takeOver(BlobSource from, Descriptor blob) throws IOException {
    if (existing.take(from, blob)) {
      return;
    }
    try (InputStream in = from.open(blob);
        StagedFile out = new StagedFile(temporary(), this)) {
      byte[] buffer = new byte[BUFFER];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        out.write(buffer, 0, n);
      }
      out.keep(blob.digest()); // the source has verified it
    }
  }

  /** Whether to flush blobs to the disk before they get their names. */
  boolean keptAsFiles() {
    return keptAsFiles;
  }

  /** Moves a file to a blob's path. Concurrent calls overlap the waits for the disk. */
  void keep(Path file, Digest digest) throws IOException {
    if (keptAsFiles) {
      force(file);
    }
    Path place = path(digest);
    if (digest.algorithm() != Algorithm.SHA256) {
      Files.createDirectories(layout.resolve(Blobs.directory(digest.algorithm())));
    }
    rename(file, place);
  }

  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Flushes a file or directory to the disk, to survive a power failure. */
  static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      channel.force(true);
    }
  }

  IOException explain(IOException failure) {
    return WriteFailure.explain("writing a blob to " + reference, staging.directory(), failure);
  }

  /** Runs the last step once, which may move blobs away, then removes the staging directory. */
  <R> R end(IoSupplier<R> step) throws IOException {
    ending.lock();
    try {
      if (ended) {
        throw new IllegalStateException(reference + " was committed or closed before");
      }
      R result = step.get();
      ended = true;
      removeStaging();
      return result;
    } finally {
      ending.unlock();
    }
  }

  /** Removes the staging directory; concurrent writes and publications fail. */
  @Override
  public void close() throws IOException {
    closed = true;
    ending.lock();
    try {
      if (!ended) {
        ended = true;
        removeStaging();
      }
    } finally {
      ending.unlock();
    }
  }

  private void removeStaging() throws IOException {
    try (turn) {
      staging.close();
    }
  }
}
