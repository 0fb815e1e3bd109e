package dev.varve.registry.http;

import dev.varve.core.bytes.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Attempts with waits between them: one second, doubling up to a minute. Each wait is shortened at
 * random, so that clients that failed together do not try again together, but is never shorter than
 * the host asked for.
 */
final class Retries implements Attempts {
  private static final long FIRST_MILLIS = 1000;
  private static final long LONGEST_MILLIS = 60_000;

  /** The first wait for GitHub's secondary rate limit, which lasts minutes and names no time. */
  private static final Duration SECONDARY_LIMIT_WAIT = Duration.ofMinutes(1);

  /**
   * The longest wait that a host may ask for; for a longer one the work fails, so that a job does
   * not hang.
   */
  static final Duration LONGEST_SERVER_WAIT = Duration.ofMinutes(10);

  /** The number of attempts for a host name that can't be resolved, since that rarely passes. */
  private static final int UNKNOWN_HOST_TRIES = 3;

  private final String activity;
  private final HttpSettings settings;
  private final Progress progress;
  private final DoubleSupplier random;
  private final Limits limits;
  private int count;

  /** Receives the failures of hosts that limit the rate of requests. */
  interface Limits {
    /** Delays requests to the host of the failure by this time. */
    void hold(TransferException failure, Duration time);
  }

  Retries(
      String activity,
      HttpSettings settings,
      Progress progress,
      DoubleSupplier random,
      Limits limits) {
    this.limits = limits;
    this.activity = activity;
    this.settings = settings;
    this.progress = progress;
    this.random = random;
  }

  @Override
  public int number() {
    return count + 1;
  }

  @Override
  public void progressed() {
    count = 0;
  }

  @Override
  public void failed(TransferException failure) throws IOException {
    count++;
    String problem = problem(failure);
    Duration asked = failure.serverWait().orElse(Duration.ZERO);
    if (asked.compareTo(LONGEST_SERVER_WAIT) > 0) {
      String message =
          problem + "; the host asks to wait for " + Words.of(asked) + "; try again after that";
      throw unavailable(failure, message);
    }
    boolean unknown = failure.getCause() instanceof UnknownHostException;
    int most = unknown ? Math.min(UNKNOWN_HOST_TRIES, settings.tries()) : settings.tries();
    if (count >= most) {
      String tries = count == 1 ? "1 try" : count + " tries";
      throw unavailable(failure, problem + "; gave up after " + tries);
    }
    Duration wait = wait(failure, asked);
    limits.hold(failure, wait);
    progress.notice(
        "%s: %s, trying again in %s (%d of %d)"
            .formatted(activity, problem, Words.of(wait), count + 1, most));
    try {
      settings.pause().of(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(activity + ": interrupted");
    }
  }

  private Duration wait(TransferException failure, Duration asked) {
    int doublings = Math.min(count - 1, 10);
    boolean secondary =
        failure.kind() == TransferException.Kind.RATE_LIMITED
            && failure.status() == 403
            && failure.serverWait().isEmpty();
    if (secondary) {
      Duration wait = SECONDARY_LIMIT_WAIT.multipliedBy(1L << doublings);
      return wait.compareTo(LONGEST_SERVER_WAIT) > 0 ? LONGEST_SERVER_WAIT : wait;
    }
    long most = Math.min(LONGEST_MILLIS, FIRST_MILLIS << doublings);
    Duration wait = Duration.ofMillis((long) (most * random.getAsDouble()));
    return wait.compareTo(asked) > 0 ? wait : asked;
  }

  /**
   * Returns the message without the activity, unless the activity is another one: that of a part of
   * the work.
   */
  private String problem(TransferException failure) {
    String message = String.valueOf(failure.getMessage());
    String prefix = activity + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private RegistryException unavailable(TransferException failure, String message) {
    return new RegistryException(
        RegistryException.Kind.UNAVAILABLE, failure.status(), activity + ": " + message, failure);
  }
}
