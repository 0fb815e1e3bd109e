package dev.varve.runner.container;

import dev.varve.core.bytes.Progress;
import dev.varve.core.process.MissingProgramException;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepResult;
import dev.varve.core.process.StepRunner;
import dev.varve.runner.Elevation;
import dev.varve.runner.MachineLacksException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * podman run as root, with root's storage or one in a BTRFS file system.
 *
 * @param program its name or path
 * @param root the way to run a program as root
 * @param options the arguments before each command
 */
public record Podman(String program, Elevation root, List<String> options) {
  /** The oldest version with all options used. */
  private static final int OLDEST = 4;

  private static final Pattern VERSION = Pattern.compile("podman version ([0-9]+)(\\.\\S*)?");

  /** Removing a volume with a whole OS takes minutes on a slow disk. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Copies the list. */
  public Podman {
    options = List.copyOf(options);
  }

  /** Creates podman with root's own storage. */
  public Podman(String program, Elevation root) {
    this(program, root, List.of());
  }

  /**
   * Returns podman with a storage in a directory. This podman also sees the images of root's own
   * storage, reads them in place and never removes them.
   */
  public Podman in(Path directory) throws IOException {
    StepResult own;
    try (StepRunner steps = new StepRunner(Progress.SILENT)) {
      own = steps.require(step("info", "info", "--format", "json"));
    }
    List<String> further =
        new ArrayList<>(
            List.of(
                "--root",
                directory.resolve("storage").toString(),
                "--runroot",
                directory.resolve("run").toString(),
                "--storage-driver",
                "overlay"));
    PodmanStore store = PodmanStore.parse(own.output());
    if (store.driver().equals("overlay")) {
      further.add("--storage-opt");
      further.add("additionalimagestore=" + store.directory());
    }
    return new Podman(program, root, further);
  }

  /** Returns the command line of a command. */
  public List<String> command(String... arguments) {
    return command(List.of(arguments));
  }

  /** Returns the command line of a command. */
  public List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(root.command(program));
    command.addAll(options);
    command.addAll(arguments);
    return command;
  }

  /** Returns the command line that removes a container, even a running one. */
  List<String> removing(String container) {
    return command("rm", "--force", "--ignore", "--time", "0", container);
  }

  Step step(String name, String... arguments) {
    return Step.capturing(name, LIMIT, command(arguments));
  }

  /**
   * Checks that podman is installed and new enough.
   *
   * @return its version
   * @throws MachineLacksException if podman is missing or too old; the message says what to do
   */
  public String requireVersion() throws IOException {
    try (StepRunner steps = new StepRunner(Progress.SILENT)) {
      return requireVersion(steps);
    }
  }

  String requireVersion(StepRunner steps) throws IOException {
    String doing = "asking podman for its version: ";
    StepResult answer;
    try {
      answer = steps.run(step("podman", "--version"));
    } catch (MissingProgramException e) {
      throw new MachineLacksException(
          doing + program + " can't be started; install the package podman", e);
    }
    Matcher version = VERSION.matcher(answer.output().strip());
    if (!answer.succeeded() || !version.matches()) {
      throw new MachineLacksException(
          doing
              + "expected \"podman version …\", got "
              + String.join(" | ", answer.lastLines())
              + "; install the package podman");
    }
    String text = version.group(1) + Optional.ofNullable(version.group(2)).orElse("");
    if (Integer.parseInt(version.group(1)) < OLDEST) {
      throw new MachineLacksException(
          doing + "expected " + OLDEST + ".0 or newer, got " + text + "; upgrade podman");
    }
    return text;
  }
}
