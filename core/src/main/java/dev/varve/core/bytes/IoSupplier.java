package dev.varve.core.bytes;

import java.io.IOException;

/**
 * A {@link java.util.function.Supplier} that may fail.
 *
 * @param <T> the result
 */
@FunctionalInterface
public interface IoSupplier<T> {
  /** Returns the result. */
  T get() throws IOException;
}
