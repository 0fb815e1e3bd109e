package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Publishes to an archive: the staged layout as a tar, its files in a fixed order and without their
 * times. A staged blob is deleted as soon as the tar has it.
 */
record ArchivePublication(Path place, String reference) implements Publication {
  static ImageSink sink(Path archive, String tag, String reference) throws IOException {
    Path place = Files.exists(archive) ? archive.toRealPath() : archive.toAbsolutePath();
    Path parent = place.getParent();
    if (parent == null || (Files.exists(place) && !Files.isRegularFile(place))) {
      throw new IOException("writing to " + reference + ": " + place + " is not a file");
    }
    return LayoutSink.create(parent, tag, reference, new ArchivePublication(place, reference));
  }

  @Override
  public boolean has(Descriptor blob) {
    return false;
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    throw new MissingBlobException(reference, blob);
  }

  @Override
  public void publish(StagedBlobs blobs, Descriptor image, List<Descriptor> artifacts)
      throws IOException {
    Path finished = blobs.temporary();
    try (FileChannel channel =
        FileChannel.open(finished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      TarWriter tar = new TarWriter(Channels.newOutputStream(channel));
      add(tar, OciLayout.MARKER, OciLayout.MARKER_CONTENT);
      add(tar, OciLayout.INDEX, IndexUpdate.ofNew(image, artifacts));
      tar.add(entry("blobs", TarEntry.Type.DIRECTORY, 0755, 0));
      tar.add(entry(Blobs.DIRECTORY, TarEntry.Type.DIRECTORY, 0755, 0));
      for (String blob : blobs.list()) {
        String name = Blobs.DIRECTORY + "/" + blob;
        Path file = blobs.layout().resolve(name);
        try (InputStream in = new Stoppable(Files.newInputStream(file), blobs)) {
          tar.add(entry(name, TarEntry.Type.FILE, 0644, Files.size(file)), in);
        }
        Files.delete(file);
      }
      tar.finish();
      channel.force(true);
    }
    Files.move(
        finished, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path parent = place.getParent();
    if (parent != null) {
      DirectoryPublication.sync(parent);
    }
  }

  private static void add(TarWriter tar, String name, byte[] content) throws IOException {
    tar.add(
        entry(name, TarEntry.Type.FILE, 0644, content.length), new ByteArrayInputStream(content));
  }

  private static TarEntry entry(String name, TarEntry.Type type, int mode, long size) {
    return new TarEntry(name, type, mode, 0, 0, size, 0, 0, "", Xattrs.EMPTY, 0, 0);
  }

  /** Fails when the sink is closed, as a large archive takes a while. */
  private static final class Stoppable extends FilterInputStream {
    private final StagedBlobs blobs;

    Stoppable(InputStream in, StagedBlobs blobs) {
      super(in);
      this.blobs = blobs;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      blobs.requireOpen();
      return super.read(bytes, offset, length);
    }
  }
}
