package dev.varve.core.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The run of Varve that owns a resource on the machine. The name of every resource that a run makes
 * begins with its owner, which lets the next run check whether the owner is alive.
 *
 * @param pid the process ID
 * @param began the start of the process, in the kernel's ticks since boot, because process IDs are
 *     reused; 0 if unknown. Independent of changes of the clock
 * @param boot eight hexadecimal digits of the boot's ID
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat</a>
 */
public record Owner(long pid, long began, String boot) {
  private static final Pattern NAME =
      Pattern.compile("varve-([0-9]{1,18})-([0-9]{1,18})-([0-9a-f]{8})(-.*)?");

  private static final Path PROCESSES = Path.of("/proc");
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /** Indexes of fields after the process's name. */
  private static final int STATE = 0;

  private static final int BEGAN = 19;
  private static final String ENDED = "Z";

  /** Returns this process. */
  public static Owner current() {
    long pid = ProcessHandle.current().pid();
    return new Owner(pid, began(stat(pid)), thisBoot());
  }

  /** Parses the owner in a name; empty if the name is not one of Varve's. */
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

  /** Returns whether the owner started in the current boot. */
  public boolean isOfThisBoot() {
    return boot.equals(thisBoot());
  }

  /** Returns whether the run is alive; true if unknown. */
  public boolean isAlive() {
    if (!isOfThisBoot()) {
      return false;
    }
    List<String> stat = stat(pid);
    if (stat.isEmpty()) {
      // A user may see only the user's own processes; then even the first one is hidden.
      return Files.exists(process(pid)) || !Files.exists(process(1));
    }
    long beganNow = began(stat);
    return !stat.get(STATE).equals(ENDED) && (beganNow == began || beganNow == 0 || began == 0);
  }

  private static Path process(long pid) {
    return PROCESSES.resolve(Long.toString(pid));
  }

  /** Returns the fields of a process's stat file after its name; empty if the file is missing. */
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

  /** Returns the prefix of the names of the owner's resources. */
  @Override
  public String toString() {
    return "varve-" + pid + "-" + began + "-" + boot;
  }
}
