package dev.varve.core.filetree;

import dev.varve.core.bytes.IoRunnable;
import dev.varve.core.bytes.ScratchFile;
import dev.varve.core.compress.BlockCompressor;
import dev.varve.core.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;

/**
 * A scratch file to which contents are appended one after another, and from which any number can be
 * read at the same time. Contents are divided into lightly compressed blocks, which halves disk
 * space without loss of speed. A block is stored as its compressed length, in four bytes, and its
 * compressed bytes; a block of zeros, frequent in sparse files, is stored as the length 0. The file
 * is unlinked once it is open, so even a killed run leaves no file.
 */
final class Spool implements Closeable {
  private static final int BLOCK = 1 << 17;

  private static final byte[] ZEROS = new byte[BLOCK];

  private final Path directory;
  private final FileChannel channel;

  Spool(Path file) throws IOException {
    this.directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
    this.channel = ScratchFile.create(file);
  }

  /**
   * Returns the appender. A spool has a single appender, which must be closed before contents are
   * read.
   *
   * @throws IOException if zstd's native code can't be loaded
   */
  Appender appender() throws IOException {
    return new Appender(new BlockCompressor());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Appends contents. Not thread-safe. */
  final class Appender implements Closeable {
    private final BlockCompressor compressor;
    private final byte[] block = new byte[BLOCK];
    private final byte[] compressed = new byte[BlockCompressor.bound(BLOCK)];
    private final ByteBuffer pending =
        ByteBuffer.allocate(2 * (Integer.BYTES + BlockCompressor.bound(BLOCK)));
    private long written;

    private Appender(BlockCompressor compressor) {
      this.compressor = compressor;
    }

    /** The number of bytes appended to the file. */
    long size() {
      return written + pending.position();
    }

    /**
     * Appends the rest of {@code in}, which is not closed.
     *
     * @param check called after each block
     */
    Content append(InputStream in, IoRunnable check) throws IOException {
      MessageDigest sha256 = Digest.sha256();
      long start = size();
      long size = 0;
      for (int n; (n = in.readNBytes(block, 0, BLOCK)) > 0; ) {
        sha256.update(block, 0, n);
        size += n;
        boolean isHole = Arrays.equals(block, 0, n, ZEROS, 0, n);
        put(isHole ? 0 : compressor.compress(block, n, compressed));
        check.run();
      }
      return new Spooled(Spool.this, start, size, Digest.of(sha256));
    }

    private void put(int length) throws IOException {
      if (pending.remaining() < Integer.BYTES + length) {
        flush();
      }
      pending.putInt(length).put(compressed, 0, length);
    }

    private void flush() throws IOException {
      pending.flip();
      try {
        while (pending.hasRemaining()) {
          written += channel.write(pending, written);
        }
      } catch (IOException e) {
        throw explain(e);
      }
      pending.clear();
    }

    @Override
    public void close() throws IOException {
      compressor.close();
      flush();
    }
  }

  private IOException explain(IOException failure) {
    return ScratchFile.explain("spooling file contents to " + directory, directory, failure);
  }

  private record Spooled(Spool spool, long start, long size, Digest digest) implements Content {
    @Override
    public InputStream open() {
      return new Reader(spool.channel, start, size);
    }
  }

  private static final class Reader extends InputStream {
    private final FileChannel channel;
    private final byte[] block;
    private final ByteBuffer compressed;
    private long at;
    private long left;
    private int next;
    private int end;

    Reader(FileChannel channel, long start, long size) {
      this.channel = channel;
      this.at = start;
      this.left = size;
      this.block = new byte[(int) Math.min(BLOCK, size)];
      this.compressed = ByteBuffer.allocate(Integer.BYTES + BlockCompressor.bound(block.length));
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (next == end) {
        if (left == 0) {
          return -1;
        }
        readBlock();
      }
      int n = Math.min(length, end - next);
      System.arraycopy(block, next, bytes, offset, n);
      next += n;
      return n;
    }

    /** Reads the next block, usually with one read for the length and the block. */
    private void readBlock() throws IOException {
      compressed.clear();
      while (compressed.position() < Integer.BYTES
          || compressed.position() < Integer.BYTES + compressed.getInt(0)) {
        int n = channel.read(compressed, at + compressed.position());
        if (n < 0) {
          throw new IOException("reading spooled contents: the scratch file is truncated");
        }
      }
      int length = compressed.getInt(0);
      next = 0;
      if (length == 0) {
        end = (int) Math.min(block.length, left);
        Arrays.fill(block, 0, end, (byte) 0);
      } else {
        end = BlockCompressor.decompress(compressed.array(), Integer.BYTES, length, block);
      }
      left -= end;
      at += Integer.BYTES + length;
    }
  }
}
