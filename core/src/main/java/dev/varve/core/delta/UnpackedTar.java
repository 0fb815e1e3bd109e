package dev.varve.core.delta;

import dev.varve.core.bytes.ScratchFile;
import dev.varve.core.compress.Compression;
import dev.varve.core.compress.Decompression;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.MalformedLayerException;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A layer's uncompressed tar in a scratch file, with the positions of its files' contents. The file
 * is deleted when it is closed.
 */
final class UnpackedTar implements Closeable {
  /** The bytes of the blob that its compression is recognized by. */
  private static final int BEGINNING = 1 << 18;

  /** The approximate memory of a body without its path, in bytes. */
  private static final long BODY = 200;

  private final FileChannel channel;
  private final Path file;
  private final long size;
  private final List<Body> bodies;
  private final byte[] beginning;

  /**
   * The content of a regular file in the tar.
   *
   * @param path the file's path, in the form of {@link dev.varve.core.filetree.FileTree}
   * @param offset the offset of the content in the tar
   * @param size the size of the content in bytes
   * @param digest the SHA-256 digest of the content
   */
  record Body(String path, long offset, long size, Digest digest) {}

  private UnpackedTar(FileChannel channel, Path file, List<Body> bodies, byte[] beginning)
      throws IOException {
    this.channel = channel;
    this.file = file;
    this.size = channel.size();
    this.bodies = List.copyOf(bodies);
    this.beginning = beginning;
  }

  /**
   * Unpacks a layer, and verifies its digest and diffID.
   *
   * @param file the scratch file, which is created
   * @param limits the limits for the layer
   */
  static UnpackedTar of(
      ImageSource image, Descriptor layer, Digest diffId, Path file, LayerLimits limits)
      throws IOException {
    String name = "layer " + layer.digest() + " of " + image.reference();
    FileChannel channel = ScratchFile.create(file);
    try (InputStream blob = image.open(layer)) {
      byte[] beginning = blob.readNBytes(BEGINNING);
      InputStream whole = new SequenceInputStream(new ByteArrayInputStream(beginning), blob);
      List<Body> bodies =
          unpack(
              whole,
              diffId,
              new SparseFile(channel, file, limits.contents(layer.size()), name),
              name,
              limits.memory());
      return new UnpackedTar(channel, file, bodies, beginning);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, channel);
      throw e;
    }
  }

  /** Closes a channel after a failure, which is the one to report. */
  private static void closeAfter(Exception failure, FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static List<Body> unpack(
      InputStream blob, Digest diffId, SparseFile file, String name, long memory)
      throws IOException {
    try (InputStream plain = Decompression.open(blob, name)) {
      DigestInputStream hashed = new DigestInputStream(plain, diffId.algorithm().newHash());
      List<Body> bodies = bodies(new Stored(hashed, file), name, memory);
      file.finish();
      blob.transferTo(OutputStream.nullOutputStream()); // verifies the blob's digest
      Digest got = Digest.of(hashed.getMessageDigest());
      if (!got.equals(diffId)) {
        throw new MalformedLayerException(
            "reading " + name + ": expected diffID " + diffId + ", got " + got);
      }
      return bodies;
    }
  }

  /**
   * Finds the contents of regular files in a tar.
   *
   * @param memory the bytes that their paths may take in memory
   */
  static List<Body> bodies(InputStream in, String name, long memory) throws IOException {
    List<Body> bodies = new ArrayList<>();
    long left = memory;
    TarReader tar = new TarReader(in, name);
    for (var next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      if (entry.type() != TarEntry.Type.FILE || entry.size() == 0) {
        continue;
      }
      long offset = tar.offset();
      MessageDigest sha256 = Digest.sha256();
      new DigestInputStream(tar.body(), sha256).transferTo(OutputStream.nullOutputStream());
      // The content of a sparse file is not stored in one piece.
      if (tar.offset() - offset == entry.size()) {
        left -= BODY + entry.path().length();
        if (left < 0) {
          throw new MalformedLayerException(
              "reading %s: the names of its files take more than %d bytes of memory"
                  .formatted(name, memory));
        }
        bodies.add(new Body(entry.path(), offset, entry.size(), Digest.of(sha256)));
      }
    }
    in.transferTo(OutputStream.nullOutputStream());
    return bodies;
  }

  /** The length of the tar in bytes. */
  long size() {
    return size;
  }

  /** The contents of the tar's regular files, in the order of the tar. */
  List<Body> bodies() {
    return bodies;
  }

  /** Fills the first {@code length} bytes of {@code buffer} with the bytes at an offset. */
  void read(long offset, byte[] buffer, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int n = PositionedReads.read(channel, file, offset + done, buffer, done, length - done);
      if (n < 0) {
        throw new EOFException("reading an unpacked layer: the scratch file is truncated");
      }
      done += n;
    }
  }

  /**
   * Returns the compression by which the blob was made from the tar, if it is among the candidates.
   * Only the beginnings are compared, so the whole blob may still differ.
   */
  Optional<Compression> compression(List<Compression> candidates) throws IOException {
    for (Compression candidate : candidates) {
      ComparedOutput compared = new ComparedOutput(beginning);
      try (OutputStream compressor = candidate.compress(compared)) {
        byte[] buffer = new byte[1 << 16];
        for (long at = 0; at < size && !compared.isDecided(); at += buffer.length) {
          int n = (int) Math.min(buffer.length, size - at);
          read(at, buffer, n);
          compressor.write(buffer, 0, n);
        }
      }
      if (compared.isEqual()) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Stores the bytes that are read. */
  private static final class Stored extends FilterInputStream {
    private final SparseFile file;

    Stored(InputStream in, SparseFile file) {
      super(in);
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      if (n > 0) {
        file.write(buffer, offset, n);
      }
      return n;
    }
  }
}
