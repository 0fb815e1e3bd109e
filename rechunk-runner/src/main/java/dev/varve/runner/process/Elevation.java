package dev.varve.runner.process;

import dev.varve.runner.MachineLacksException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How programs are run as root.
 *
 * @param prefix the arguments before the command; empty if this process is root already
 */
public record Elevation(List<String> prefix) {
  /** For programs that need no more rights than this process has. */
  public static final Elevation NONE = new Elevation(List.of());

  private static final List<String> SUDO = List.of("sudo", "-n");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Freezes the list. */
  public Elevation {
    prefix = List.copyOf(prefix);
  }

  /**
   * Finds the way to run programs as root on this machine.
   *
   * @param steps runs sudo, to see whether it asks for a password
   * @throws MachineLacksException if there is none
   */
  public static Elevation find(StepRunner steps) throws IOException {
    if (isRoot()) {
      return NONE;
    }
    String lacking;
    try {
      StepResult answer =
          steps.run(
              Step.capturing(
                  "sudo", LIMIT, Stream.concat(SUDO.stream(), Stream.of("true")).toList()));
      if (answer.succeeded()) {
        return new Elevation(SUDO);
      }
      lacking = "sudo says: " + String.join(" ", answer.lastLines());
    } catch (MachineLacksException e) {
      lacking = "there is no sudo";
    }
    throw new MachineLacksException(
        "becoming root: this is not root, and "
            + lacking
            + "; run varve as root, or allow this user sudo without a password");
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /** Returns the command that runs a command as root. */
  public List<String> command(List<String> command) {
    return Stream.concat(prefix.stream(), command.stream()).toList();
  }

  /** Returns the command that runs a command as root. */
  public List<String> command(String... command) {
    return command(List.of(command));
  }
}
