package dev.varve.core.process;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Remedy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs to their end or to their time limit. A program is killed together with all its
 * descendants; then its {@link Step#ending} is run.
 *
 * <p>Any thread may call close, for example when the user interrupts: the running program is
 * killed, and no other is run.
 */
public final class StepRunner implements Closeable {
  /** The time from SIGTERM to SIGKILL, short because a user who interrupts waits for it. */
  private static final Duration GRACE = Duration.ofMillis(500);

  /** The limit of programs without a limit. */
  static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE);

  private static final Duration ENDING_LIMIT = Duration.ofSeconds(30);

  /** The variables with Varve's own secrets, which no other program needs. */
  private static final Set<String> SECRETS = Set.of("VARVE_PASSWORD", "COSIGN_PASSWORD");

  /** What the value of a variable with a private key contains: {@code --key env://NAME}. */
  private static final String PRIVATE_KEY = "PRIVATE KEY-----";

  private static final Killed INTERRUPTED = new Killed("interrupted", Optional.empty());

  /** The reason why a program was killed, and the user's choice that avoids it. */
  private record Killed(String why, Optional<Remedy> remedy) {}

  private final Progress progress;
  private final Duration total;
  private final Optional<Remedy> remedy;
  private final long begun = System.nanoTime();
  private final Map<Process, Step> running = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Creates a runner; the time of all steps counts from now.
   *
   * @param progress receives the programs' lines
   * @param total the limit on the time of all steps together
   * @param remedy the user's choice that gives the steps more time
   */
  public StepRunner(Progress progress, Duration total, Remedy remedy) {
    this(progress, total, Optional.of(remedy));
  }

  private StepRunner(Progress progress, Duration total, Optional<Remedy> remedy) {
    this.progress = progress;
    this.total = total;
    this.remedy = remedy;
  }

  /** Creates a runner without a limit for all steps together. */
  public StepRunner(Progress progress) {
    this(progress, UNLIMITED, Optional.empty());
  }

  /**
   * Runs a program.
   *
   * @return the result, with any exit code
   * @throws MissingProgramException if the program is not installed
   * @throws StepException if the program was killed because of a limit, or because the runner was
   *     closed
   */
  public StepResult run(Step step) throws IOException {
    if (closed) {
      throw new InterruptedIOException(
          "running the step " + step.name() + ": " + INTERRUPTED.why());
    }
    Process process;
    try {
      process = start(step, Map.of());
    } catch (IOException e) {
      throw unstarted(step, e);
    }
    return finish(process, step, new byte[0]);
  }

  /**
   * Starts a program, with variables in addition to those of this process. Those with Varve's
   * secrets are left out of both.
   */
  Process start(Step step, Map<String, String> environment) throws IOException {
    // One stream for both outputs keeps reported lines in their order.
    ProcessBuilder builder =
        new ProcessBuilder(step.command()).redirectErrorStream(step.reported());
    builder.environment().putAll(environment);
    builder.environment().keySet().removeAll(SECRETS);
    builder.environment().values().removeIf(value -> value.contains(PRIVATE_KEY));
    return builder.start();
  }

  private static IOException unstarted(Step step, IOException cause) {
    String program = step.command().get(0);
    String failure = "running the step " + step.name() + ": " + program + " can't be started";
    // An existing program may fail to start for another reason, such as too long arguments.
    return Programs.inPath(new ProcessBuilder().environment()).find(program).isPresent()
        ? new IOException(failure, cause)
        : new MissingProgramException(failure + "; install it, or add it to PATH", cause);
  }

  /**
   * Waits for the end of a program that has been started.
   *
   * @param input at most a few kilobytes; a program that ends without reading it does not fail
   *     because of that
   */
  StepResult finish(Process process, Step step, byte[] input) throws StepException {
    running.put(process, step); // before reporting lines, because a receiver may close the runner
    Transcript transcript = new Transcript(step, process, progress);
    write(input, process);
    Optional<Killed> killed;
    try {
      // A concurrent close either sees the process, or is seen here.
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

  /** Runs a program that must end with exit code 0. */
  public StepResult require(Step step) throws IOException {
    StepResult result = run(step);
    if (!result.succeeded()) {
      throw result.failure();
    }
    return result;
  }

  private static void write(byte[] input, Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      // The program ended without reading; its exit code has the reason.
    }
  }

  /** Waits for a program's end; returns the reason to kill it, if any. */
  private Optional<Killed> await(Process process, Step step) throws InterruptedException {
    long left = total.toNanos() - (System.nanoTime() - begun);
    long limit = Math.min(step.limit().toNanos(), left);
    if (process.waitFor(limit, TimeUnit.NANOSECONDS)) {
      return Optional.empty();
    }
    return Optional.of(
        limit < left
            ? new Killed(
                "it took longer than the limit of a step, " + text(step.limit()), step.remedy())
            : new Killed(
                "all steps together took longer than their limit, " + text(total), remedy));
  }

  private static String text(Duration time) {
    return time.toSeconds() % 60 == 0 && time.toMinutes() > 0
        ? time.toMinutes() + " min"
        : time.toMillis() / 1000.0 + " s";
  }

  /**
   * Kills a program and its descendants, first by SIGTERM; then runs the step's ending. Signals
   * don't reach programs that sudo runs, which end by the ending.
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
      // The ending can't be started; the next run removes the leftovers.
    }
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(StepRunner::kill);
  }
}
