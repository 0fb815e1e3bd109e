package dev.varve.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The uploads that are under way to one place. Closing gives them up, so that the registry need not
 * keep for days what it got of them; it may come from any thread, as when the process is told to
 * end.
 */
final class OpenUploads implements Closeable {
  /** Nobody who has pressed Ctrl-C waits longer for a registry that doesn't answer. */
  private static final long PATIENCE_MILLIS = 3000;

  private final Set<BlobUpload> open = new HashSet<>();
  private boolean closed;

  synchronized void begin(BlobUpload upload) throws IOException {
    if (closed) {
      throw new InterruptedIOException(upload.activity() + ": cancelled");
    }
    open.add(upload);
  }

  synchronized void end(BlobUpload upload) {
    open.remove(upload);
  }

  /** Takes those that are open now; no other begins. */
  private synchronized List<BlobUpload> last() {
    closed = true;
    return List.copyOf(open);
  }

  @Override
  public void close() {
    List<Thread> threads = new ArrayList<>();
    for (BlobUpload upload : last()) {
      Thread thread = new Thread(upload::giveUp, "varve-give-up");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
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
