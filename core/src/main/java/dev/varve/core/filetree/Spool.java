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
 * read at the same time. Contents are divided into blocks, which are stored as they are or, once
 * the {@link SpoolBudget} is spent, lightly compressed. A block is stored as four bytes with its
 * compressed length, or with its negated length if it is not compressed, and these bytes; a block
 * of zeros, frequent in sparse files, is stored as the length 0. The file is unlinked once it is
 * open, so even a killed run leaves no file.
 */
final class Spool implements Closeable {
  private static final int BLOCK = 1 << 17;

  /**
   * The largest ratio of contents to compressed layer that is stored uncompressed. Layers of usual
   * images are compressed to a half or a quarter; light compression pays for those above.
   */
  private static final int RATIO = 16;

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
   * @param blobSize the size of the compressed layer that has the contents
   * @throws IOException if zstd's native code can't be loaded
   */
  Appender appender(SpoolBudget budget, long blobSize) throws IOException {
    return new Appender(new BlockCompressor(), budget, blobSize);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The contents are not needed any more.
    }
  }

  /** Appends contents. Not thread-safe. */
  final class Appender implements Closeable {
    private final BlockCompressor compressor;
    private final byte[] block = new byte[BLOCK];
    private final byte[] compressed = new byte[BlockCompressor.bound(BLOCK)];
    private final ByteBuffer pending =
        ByteBuffer.allocate(2 * (Integer.BYTES + BlockCompressor.bound(BLOCK)));
    private final SpoolBudget budget;
    private long uncompressedLeft;
    private long counted;
    private long written;

    private Appender(BlockCompressor compressor, SpoolBudget budget, long blobSize) {
      this.compressor = compressor;
      this.budget = budget;
      this.uncompressedLeft = RATIO * Math.min(blobSize, Long.MAX_VALUE / RATIO);
    }

    /**
     * The number of bytes to compare with {@link LayerLimits#contents}. The number is the same
     * whether there was a budget for uncompressed blocks or not: a layer that one machine accepts
     * must not be refused by another.
     */
    long counted() {
      return counted;
    }

    /** The number of bytes appended to the file. */
    long stored() {
      return written + pending.position();
    }

    /**
     * Appends the rest of {@code in}, which is not closed.
     *
     * @param check called after each block
     */
    Content append(InputStream in, IoRunnable check) throws IOException {
      MessageDigest sha256 = Digest.sha256();
      long start = stored();
      long size = 0;
      for (int n; (n = in.readNBytes(block, 0, BLOCK)) > 0; ) {
        sha256.update(block, 0, n);
        size += n;
        store(n);
        check.run();
      }
      return new Spooled(Spool.this, start, size, Digest.of(sha256));
    }

    private void store(int n) throws IOException {
      counted += Integer.BYTES;
      if (Arrays.equals(block, 0, n, ZEROS, 0, n)) {
        put(0, block, 0);
        return;
      }
      uncompressedLeft -= n;
      boolean mayStay = uncompressedLeft >= 0;
      if (mayStay && budget.take(n)) {
        put(-n, block, n);
        counted += n;
      } else {
        int length = compressor.compress(block, n, compressed);
        put(length, compressed, length);
        counted += mayStay ? n : length;
      }
    }

    private void put(int head, byte[] bytes, int length) throws IOException {
      if (pending.remaining() < Integer.BYTES + length) {
        flush();
      }
      pending.putInt(head).put(bytes, 0, length);
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

  private int read(ByteBuffer bytes, long at) throws IOException {
    try {
      return channel.read(bytes, at);
    } catch (IOException e) {
      throw ScratchFile.explain("reading spooled file contents in " + directory, directory, e);
    }
  }

  private IOException explain(IOException failure) {
    return ScratchFile.explain("spooling file contents to " + directory, directory, failure);
  }

  private record Spooled(Spool spool, long start, long size, Digest digest) implements Content {
    @Override
    public InputStream open() {
      return new Reader(spool, start, size);
    }
  }

  private static final class Reader extends InputStream {
    private final Spool spool;
    private final ByteBuffer stored;
    private final byte[] block;

    /** What the next bytes are in: {@link #block}, or {@link #stored} for an uncompressed block. */
    private byte[] source;

    private long at;
    private long left;
    private int next;
    private int end;

    Reader(Spool spool, long start, long size) {
      this.spool = spool;
      this.at = start;
      this.left = size;
      this.block = new byte[(int) Math.min(BLOCK, size)];
      this.source = block;
      this.stored = ByteBuffer.allocate(Integer.BYTES + BlockCompressor.bound(block.length));
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
      System.arraycopy(source, next, bytes, offset, n);
      next += n;
      return n;
    }

    /** Reads the next block, usually with one read for the length and the block. */
    private void readBlock() throws IOException {
      stored.clear();
      while (stored.position() < Integer.BYTES
          || stored.position() < Integer.BYTES + Math.abs(stored.getInt(0))) {
        if (spool.read(stored, at + stored.position()) < 0) {
          throw new IOException("reading spooled contents: the scratch file is truncated");
        }
      }
      int head = stored.getInt(0);
      int length = Math.abs(head);
      if (head < 0) {
        source = stored.array();
        next = Integer.BYTES;
        end = next + length;
      } else {
        source = block;
        next = 0;
        end = head == 0 ? zeros() : decompress(length);
      }
      left -= end - next;
      at += Integer.BYTES + length;
    }

    private int zeros() {
      int n = (int) Math.min(block.length, left);
      Arrays.fill(block, 0, n, (byte) 0);
      return n;
    }

    private int decompress(int length) throws IOException {
      return BlockCompressor.decompress(stored.array(), Integer.BYTES, length, block);
    }
  }
}
