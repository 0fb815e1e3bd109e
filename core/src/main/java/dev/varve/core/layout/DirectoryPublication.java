package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
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

/**
 * Publishes to a layout directory. A new one is renamed into place whole; in one that exists blobs
 * come first and the index is replaced at the end.
 */
record DirectoryPublication(Path place, String reference) implements Publication {
  static ImageSink sink(Path directory, String tag, String reference) throws IOException {
    Path place = directory.toAbsolutePath();
    boolean exists = Files.exists(place);
    if (exists) {
      requireLayout(place, reference);
    }
    // Inside a directory that exists, as it may be a file system of its own.
    Path parent = exists || place.getParent() == null ? place : place.getParent();
    return LayoutSink.create(parent, tag, reference, new DirectoryPublication(place, reference));
  }

  private static void requireLayout(Path directory, String reference) throws IOException {
    if (!Files.isDirectory(directory)) {
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
  public void publish(StagedBlobs blobs, Descriptor image, List<Descriptor> artifacts)
      throws IOException {
    if (Files.exists(place) || !publishNew(blobs, image, artifacts)) {
      publishInto(blobs, image, artifacts);
    }
  }

  /** Whether nobody else was faster. */
  private boolean publishNew(StagedBlobs blobs, Descriptor image, List<Descriptor> artifacts)
      throws IOException {
    Path layout = blobs.layout();
    Files.write(layout.resolve(OciLayout.MARKER), OciLayout.MARKER_CONTENT);
    Path index = layout.resolve(OciLayout.INDEX);
    writeSynced(index, IndexUpdate.ofNew(image, artifacts));
    try {
      Files.move(layout, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(place)) {
        throw e;
      }
      return false;
    }
    return true;
  }

  private void publishInto(StagedBlobs blobs, Descriptor image, List<Descriptor> artifacts)
      throws IOException {
    Path target = Files.createDirectories(place.resolve(Blobs.DIRECTORY));
    for (String name : blobs.list()) {
      Path blob = blobs.layout().resolve(Blobs.DIRECTORY).resolve(name);
      if (!StagedBlobs.hasSize(target.resolve(name), Files.size(blob))) {
        replace(blob, target.resolve(name));
      }
    }
    sync(target);
    LayoutLock.holding(place, () -> replaceIndex(blobs.temporary(), image, artifacts));
  }

  private void replaceIndex(Path temporary, Descriptor image, List<Descriptor> artifacts)
      throws IOException {
    DirectoryFiles files = new DirectoryFiles(place);
    ImageIndex before =
        files.size(OciLayout.INDEX).isEmpty()
            ? ImageIndex.EMPTY
            : OciLayout.parseIndex(files, reference);
    writeSynced(temporary, IndexUpdate.of(before, new Blobs(files, reference), image, artifacts));
    replace(temporary, place.resolve(OciLayout.INDEX));
    sync(place);
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void writeSynced(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Makes renames in a directory outlast a power cut. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }
}
