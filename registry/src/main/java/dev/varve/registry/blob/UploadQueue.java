package dev.varve.registry.blob;

import dev.varve.core.bytes.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The uploads to one destination. Most run in the background, a few at a time; none begins after
 * one has failed for good. One upload may be held back, to run after all others.
 *
 * <p>Closing, from any thread, aborts the running uploads, so that the registry need not keep their
 * bytes for days.
 */
public final class UploadQueue implements Closeable {
  /** The longest time that closing waits for a registry that does not respond. */
  private static final long CLOSE_MILLIS = 3000;

  private final String reference;
  private final Progress progress;
  private final ExecutorService executor;
  private final List<Future<?>> added = new ArrayList<>();
  private final Set<BlobUpload> running = new HashSet<>();
  private @Nullable BlobUpload heldBack;
  private boolean closed;

  /** The number of bytes of added uploads that have not been sent. */
  private final AtomicLong unsent = new AtomicLong();

  private volatile boolean finishing;
  private volatile @Nullable IOException failure;

  /**
   * Creates a queue; starts no thread yet.
   *
   * @param reference the destination as the user named it, including the transport, for messages
   * @param atOnce the number of simultaneous uploads in the background
   * @param progress receives the bytes of the uploads that {@link #finish} waits for
   */
  public UploadQueue(String reference, int atOnce, Progress progress) {
    this.reference = reference;
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

  /** Uploads a blob in the background, now or after other uploads. */
  public synchronized void add(BlobUpload upload) throws IOException {
    requireNoFailure();
    requireOpen(upload);
    unsent.addAndGet(upload.blob().size());
    added.add(
        executor.submit(
            () -> {
              try {
                if (failure == null) {
                  run(upload, counting());
                }
              } catch (IOException e) {
                failure = failure == null ? e : failure;
              }
            }));
  }

  /** Holds an upload back, and adds the one that was held back before. */
  public synchronized void holdBack(BlobUpload upload) throws IOException {
    BlobUpload former = heldBack;
    heldBack = upload;
    if (former != null) {
      add(former);
    }
  }

  /** Returns the upload that is held back; null without one. */
  public synchronized @Nullable BlobUpload heldBack() {
    return heldBack;
  }

  /** Removes and returns the upload that is held back; null without one. */
  public synchronized @Nullable BlobUpload takeHeldBack() {
    BlobUpload upload = heldBack;
    heldBack = null;
    return upload;
  }

  /** Uploads a blob in this thread. Returns when the registry has the blob. */
  public void run(BlobUpload upload, Progress listener) throws IOException {
    synchronized (this) {
      requireOpen(upload);
      running.add(upload);
    }
    try {
      upload.run(listener);
    } finally {
      synchronized (this) {
        running.remove(upload);
      }
    }
  }

  private void requireOpen(BlobUpload upload) throws IOException {
    if (closed) {
      throw new InterruptedIOException(upload.activity() + ": cancelled");
    }
  }

  /**
   * Throws if an upload in the background has failed.
   *
   * @throws IOException the first failure
   */
  public void requireNoFailure() throws IOException {
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Waits until all added uploads are done. */
  public void finish() throws IOException {
    long bytes = unsent.get();
    if (bytes > 0) {
      progress.begin("uploading the remaining blobs to " + reference, bytes);
    }
    finishing = true;
    for (Future<?> upload : takeAdded()) {
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
    finishing = false;
    requireNoFailure();
  }

  private synchronized List<Future<?>> takeAdded() {
    List<Future<?>> all = List.copyOf(added);
    added.clear();
    return all;
  }

  /**
   * Returns a progress that reports bytes only while {@link #finish} waits: before that, the writer
   * reports progress.
   */
  private Progress counting() {
    return new Progress() {
      @Override
      public void begin(String activity, long totalBytes) {
        progress.begin(activity, totalBytes);
      }

      @Override
      public void advance(long bytes) {
        unsent.addAndGet(-bytes);
        if (finishing) {
          progress.advance(bytes);
        }
      }

      @Override
      public void notice(String text) {
        progress.notice(text);
      }
    };
  }

  @Override
  public void close() {
    List<BlobUpload> last;
    synchronized (this) {
      closed = true;
      last = List.copyOf(running);
    }
    cancel(last);
    for (Runnable waiting : executor.shutdownNow()) {
      if (waiting instanceof Future<?> upload) {
        upload.cancel(false); // otherwise finish() would wait for it forever
      }
    }
  }

  /** Cancels uploads, and waits for {@link #CLOSE_MILLIS} at most. */
  private static void cancel(List<BlobUpload> uploads) {
    List<Thread> threads = new ArrayList<>();
    for (BlobUpload upload : uploads) {
      Thread thread = new Thread(upload::cancel, "varve-cancel");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
