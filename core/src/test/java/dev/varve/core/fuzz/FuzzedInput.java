package dev.varve.core.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Passes an input to a parser, and checks how the parser ends and what it allocates. */
final class FuzzedInput {
  /**
   * The most that a parser may allocate for a small input, in bytes, in the thread that called it.
   * A parser that follows a count or a length in the input before it has the data allocates more.
   */
  private static final long MOST_ALLOCATED = 192L << 20;

  /**
   * The most time of a processor that a parser may take, in seconds: thousands of times what a
   * small input needs, and no time of the clock, which passes faster on a busy machine.
   */
  private static final long MOST_SECONDS = 10;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private FuzzedInput() {}

  /**
   * Reads an input.
   *
   * @throws AssertionError if the parser allocates too much, or takes too long
   */
  static void read(FuzzTarget target, byte[] input) {
    long most = MOST_ALLOCATED + 64L * input.length;
    long allocated = allocated(target, input);
    if (allocated > most) {
      allocated = allocated(target, input); // without what the loading of classes allocates
    }
    if (allocated > most) {
      throw new AssertionError(
          "%s: expected at most %d bytes to be allocated for an input of %d, got %d"
              .formatted(target.name(), most, input.length, allocated));
    }
  }

  private static long allocated(FuzzTarget target, byte[] input) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long begun = THREADS.getCurrentThreadCpuTime();
    try {
      target.reader().accept(input);
    } catch (IOException e) {
      // The input is malformed.
    }
    long seconds = (THREADS.getCurrentThreadCpuTime() - begun) / 1_000_000_000;
    if (seconds > MOST_SECONDS) {
      throw new AssertionError(
          "%s: expected at most %d s for an input of %d bytes, got %d"
              .formatted(target.name(), MOST_SECONDS, input.length, seconds));
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
