package dev.varve.cli;

import java.io.Closeable;
import java.io.IOException;

/**
 * Something that is closed in any case: with this, or when the process is told to stop.
 *
 * @param <T> what it is; its closing may come from another thread, and twice
 */
final class ClosedOnExit<T extends Closeable> implements Closeable {
  private final T held;
  private final Thread onExit;

  ClosedOnExit(T held) {
    this.held = held;
    this.onExit = new Thread(this::closeQuietly);
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  T get() {
    return held;
  }

  private void closeQuietly() {
    try {
      held.close();
    } catch (IOException e) {
      // The process ends; nobody is left to be told.
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The process is ending already, and closes it.
    }
    held.close();
  }
}
