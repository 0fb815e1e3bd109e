package dev.varve.cli;

import dev.varve.core.json.JsonObject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What a command sees of the world it is called in; tests bring their own.
 *
 * @param out for results that machines read
 * @param err for all that people read
 * @param environment the environment's variables
 * @param terminal whether {@code err} is a terminal, on which lines can be redrawn
 * @param nanoTime a clock for durations, as {@link System#nanoTime}
 */
record Console(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean terminal,
    LongSupplier nanoTime) {
  /** System.console() speaks of the standard input and output, never of the error. */
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  /** The process's own. */
  static Console ofProcess() {
    return new Console(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        System.getenv(),
        isTerminal(System.getenv()),
        System::nanoTime);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static boolean isTerminal(Map<String, String> environment) {
    if (environment.containsKey("CI") || "dumb".equals(environment.get("TERM"))) {
      return false;
    }
    try {
      String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // there is no such link on this system, and logs do everywhere
    }
  }

  /** Prints a line for people. What could control a terminal is replaced. */
  void tell(String line) {
    err.println(Human.printable(line));
  }

  /** Prints a result for machines. */
  void result(JsonObject json) {
    out.println(json.toPrettyString());
    out.flush();
  }
}
