package dev.varve.core.bytes;

import java.io.IOException;

/**
 * A {@link java.util.function.Function} that may fail.
 *
 * @param <T> the argument
 * @param <R> the result
 */
@FunctionalInterface
public interface IoFunction<T, R> {
  /** Returns the result for an argument. */
  R apply(T argument) throws IOException;
}
