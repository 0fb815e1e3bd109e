package dev.varve.core.process;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Holds a resource that is closed with the holder, or when the process is stopped. In the latter
 * case the resources are closed in reverse order.
 *
 * @param <T> the type of the resource, whose close must be thread-safe and idempotent
 */
public final class ClosedOnExit<T extends Closeable> implements Closeable {
  private static final Deque<Closeable> OPEN = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ClosedOnExit::closeAll));
  }

  private final T held;

  public ClosedOnExit(T held) {
    this.held = held;
    synchronized (OPEN) {
      OPEN.push(held);
    }
  }

  public T get() {
    return held;
  }

  private static void closeAll() {
    for (Closeable last = last(); last != null; last = last()) {
      try {
        last.close();
      } catch (IOException | RuntimeException e) {
        // The process ends and can't report a failure; the other resources must still be closed.
      }
    }
  }

  private static @Nullable Closeable last() {
    synchronized (OPEN) {
      return OPEN.poll();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      held.close(); // the process's shutdown hook may run at the same time
    } finally {
      synchronized (OPEN) {
        OPEN.removeIf(each -> each == held);
      }
    }
  }
}
