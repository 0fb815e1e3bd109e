package dev.varve.registry.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/** How many requests to one host run at once, and when none may begin. */
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

  /** Lets no request begin for that long. */
  synchronized void close(Duration time) {
    long until = nanoTime.getAsLong() + time.toNanos();
    if (until - closedUntil > 0) {
      closedUntil = until;
    }
  }

  /** Waits until a request may begin; whoever got the permit gives it back. */
  Semaphore enter(boolean body) throws InterruptedException {
    Semaphore permits = body ? withBody : withoutBody;
    permits.acquire();
    long waitedFor = Long.MIN_VALUE;
    while (true) {
      long until = until();
      long left = until - nanoTime.getAsLong();
      // Each moment is waited for once: where pauses are not real, time doesn't move.
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
