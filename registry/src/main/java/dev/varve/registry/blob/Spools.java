package dev.varve.registry.blob;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.bytes.WriteFailure;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink.BlobWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps each new blob in a file of a scratch directory until closed, since blobs may be read again.
 */
public final class Spools implements Closeable {
  private final Path directory;
  private final String reference;
  private final Map<Digest, Path> files = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Creates no file yet.
   *
   * @param reference the destination as the user named it, including the transport, for messages
   */
  public Spools(Path directory, String reference) {
    this.directory = directory;
    this.reference = reference;
  }

  /**
   * Begins a blob.
   *
   * @param finished receives the blob when it is complete
   */
  public BlobWriter begin(IoConsumer<Descriptor> finished) throws IOException {
    requireOpen();
    return new Spool(finished);
  }

  /** Returns the file of a blob; empty without one. */
  public Optional<Path> file(Descriptor blob) {
    return Optional.ofNullable(files.get(blob.digest()));
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("writing to " + reference + ": it was closed");
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    for (Path file : files.values()) {
      Files.deleteIfExists(file);
    }
  }

  private final class Spool extends BlobWriter {
    private final Path file;
    private final IoConsumer<Descriptor> finished;
    private final OutputStream out;
    private final MessageDigest sha256 = Digest.sha256();
    private long size;
    private boolean kept;

    Spool(IoConsumer<Descriptor> finished) throws IOException {
      this.finished = finished;
      try {
        this.file = Files.createTempFile(directory, "blob-", ""); // others may write there, too
        this.out = Files.newOutputStream(file);
      } catch (IOException e) {
        throw explain(e);
      }
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
      try {
        out.close();
      } catch (IOException e) {
        throw explain(e);
      }
      Descriptor blob = new Descriptor(mediaType, Digest.of(sha256), size);
      if (files.putIfAbsent(blob.digest(), file) == null) {
        kept = true;
      }
      finished.accept(blob);
      return blob;
    }

    @Override
    public void close() throws IOException {
      out.close();
      if (!kept) {
        Files.deleteIfExists(file);
      }
    }

    private IOException explain(IOException failure) {
      return WriteFailure.explain(
          "writing a blob for " + reference + " to " + directory, directory, failure);
    }
  }
}
