package dev.varve.core.layout;

import dev.varve.core.bytes.WriteFailure;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink.BlobWriter;
import dev.varve.core.image.VerifyingInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The blobs of an image that is being written: a layout that grows in a staging directory. A blob
 * has another name until it is whole. May be used by many threads.
 */
final class StagedBlobs {
  private static final int BUFFER = 1 << 16;

  private final Path staging;
  private final Path layout;
  private final String reference;
  private final AtomicInteger names = new AtomicInteger();
  private volatile boolean closed;

  StagedBlobs(Path staging, String reference) throws IOException {
    this.staging = staging;
    this.layout = staging.resolve("layout");
    this.reference = reference;
    Files.createDirectories(layout.resolve(Blobs.DIRECTORY));
  }

  /** The directory that is a layout but for its index. */
  Path layout() {
    return layout;
  }

  /** A name in the staging directory for a file that is not finished. */
  Path temporary() throws IOException {
    requireOpen();
    return staging.resolve("part-" + names.incrementAndGet());
  }

  /** Makes all writing fail from now on. */
  void close() {
    closed = true;
  }

  void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("writing to " + reference + ": it was closed");
    }
  }

  boolean has(Descriptor blob) throws IOException {
    return hasSize(path(blob.digest()), blob.size());
  }

  InputStream open(Descriptor blob) throws IOException {
    return new Blobs(new DirectoryFiles(layout), reference).open(blob);
  }

  static boolean hasSize(Path file, long size) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) == size;
  }

  /** The names of the blobs' files in {@link Blobs#DIRECTORY}, sorted. */
  List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(layout.resolve(Blobs.DIRECTORY))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  BlobWriter begin() throws IOException {
    return new StagedBlob(temporary());
  }

  Descriptor add(String mediaType, byte[] blob) throws IOException {
    try (BlobWriter writer = begin()) {
      writer.write(blob);
      return writer.finish(mediaType);
    }
  }

  /** Takes over a blob as a hard link to a file, if that can be; otherwise as a copy. */
  void takeOver(BlobSource from, Descriptor blob) throws IOException {
    Optional<Path> file = from.file(blob);
    if (file.isPresent() && link(file.get(), from, blob)) {
      return;
    }
    try (InputStream in = from.open(blob);
        BlobWriter writer = begin()) {
      in.transferTo(writer);
      writer.finish(blob.mediaType());
    }
  }

  private boolean link(Path file, BlobSource from, Descriptor blob) throws IOException {
    Path link = temporary();
    try {
      Files.createLink(link, file.toRealPath());
    } catch (UnsupportedOperationException | IOException e) {
      return false; // another file system, or not allowed
    }
    try {
      // What is verified is the very file that is kept.
      try (InputStream in =
          new VerifyingInputStream(Files.newInputStream(link), blob, from.reference())) {
        byte[] buffer = new byte[BUFFER];
        while (in.read(buffer) >= 0) {
          requireOpen();
        }
      }
      keep(link, blob.digest());
      return true;
    } finally {
      Files.deleteIfExists(link);
    }
  }

  private void keep(Path temporary, Digest digest) throws IOException {
    Files.move(
        temporary,
        path(digest),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private Path path(Digest digest) {
    return layout.resolve(Blobs.name(digest));
  }

  private IOException explain(IOException failure) {
    return WriteFailure.explain("writing a blob to " + reference, staging, failure);
  }

  private final class StagedBlob extends BlobWriter {
    private final Path file;
    private final FileChannel channel;
    private final OutputStream out;
    private final MessageDigest sha256 = Digest.sha256();
    private long size;

    StagedBlob(Path file) throws IOException {
      this.file = file;
      try {
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw explain(e);
      }
      out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      requireOpen();
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw explain(e);
      }
      sha256.update(bytes, offset, length);
      size += length;
    }

    @Override
    public Descriptor finish(String mediaType) throws IOException {
      requireOpen();
      Digest digest = Digest.of(sha256);
      try {
        out.flush();
        channel.force(true);
        channel.close();
        keep(file, digest);
      } catch (IOException e) {
        throw explain(e);
      }
      return new Descriptor(mediaType, digest, size);
    }

    @Override
    public void close() throws IOException {
      channel.close();
      Files.deleteIfExists(file);
    }
  }
}
