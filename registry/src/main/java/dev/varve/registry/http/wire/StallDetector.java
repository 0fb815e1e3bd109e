package dev.varve.registry.http.wire;

import dev.varve.registry.http.Words;
import java.time.Duration;
import java.util.Optional;

/**
 * Detects that an exchange stalled: that the response is late, or that too few bytes are
 * transferred. Only the time inside reads and writes counts, so that a caller that takes long
 * between them does not cancel the exchange.
 */
final class StallDetector {
  private static final Duration EARLY_RESPONSE_TIME = Duration.ofSeconds(10);

  private final Runnable cancel;
  private final Duration answerTime;
  private final long minBytesPerSecond;
  private final Duration slowTime;

  private boolean transferring;
  private long transferStart;
  private long transferNanos;
  private long transferredBytes;
  private long checkedNanos;
  private long checkedBytes;
  private boolean waiting;
  private long deadline;
  private Duration allowedTime = Duration.ZERO;
  private Optional<String> stalled = Optional.empty();

  StallDetector(Runnable cancel, Duration answerTime, long minBytesPerSecond, Duration slowTime) {
    this.cancel = cancel;
    this.answerTime = answerTime;
    this.minBytesPerSecond = minBytesPerSecond;
    this.slowTime = slowTime;
  }

  /** Marks the beginning of a read or a write. */
  synchronized void beginTransfer() {
    transferring = true;
    transferStart = System.nanoTime();
  }

  /** Marks the end of a read or a write that transferred {@code bytes}. */
  synchronized void endTransfer(long bytes) {
    transferring = false;
    transferNanos += System.nanoTime() - transferStart;
    transferredBytes += bytes;
  }

  /** Starts the time limit for the response, after the whole request was sent. */
  void expectResponse() {
    expectWithin(answerTime);
  }

  /**
   * Starts a short time limit for the response to a body that was cut off, in which the host may
   * give the reason.
   */
  void expectEarlyResponse() {
    expectWithin(answerTime.compareTo(EARLY_RESPONSE_TIME) < 0 ? answerTime : EARLY_RESPONSE_TIME);
  }

  /** Starts a time limit, which {@link #received} ends. */
  synchronized void expectWithin(Duration time) {
    waiting = true;
    allowedTime = time;
    deadline = System.nanoTime() + time.toNanos();
  }

  /** Ends the time limit: the response was received. */
  synchronized void received() {
    waiting = false;
  }

  /** Returns why the exchange was cancelled; empty if it was not. */
  synchronized Optional<String> stalled() {
    return stalled;
  }

  void cancel() {
    cancel.run();
  }

  void check() {
    if (hasStalled()) {
      cancel.run();
    }
  }

  private synchronized boolean hasStalled() {
    long now = System.nanoTime();
    if (stalled.isPresent()) {
      return false;
    }
    if (waiting && now - deadline > 0) {
      stalled = Optional.of("no answer within " + Words.of(allowedTime));
      return true;
    }
    long time = transferNanos + (transferring ? now - transferStart : 0) - checkedNanos;
    if (time < slowTime.toNanos()) {
      return false;
    }
    long bytes = transferredBytes - checkedBytes;
    if (bytes < minBytesPerSecond * (time / 1e9)) {
      stalled = Optional.of("stalled: " + bytes + " bytes in " + Words.of(Duration.ofNanos(time)));
      return true;
    }
    checkedNanos += time;
    checkedBytes = transferredBytes;
    return false;
  }
}
