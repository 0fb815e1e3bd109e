package dev.varve.runner.process;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Remedy;
import dev.varve.runner.MachineLacksException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs to their end, or to the end of their time. One that is killed is killed with all
 * processes below it, and with what its {@link Step#ending} ends.
 *
 * <p>Closing may come from another thread, as when a user interrupts: it kills what runs, and
 * nothing runs afterwards.
 */
public final class StepRunner implements Closeable {
  /** From the question to end to the order to; a user who interrupts has a few seconds. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final Duration ENDING_LIMIT = Duration.ofSeconds(30);
  private static final Killed INTERRUPTED = new Killed("interrupted", Optional.empty());

  /** Why a program was killed, and the user's choice that avoids it. */
  private record Killed(String why, Optional<Remedy> remedy) {}

  private final Progress progress;
  private final Duration total;
  private final Optional<Remedy> remedy;
  private final long begun = System.nanoTime();
  private final Map<Process, Step> running = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * A runner whose clock begins to run.
   *
   * @param progress is told the programs' lines
   * @param total how long all steps together may take
   * @param remedy the user's choice that gives them more time
   */
  public StepRunner(Progress progress, Duration total, Remedy remedy) {
    this(progress, total, Optional.of(remedy));
  }

  /** A runner whose clock begins to run, for a length of time that no choice changes. */
  public StepRunner(Progress progress, Duration total) {
    this(progress, total, Optional.empty());
  }

  private StepRunner(Progress progress, Duration total, Optional<Remedy> remedy) {
    this.progress = progress;
    this.total = total;
    this.remedy = remedy;
  }

  /** A runner for any length of time, in which each step has its own limit alone. */
  public StepRunner(Progress progress) {
    this(progress, Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * Runs a program.
   *
   * @return how it ended by itself, well or not
   * @throws MachineLacksException if there is no such program
   * @throws StepException if it was killed: it took too long, or this was closed
   */
  public StepResult run(Step step) throws IOException {
    Process process = start(step);
    running.put(process, step); // before its lines are told, upon which this may be closed
    Transcript transcript = new Transcript(step, process, progress);
    Optional<Killed> killed;
    try {
      // Whoever closes this meanwhile has either seen the process, or is seen here.
      killed = closed ? Optional.of(INTERRUPTED) : await(process, step);
      if (killed.isPresent()) {
        kill(process, step);
      }
      transcript.finish();
    } catch (InterruptedException e) {
      kill(process, step);
      Thread.currentThread().interrupt();
      killed = Optional.of(INTERRUPTED);
    } finally {
      running.remove(process);
    }
    if (killed.isPresent() || closed) {
      Killed reason = killed.orElse(INTERRUPTED);
      throw new StepException(transcript.result(-1), reason.why(), reason.remedy());
    }
    return transcript.result(process.exitValue());
  }

  /** Runs a program that has to end well. */
  public StepResult require(Step step) throws IOException {
    StepResult result = run(step);
    if (!result.succeeded()) {
      throw result.failure();
    }
    return result;
  }

  private Process start(Step step) throws IOException {
    if (closed) {
      throw new InterruptedIOException(
          "running the step " + step.name() + ": " + INTERRUPTED.why());
    }
    Process process;
    // Where all is told, it is told in the order in which it was printed.
    ProcessBuilder builder =
        new ProcessBuilder(step.command()).redirectErrorStream(step.reported());
    try {
      process = builder.start();
    } catch (IOException e) {
      String program = step.command().get(0);
      String failure = "running the step " + step.name() + ": " + program + " can't be started";
      // One that is there was refused for another reason, such as arguments that are too long.
      if (Programs.inPath(builder.environment()).find(program).isPresent()) {
        throw new IOException(failure, e);
      }
      throw new MachineLacksException(failure + "; install it, or add it to PATH", e);
    }
    process.getOutputStream().close();
    return process;
  }

  /** Waits for a program's end; tells why it must be killed, if so. */
  private Optional<Killed> await(Process process, Step step) throws InterruptedException {
    long left = total.toNanos() - (System.nanoTime() - begun);
    long limit = Math.min(step.limit().toNanos(), left);
    if (process.waitFor(limit, TimeUnit.NANOSECONDS)) {
      return Optional.empty();
    }
    return Optional.of(
        limit < left
            ? new Killed(
                "it took longer than the " + text(step.limit()) + " that a step has", step.remedy())
            : new Killed(
                "all steps took longer than the " + text(total) + " that they have", remedy));
  }

  private static String text(Duration time) {
    return time.toSeconds() % 60 == 0 && time.toMinutes() > 0
        ? time.toMinutes() + " min"
        : time.toMillis() / 1000.0 + " s";
  }

  /**
   * Kills a program and what is below it, asking first; then ends what it began elsewhere. Signals
   * don't reach what sudo runs: that ends when what it began has been ended.
   */
  private static void kill(Process process, Step step) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    try {
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      all.addAll(process.descendants().toList());
      all.forEach(ProcessHandle::destroyForcibly);
      if (!step.ending().isEmpty()) {
        end(step.ending());
      }
      CompletableFuture.allOf(
              all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .completeOnTimeout(null, ENDING_LIMIT.toSeconds(), TimeUnit.SECONDS)
          .join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(List<String> command) throws InterruptedException {
    try {
      Process ending =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      ending.getOutputStream().close();
      if (!ending.waitFor(ENDING_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        ending.destroyForcibly();
      }
    } catch (IOException e) {
      // What can't be started has ended nothing; whoever looks for leftovers finds them.
    }
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(StepRunner::kill);
  }
}
