package dev.varve.registry.http.wire;

import dev.varve.registry.http.HttpSettings;
import java.io.Closeable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Cancels exchanges that don't get on, from one thread. */
final class Watchdog implements Closeable {
  private final Set<Watched> all = ConcurrentHashMap.newKeySet();
  private final HttpSettings settings;
  private boolean started;
  private volatile boolean closed;

  Watchdog(HttpSettings settings) {
    this.settings = settings;
  }

  /** Looks after an exchange until it is {@linkplain #forget forgotten}. */
  Watched watch(Runnable cancel) {
    Watched watched =
        new Watched(cancel, settings.answerTime(), settings.slowest(), settings.slowTime());
    all.add(watched);
    start();
    return watched;
  }

  void forget(Watched watched) {
    all.remove(watched);
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
        all.forEach(Watched::check);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Cancels all that it looks after. */
  @Override
  public void close() {
    closed = true;
    all.forEach(Watched::cancel);
    all.clear();
  }
}
