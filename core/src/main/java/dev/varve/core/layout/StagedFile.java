package dev.varve.core.layout;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file that is written under a name for the time being. Closing it discards what is not kept.
 * What is to outlast a power cut goes to the disk while more of it comes, so that nobody waits for
 * all of it at the end.
 */
final class StagedFile extends OutputStream {
  private static final long FLUSHED_AT_ONCE = 32 << 20;

  private static final ExecutorService FLUSHING =
      Executors.newSingleThreadExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "varve-flush");
            thread.setDaemon(true);
            return thread;
          });

  private final Path file;
  private final StagedBlobs blobs;
  private final FileChannel channel;
  private final AtomicBoolean flushing = new AtomicBoolean();
  private long unflushed;

  StagedFile(Path file, StagedBlobs blobs) throws IOException {
    this.file = file;
    this.blobs = blobs;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw blobs.explain(e);
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    blobs.requireOpen();
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw blobs.explain(e);
    }
    unflushed += length;
    if (unflushed >= FLUSHED_AT_ONCE
        && blobs.keptAsFiles()
        && flushing.compareAndSet(false, true)) {
      unflushed = 0;
      FLUSHING.execute(this::flushAhead);
    }
  }

  private void flushAhead() {
    try {
      channel.force(false);
    } catch (IOException e) {
      // It is closed, or will fail again where somebody waits for it.
    } finally {
      flushing.set(false);
    }
  }

  /** Makes the file, which is whole, a blob. */
  void keep(Digest digest) throws IOException {
    blobs.requireOpen();
    try {
      channel.close();
      blobs.keep(file, digest);
    } catch (IOException e) {
      throw blobs.explain(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }
}
