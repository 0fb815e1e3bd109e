package dev.varve.registry.http.wire;

import dev.varve.registry.http.HttpSettings;
import java.io.Closeable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Cancels stalled exchanges, from one thread. */
final class Watchdog implements Closeable {
  private final Set<StallDetector> all = ConcurrentHashMap.newKeySet();
  private final HttpSettings settings;
  private boolean started;
  private volatile boolean closed;

  Watchdog(HttpSettings settings) {
    this.settings = settings;
  }

  /**
   * Watches an exchange until {@link #forget}.
   *
   * @param cancel cancels the exchange
   */
  StallDetector watch(Runnable cancel) {
    StallDetector stallDetector =
        new StallDetector(cancel, settings.answerTime(), settings.slowest(), settings.slowTime());
    all.add(stallDetector);
    start();
    return stallDetector;
  }

  void forget(StallDetector stallDetector) {
    all.remove(stallDetector);
  }

  private synchronized void start() {
    if (!started) {
      started = true;
      Thread thread = new Thread(this::run, "varve-http-watchdog");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    Duration shortest =
        settings.slowTime().compareTo(settings.answerTime()) < 0
            ? settings.slowTime()
            : settings.answerTime();
    long tick = Math.min(1000, Math.max(10, shortest.toMillis() / 8));
    try {
      while (!closed) {
        Thread.sleep(tick);
        all.forEach(StallDetector::check);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Cancels all watched exchanges. */
  @Override
  public void close() {
    closed = true;
    all.forEach(StallDetector::cancel);
    all.clear();
  }
}
