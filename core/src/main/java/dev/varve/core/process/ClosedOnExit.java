package dev.varve.core.process;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Holds something that is closed with this, or when the process is stopped. When the process is
 * stopped, the things that were opened last are closed first.
 *
 * @param <T> the type, whose close may be called from another thread, and twice
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
        // The process ends without anybody to report to, and the others are still to be closed.
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
      held.close(); // if the process ends meanwhile, it waits for this
    } finally {
      synchronized (OPEN) {
        OPEN.remove(held);
      }
    }
  }
}
