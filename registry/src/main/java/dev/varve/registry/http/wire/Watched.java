package dev.varve.registry.http.wire;

import dev.varve.registry.http.Words;
import java.time.Duration;
import java.util.Optional;

/**
 * How an exchange gets on. Only the time inside of reads and writes counts, so that whoever takes
 * long between them is no reason to cancel.
 */
final class Watched {
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final Runnable cancel;
  private final Duration answerTime;
  private final long slowest;
  private final Duration slowTime;

  private boolean inside;
  private long since;
  private long spent;
  private long moved;
  private long spentBefore;
  private long movedBefore;
  private boolean waiting;
  private long deadline;
  private Duration patience = Duration.ZERO;
  private Optional<String> stalled = Optional.empty();

  Watched(Runnable cancel, Duration answerTime, long slowest, Duration slowTime) {
    this.cancel = cancel;
    this.answerTime = answerTime;
    this.slowest = slowest;
    this.slowTime = slowTime;
  }

  /** A read or write begins. */
  synchronized void enter() {
    inside = true;
    since = System.nanoTime();
  }

  /** It ended, and this many bytes were moved. */
  synchronized void leave(long bytes) {
    inside = false;
    spent += System.nanoTime() - since;
    moved += bytes;
  }

  /** All is sent: the answer should come. */
  void awaitAnswer() {
    await(answerTime);
  }

  /** The body was cut: if the host said why, that is there soon. */
  void awaitLastWords() {
    await(answerTime.compareTo(LAST_WORDS) < 0 ? answerTime : LAST_WORDS);
  }

  /** What comes next should be over by then. */
  synchronized void await(Duration time) {
    waiting = true;
    patience = time;
    deadline = System.nanoTime() + time.toNanos();
  }

  /** It came. */
  synchronized void answered() {
    waiting = false;
  }

  /** Why it was cancelled, if it was. */
  synchronized Optional<String> stalled() {
    return stalled;
  }

  void cancel() {
    cancel.run();
  }

  void check() {
    if (notGettingOn()) {
      cancel.run();
    }
  }

  private synchronized boolean notGettingOn() {
    long now = System.nanoTime();
    if (stalled.isPresent()) {
      return false;
    }
    if (waiting && now - deadline > 0) {
      stalled = Optional.of("no answer within " + Words.of(patience));
      return true;
    }
    long time = spent + (inside ? now - since : 0) - spentBefore;
    if (time < slowTime.toNanos()) {
      return false;
    }
    long bytes = moved - movedBefore;
    if (bytes < slowest * (time / 1e9)) {
      stalled = Optional.of("stalled: " + bytes + " bytes in " + Words.of(Duration.ofNanos(time)));
      return true;
    }
    spentBefore += time;
    movedBefore = moved;
    return false;
  }
}
