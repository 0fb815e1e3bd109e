package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Uploads in the background, a few at a time. The first that fails for good ends all: no other
 * begins after it.
 */
final class Uploads implements Closeable {
  private final Progress progress;
  private final ExecutorService executor;
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicLong left = new AtomicLong();
  private volatile boolean waitedFor;
  private volatile @Nullable IOException failure;

  /** One upload. */
  interface Upload {
    /** Does it; {@code counting} is told of the bytes. */
    void run(Progress counting) throws IOException;
  }

  Uploads(int atOnce, Progress progress) {
    this.progress = progress;
    this.executor =
        Executors.newFixedThreadPool(
            atOnce,
            runnable -> {
              Thread thread = new Thread(runnable, "varve-upload");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins an upload, now or when others are done. */
  synchronized void begin(Descriptor blob, Upload upload) throws IOException {
    requireSound();
    if (executor.isShutdown()) {
      throw new InterruptedIOException("pushing blob " + blob.digest() + ": cancelled");
    }
    left.addAndGet(blob.size());
    running.add(
        executor.submit(
            () -> {
              try {
                if (failure == null) {
                  upload.run(counting());
                }
              } catch (IOException e) {
                failure = failure == null ? e : failure;
              }
            }));
  }

  /**
   * Fails if an upload has failed.
   *
   * @throws IOException the failure of the first one
   */
  void requireSound() throws IOException {
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Waits until all are done. */
  void finish(String reference) throws IOException {
    long missing = left.get();
    if (missing > 0) {
      progress.begin("uploading what is left to " + reference, missing);
    }
    waitedFor = true;
    for (Future<?> upload : taken()) {
      try {
        upload.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("uploading to " + reference + " failed unexpectedly", e);
      } catch (CancellationException e) {
        throw new IOException("uploading to " + reference + ": it was closed", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("uploading to " + reference + ": interrupted");
      }
    }
    waitedFor = false;
    requireSound();
  }

  private synchronized List<Future<?>> taken() {
    List<Future<?>> all = List.copyOf(running);
    running.clear();
    return all;
  }

  /** While layers are written, those are what is told of; the rest is counted when it is alone. */
  private Progress counting() {
    return new Progress() {
      @Override
      public void begin(String activity, long totalBytes) {
        progress.begin(activity, totalBytes);
      }

      @Override
      public void advance(long bytes) {
        left.addAndGet(-bytes);
        if (waitedFor) {
          progress.advance(bytes);
        }
      }

      @Override
      public void notice(String text) {
        progress.notice(text);
      }
    };
  }

  /** Interrupts those that are under way, and begins no other. */
  @Override
  public synchronized void close() {
    for (Runnable waiting : executor.shutdownNow()) {
      if (waiting instanceof Future<?> upload) {
        upload.cancel(false); // or whoever waits for it would do so for ever
      }
    }
  }
}
