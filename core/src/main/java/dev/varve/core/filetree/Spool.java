package dev.varve.core.filetree;

import dev.varve.core.bytes.NoSpaceException;
import dev.varve.core.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A scratch file that contents are appended to, one after another, and read back from, any number
 * at a time. One thread appends. The file has no name once it is open, so that even a killed run
 * leaves nothing of it.
 */
final class Spool implements Closeable {
  /** A write that fails with less than this free has failed for that. */
  private static final long FULL_BYTES = 1 << 20;

  private final Path directory;
  private final FileChannel channel;
  private long end;

  Spool(Path file) throws IOException {
    this.directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
    this.channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** How many bytes have been appended. */
  long size() {
    return end;
  }

  /** Appends all that is left of {@code in}, which is not closed, by way of {@code buffer}. */
  Content append(InputStream in, byte[] buffer) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    long start = end;
    for (int n; (n = in.read(buffer, 0, buffer.length)) > 0; ) {
      sha256.update(buffer, 0, n);
      write(ByteBuffer.wrap(buffer, 0, n));
    }
    return new Spooled(this, start, end - start, Digest.of(sha256));
  }

  private void write(ByteBuffer buffer) throws IOException {
    try {
      while (buffer.hasRemaining()) {
        end += channel.write(buffer, end);
      }
    } catch (IOException e) {
      throw explain(e);
    }
  }

  private IOException explain(IOException failure) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    String message =
        "spooling file contents to "
            + directory
            + ": "
            + failure.getMessage()
            + " ("
            + free / 1_000_000
            + " MB free; --scratch DIR or TMPDIR chooses another place)";
    return free < FULL_BYTES
        ? new NoSpaceException(message, failure)
        : new IOException(message, failure);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private record Spooled(Spool spool, long start, long size, Digest digest) implements Content {
    @Override
    public InputStream open() {
      return new Reader(spool.channel, start, start + size);
    }
  }

  private static final class Reader extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long at;

    Reader(FileChannel channel, long start, long end) {
      this.channel = channel;
      this.at = start;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (at >= end) {
        return -1;
      }
      int most = (int) Math.min(length, end - at);
      int n = channel.read(ByteBuffer.wrap(bytes, offset, most), at);
      if (n < 0) {
        throw new IOException("reading spooled contents: the scratch file was cut off");
      }
      at += n;
      return n;
    }
  }
}
