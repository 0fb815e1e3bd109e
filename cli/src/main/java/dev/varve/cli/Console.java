package dev.varve.cli;

import dev.varve.core.json.JsonObject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a command sees of the world it is called in; tests bring their own.
 *
 * @param out for results: what a command was called for
 * @param err for progress, notices and failures
 * @param environment the environment's variables
 * @param terminal whether {@code err} is a terminal, on which lines can be redrawn
 * @param nanoTime a clock for durations, as {@link System#nanoTime}
 * @param clock a clock for dates
 * @param answers where what is asked for comes from
 */
record Console(
    ResultStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean terminal,
    LongSupplier nanoTime,
    Clock clock,
    Answers answers) {
  /** System.console() speaks of the standard input and output, never of the error. */
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  /** The process's own. */
  static Console ofProcess() {
    return new Console(
        new ResultStream(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getenv(),
        isTerminal(System.getenv()),
        System::nanoTime,
        Clock.systemUTC(),
        Answers.OF_PROCESS);
  }

  /** One that nobody answers. */
  Console(
      ResultStream out,
      PrintStream err,
      Map<String, String> environment,
      boolean terminal,
      LongSupplier nanoTime) {
    this(out, err, environment, terminal, nanoTime, Clock.systemUTC(), Answers.NONE);
  }

  /** The user's own directory. */
  Path home() {
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? System.getProperty("user.home", "/") : home);
  }

  private static boolean isTerminal(Map<String, String> environment) {
    if (environment.containsKey("CI") || "dumb".equals(environment.get("TERM"))) {
      return false;
    }
    return isTerminal(STANDARD_ERROR).orElse(false); // logs are fine everywhere
  }

  /** Whether a file descriptor leads to a terminal; empty where the system doesn't say. */
  static Optional<Boolean> isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return Optional.of(target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Prints a line that is no result. What could control a terminal is replaced. */
  void tell(String line) {
    err.println(Human.printable(line));
  }

  /** Prints a line of a result. What could control a terminal is replaced. */
  void result(String line) {
    out.println(Human.printable(line));
    out.flush();
  }

  /** Prints a result as JSON. */
  void result(JsonObject json) {
    out.println(json.toPrettyString());
    out.flush();
  }
}
