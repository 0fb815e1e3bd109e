package dev.varve.core.bytes;

import java.io.IOException;

/**
 * A {@link java.util.function.Consumer} that may fail.
 *
 * @param <T> the argument
 */
@FunctionalInterface
public interface IoConsumer<T> {
  /** Processes the argument. */
  void accept(T argument) throws IOException;
}
