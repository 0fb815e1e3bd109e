package dev.varve.registry.blob;

import dev.varve.core.image.Digest;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets uploads of the same blob into one repository run one after the other: the first sends it,
 * and the others find it. Registries that keep files, such as distribution 2, also forget a blob
 * for a moment when a second upload of it ends.
 */
final class UploadTurns {
  private static final long MILLIS_UNTIL_CANCELLED = 50;

  private final Map<Digest, CountDownLatch> running = new ConcurrentHashMap<>();

  /**
   * Waits until no other upload of the blob runs. The caller ends its turn with {@link #end}.
   *
   * @param cancelled whether to wait no longer
   * @return whether another upload was waited for
   * @throws InterruptedIOException if the wait was cancelled, or the thread interrupted
   */
  boolean begin(Digest blob, BooleanSupplier cancelled) throws InterruptedIOException {
    CountDownLatch own = new CountDownLatch(1);
    boolean waited = false;
    for (CountDownLatch other; (other = running.putIfAbsent(blob, own)) != null; ) {
      waited = true;
      await(other, blob, cancelled);
    }
    return waited;
  }

  private static void await(CountDownLatch other, Digest blob, BooleanSupplier cancelled)
      throws InterruptedIOException {
    boolean ended = false;
    while (!ended) {
      try {
        ended = other.await(MILLIS_UNTIL_CANCELLED, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("waiting for an upload of blob " + blob + ": interrupted");
      }
      if (!ended && cancelled.getAsBoolean()) {
        throw new InterruptedIOException("waiting for an upload of blob " + blob + ": cancelled");
      }
    }
  }

  /** Ends the turn of an upload. */
  void end(Digest blob) {
    CountDownLatch own = running.remove(blob);
    if (own != null) {
      own.countDown();
    }
  }
}
