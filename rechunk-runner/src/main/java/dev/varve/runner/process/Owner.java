package dev.varve.runner.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The run of Varve that something on the machine belongs to. What a run makes has a name that
 * begins with this, so that it can be told whether that run still lives.
 *
 * @param pid the process
 * @param began when that began, in seconds since the epoch, as the kernel numbers processes anew
 */
public record Owner(long pid, long began) {
  private static final Pattern NAME = Pattern.compile("varve-([0-9]{1,18})-([0-9]{1,18})(-.*)?");

  /** The kernel counts from the boot, and when that was is only roughly known. */
  private static final Duration BLUR = Duration.ofSeconds(3);

  /** This process. */
  public static Owner current() {
    ProcessHandle self = ProcessHandle.current();
    return new Owner(self.pid(), began(self).orElse(0L));
  }

  /** Whose something is; empty if its name is not one that a run gives. */
  public static Optional<Owner> of(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(new Owner(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  /** Whether the run goes on. */
  public boolean isAlive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return process
        .flatMap(Owner::began)
        .filter(then -> Math.abs(then - began) <= BLUR.toSeconds())
        .isPresent();
  }

  private static Optional<Long> began(ProcessHandle process) {
    return process.info().startInstant().map(Instant::getEpochSecond);
  }

  /** What names begin with. */
  @Override
  public String toString() {
    return "varve-" + pid + "-" + began;
  }
}
