package dev.varve.core.layout;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.IndexSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/**
 * Publishes to a layout directory. A new directory is renamed into place atomically; in an existing
 * one, blobs are added first and the index is replaced last.
 */
record DirectoryPublication(Path place, String reference) implements Publication {
  static IndexSink sink(Path directory, List<String> tags, String reference) throws IOException {
    Path place = directory.toAbsolutePath();
    boolean exists = Lookup.exists(place);
    if (exists) {
      requireLayout(place, reference);
      if (place.getParent() != null) {
        // A run that created the layout may have been killed right afterwards.
        StagedBlobs.removePublished(place.getParent());
      }
    }
    // Inside an existing directory, because it may be a separate file system.
    Path parent = exists || place.getParent() == null ? place : place.getParent();
    return LayoutSink.create(
        tags,
        reference,
        StagedBlobs.begin(parent, true, reference),
        new DirectoryPublication(place, reference));
  }

  private static void requireLayout(Path directory, String reference) throws IOException {
    if (!Lookup.isDirectory(directory)) {
      throw new IOException("writing to " + reference + ": " + directory + " is not a directory");
    }
    DirectoryFiles files = new DirectoryFiles(directory);
    if (files.size(OciLayout.INDEX).isPresent()) {
      OciLayout.readIndex(files, reference);
      return;
    }
    List<String> others =
        files.top().stream()
            .filter(name -> !name.startsWith(Staging.PREFIX))
            .filter(name -> !name.equals(OciLayout.MARKER) && !name.equals("blobs"))
            .toList();
    if (!others.isEmpty()) {
      throw new IOException(
          "writing to "
              + reference
              + ": expected an OCI layout or an empty directory, there is "
              + Messages.list(others));
    }
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    return StagedBlobs.hasSize(place.resolve(Blobs.name(blob.digest())), blob.size());
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    return new Blobs(new DirectoryFiles(place), reference).open(blob);
  }

  @Override
  public void publish(
      StagedBlobs blobs, List<Descriptor> images, List<Descriptor> artifacts, Set<Descriptor> named)
      throws IOException {
    if (Lookup.exists(place) || !publishNew(blobs, images, artifacts)) {
      publishInto(blobs, images, artifacts, named);
    }
  }

  /** Publishes a new layout; returns false if another run has created the directory. */
  private boolean publishNew(StagedBlobs blobs, List<Descriptor> images, List<Descriptor> artifacts)
      throws IOException {
    Path layout = blobs.layout();
    for (Digest.Algorithm algorithm : blobs.algorithms()) {
      StagedBlobs.force(layout.resolve(Blobs.directory(algorithm)));
    }
    Files.write(layout.resolve(OciLayout.MARKER), OciLayout.MARKER_CONTENT);
    writeForced(layout.resolve(OciLayout.INDEX), IndexUpdate.ofNew(images, artifacts));
    StagedBlobs.force(layout);
    try {
      Files.move(layout, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Lookup.isDirectory(place)) {
        throw e;
      }
      return false;
    }
    Path parent = place.getParent();
    if (parent != null) {
      StagedBlobs.force(parent);
    }
    return true;
  }

  /**
   * Adds to an existing layout, under the lock that prevents pruning before the index is replaced.
   */
  private void publishInto(
      StagedBlobs blobs, List<Descriptor> images, List<Descriptor> artifacts, Set<Descriptor> named)
      throws IOException {
    LayoutLock.holding(
        place,
        () -> {
          moveBlobs(blobs);
          requireThere(named);
          replaceIndex(blobs.temporary(), images, artifacts);
        });
  }

  private void moveBlobs(StagedBlobs blobs) throws IOException {
    for (Digest.Algorithm algorithm : blobs.algorithms()) {
      Lookup.createDirectories(place.resolve(Blobs.directory(algorithm)));
    }
    for (Digest digest : blobs.list()) {
      Path blob = blobs.path(digest);
      Path target = place.resolve(Blobs.name(digest));
      if (!StagedBlobs.hasSize(target, Files.size(blob))) {
        StagedBlobs.rename(blob, target);
      }
    }
    for (Digest.Algorithm algorithm : blobs.algorithms()) {
      StagedBlobs.force(place.resolve(Blobs.directory(algorithm)));
    }
  }

  /** Checks that blobs that existed at the start have not been pruned since. */
  private void requireThere(Set<Descriptor> named) throws IOException {
    for (Descriptor blob : named) {
      if (!has(blob)) {
        throw new IOException(
            "writing to "
                + reference
                + ": blob "
                + blob.digest()
                + " existed when this run began, but another run has removed it; run again");
      }
    }
  }

  private void replaceIndex(Path temporary, List<Descriptor> images, List<Descriptor> artifacts)
      throws IOException {
    DirectoryFiles files = new DirectoryFiles(place);
    ImageIndex before =
        files.size(OciLayout.INDEX).isEmpty()
            ? ImageIndex.EMPTY
            : OciLayout.parseIndex(files, reference);
    replaceIndex(
        place, temporary, IndexUpdate.of(before, new Blobs(files, reference), images, artifacts));
  }

  /** Replaces a layout's index atomically. */
  static void replaceIndex(Path layout, Path temporary, byte[] index) throws IOException {
    writeForced(temporary, index);
    StagedBlobs.rename(temporary, layout.resolve(OciLayout.INDEX));
    StagedBlobs.force(layout);
  }

  private static void writeForced(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }
}
