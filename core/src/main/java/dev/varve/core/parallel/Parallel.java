package dev.varve.core.parallel;

import dev.varve.core.bytes.IoFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs a task for each item of a list, several at the same time. */
public final class Parallel {
  private Parallel() {}

  /** Returns the default number of concurrent tasks: the number of cores. */
  public static int degree() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Runs {@link #map(List, int, IoFunction)} with one concurrent task for each core. */
  public static <T, R> List<R> map(List<T> items, IoFunction<T, R> task) throws IOException {
    return map(items, degree(), task);
  }

  /**
   * Runs a task for every item and returns the results in the items' order. Tasks start in the
   * items' order; none starts after a failure. The first failure in the items' order is thrown
   * after the running tasks have ended.
   *
   * @param degree the number of concurrent tasks, at least 1; for tasks that wait, more than the
   *     number of cores
   */
  public static <T, R> List<R> map(List<T> items, int degree, IoFunction<T, R> task)
      throws IOException {
    if (degree < 1) {
      throw new IllegalArgumentException("expected a degree of at least 1, got " + degree);
    }
    if (items.size() == 1) {
      return List.of(task.apply(items.get(0)));
    }
    ExecutorService executor =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(items.size(), degree)),
            runnable -> {
              Thread thread = new Thread(runnable, "varve-worker");
              thread.setDaemon(true);
              return thread;
            });
    List<Future<R>> futures = new ArrayList<>();
    try {
      for (T item : items) {
        futures.add(executor.submit(() -> orCancelRest(item, task, executor)));
      }
    } catch (java.util.concurrent.RejectedExecutionException e) {
      // A task failed during submission; its future has the exception.
    }
    executor.shutdown();
    return results(futures);
  }

  private static <T, R> R orCancelRest(T item, IoFunction<T, R> task, ExecutorService executor)
      throws IOException {
    boolean done = false;
    try {
      R result = task.apply(item);
      done = true;
      return result;
    } finally {
      if (!done) {
        // Cancels waiting tasks. Running tasks are not interrupted, because an interrupt would
        // close // the file channels that they share.
        for (Runnable waiting : drain(executor)) {
          ((Future<?>) waiting).cancel(false);
        }
      }
    }
  }

  private static List<Runnable> drain(ExecutorService executor) {
    executor.shutdown();
    List<Runnable> waiting = new ArrayList<>();
    ((java.util.concurrent.ThreadPoolExecutor) executor).getQueue().drainTo(waiting);
    return waiting;
  }

  private static <R> List<R> results(List<Future<R>> futures) throws IOException {
    List<R> results = new ArrayList<>();
    Throwable failure = null;
    for (Future<R> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (CancellationException e) {
        // Cancelled after a failure, which another future has.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for parallel work", e);
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    return results;
  }
}
