package dev.varve.core.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The run of Varve that something on the machine belongs to. What a run makes has a name that
 * begins with this, so that it can be told whether that run still lives.
 *
 * @param pid the process
 * @param began when that began, in the kernel's ticks since it was booted, as the kernel numbers
 *     processes anew; 0 if that can't be known. No clock that is set changes it
 * @param boot which boot that was, eight hexadecimal digits
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat</a>
 */
public record Owner(long pid, long began, String boot) {
  private static final Pattern NAME =
      Pattern.compile("varve-([0-9]{1,18})-([0-9]{1,18})-([0-9a-f]{8})(-.*)?");

  private static final Path PROCESSES = Path.of("/proc");
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /** Where the fields are, in what follows a process's name. */
  private static final int STATE = 0;

  private static final int BEGAN = 19;
  private static final String ENDED = "Z";

  /** This process. */
  public static Owner current() {
    long pid = ProcessHandle.current().pid();
    return new Owner(pid, began(stat(pid)), thisBoot());
  }

  /** Whose something is; empty if its name is not one that a run gives. */
  public static Optional<Owner> of(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new Owner(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                matcher.group(3)))
        : Optional.empty();
  }

  /** Whether the machine was not booted anew since. */
  public boolean isOfThisBoot() {
    return boot.equals(thisBoot());
  }

  /** Whether the run goes on; so it does where that can't be known. */
  public boolean isAlive() {
    if (!isOfThisBoot()) {
      return false;
    }
    List<String> stat = stat(pid);
    if (stat.isEmpty()) {
      // A user may be shown no processes but the user's own: then not even the first one is there.
      return Files.exists(process(pid)) || !Files.exists(process(1));
    }
    long there = began(stat);
    return !stat.get(STATE).equals(ENDED) && (there == began || there == 0 || began == 0);
  }

  private static Path process(long pid) {
    return PROCESSES.resolve(Long.toString(pid));
  }

  /** What the kernel tells of a process after its name; nothing if it tells nothing. */
  private static List<String> stat(long pid) {
    String line = read(process(pid).resolve("stat"));
    return line.isEmpty()
        ? List.of()
        : List.of(line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1));
  }

  private static long began(List<String> stat) {
    return stat.size() > BEGAN ? Long.parseLong(stat.get(BEGAN)) : 0;
  }

  private static String thisBoot() {
    String id = read(BOOT);
    return id.length() < 8 ? "00000000" : id.substring(0, 8);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** What names begin with. */
  @Override
  public String toString() {
    return "varve-" + pid + "-" + began + "-" + boot;
  }
}
