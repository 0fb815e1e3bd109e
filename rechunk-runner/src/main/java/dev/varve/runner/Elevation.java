package dev.varve.runner;

import dev.varve.core.bytes.Progress;
import dev.varve.core.process.MissingProgramException;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepResult;
import dev.varve.core.process.StepRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The way to run programs as root.
 *
 * @param prefix the arguments before the command; empty if this process is root already
 */
public record Elevation(List<String> prefix) {
  /** Runs programs with the rights of this process. */
  public static final Elevation NONE = new Elevation(List.of());

  private static final List<String> SUDO = List.of("sudo", "-n");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Copies the list. */
  public Elevation {
    prefix = List.copyOf(prefix);
  }

  /**
   * Finds the way to run programs as root on this machine.
   *
   * @throws MachineLacksException if this process is not root, and sudo is missing or asks for a
   *     password
   */
  public static Elevation find() throws IOException {
    if (isRoot()) {
      return NONE;
    }
    String lacking;
    try (StepRunner steps = new StepRunner(Progress.SILENT)) { // sudo may ask for a password
      StepResult answer =
          steps.run(
              Step.capturing(
                  "sudo", LIMIT, Stream.concat(SUDO.stream(), Stream.of("true")).toList()));
      if (answer.succeeded()) {
        return new Elevation(SUDO);
      }
      lacking = "sudo says: " + String.join(" ", answer.lastLines());
    } catch (MissingProgramException e) {
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
