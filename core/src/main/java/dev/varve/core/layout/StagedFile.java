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
 * A file that is written under a temporary name. Closing discards the file unless it is kept. Data
 * that must survive a power failure is flushed in the background while more is written, to shorten
 * the wait at the end.
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
      // The file is closed, or the final flush will fail too.
    } finally {
      flushing.set(false);
    }
  }

  /** Turns the complete file into a blob. */
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
    try {
      channel.close();
    } catch (IOException e) {
      throw blobs.explain(e);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
