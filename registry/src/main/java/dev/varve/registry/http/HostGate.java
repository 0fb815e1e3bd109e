package dev.varve.registry.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Limits the number of simultaneous requests to one host, and pauses requests while the host limits
 * their rate.
 */
final class HostGate {
  private final Semaphore withBody;
  private final Semaphore withoutBody;
  private final HttpSettings.Pause pause;
  private final LongSupplier nanoTime;
  private long closedUntil;

  HostGate(int atOnce, HttpSettings.Pause pause, LongSupplier nanoTime) {
    this.withBody = new Semaphore(atOnce, true);
    this.withoutBody = new Semaphore(atOnce, true);
    this.pause = pause;
    this.nanoTime = nanoTime;
    this.closedUntil = nanoTime.getAsLong();
  }

  /** Delays all requests that have not begun by {@code time}. */
  synchronized void close(Duration time) {
    long until = nanoTime.getAsLong() + time.toNanos();
    if (until - closedUntil > 0) {
      closedUntil = until;
    }
  }

  /**
   * Waits until a request may begin.
   *
   * @return the semaphore whose permit was acquired; the caller releases it
   */
  Semaphore enter(boolean body) throws InterruptedException {
    Semaphore permits = body ? withBody : withoutBody;
    permits.acquire();
    long waitedFor = Long.MIN_VALUE;
    while (true) {
      long until = until();
      long left = until - nanoTime.getAsLong();
      // Waits for each moment only once: in tests, pauses return at once and time does not pass.
      if (left <= 0 || until == waitedFor) {
        return permits;
      }
      try {
        pause.of(Duration.ofNanos(left));
      } catch (InterruptedException | RuntimeException | Error e) {
        permits.release();
        throw e;
      }
      waitedFor = until;
    }
  }

  private synchronized long until() {
    return closedUntil;
  }
}
