package dev.varve.core.layout;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.image.Digest;
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
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Writes an archive of staged blobs: files without times, in the order in which they are added. A
 * staged blob is deleted as soon as the archive contains it.
 */
final class ArchiveTar {
  private final TarWriter tar;
  private final StagedBlobs blobs;

  private ArchiveTar(TarWriter tar, StagedBlobs blobs) {
    this.tar = tar;
    this.blobs = blobs;
  }

  /** Returns the path of the new archive, which may replace an existing file. */
  static Path place(Path archive, String reference) throws IOException {
    Path place = Lookup.exists(archive) ? archive.toRealPath() : archive.toAbsolutePath();
    if (place.getParent() == null || (Lookup.exists(place) && !Lookup.isFile(place))) {
      throw new IOException("writing to " + reference + ": " + place + " is not a file");
    }
    return place;
  }

  /** Returns the directory of the new archive. */
  static Path parent(Path place) {
    return Objects.requireNonNull(place.getParent());
  }

  /** Writes the archive to a temporary file and moves it to its path. */
  static void publish(Path place, StagedBlobs blobs, IoConsumer<ArchiveTar> contents)
      throws IOException {
    Path finished = blobs.temporary();
    try (FileChannel channel =
        FileChannel.open(finished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      TarWriter tar = new TarWriter(Channels.newOutputStream(channel));
      contents.accept(new ArchiveTar(tar, blobs));
      tar.finish();
      channel.force(true);
    }
    StagedBlobs.rename(finished, place);
    StagedBlobs.force(parent(place));
  }

  void add(String name, byte[] content) throws IOException {
    tar.add(
        entry(name, TarEntry.Type.FILE, 0644, content.length), new ByteArrayInputStream(content));
  }

  void addDirectory(String name) throws IOException {
    tar.add(entry(name, TarEntry.Type.DIRECTORY, 0755, 0));
  }

  void addBlob(String name, Digest blob) throws IOException {
    Path file = blobs.path(blob);
    try (InputStream in = new Stoppable(FileInput.open(file), blobs)) {
      tar.add(entry(name, TarEntry.Type.FILE, 0644, Files.size(file)), in);
    }
    Files.delete(file);
  }

  private static TarEntry entry(String name, TarEntry.Type type, int mode, long size) {
    return new TarEntry(name, type, mode, 0, 0, size, 0, 0, "", Xattrs.EMPTY, 0, 0);
  }

  /** A stream that fails once the sink is closed, because a large archive takes time. */
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
