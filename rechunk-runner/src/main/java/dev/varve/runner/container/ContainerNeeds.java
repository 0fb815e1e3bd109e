package dev.varve.runner.container;

import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.process.Programs;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepException;
import dev.varve.core.process.StepResult;
import dev.varve.core.process.StepRunner;
import dev.varve.runner.Elevation;
import dev.varve.runner.Finding;
import dev.varve.runner.MachineLacksException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks whether the machine has what the container engine needs. */
public final class ContainerNeeds {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Symbolic links to /usr on systems with merged directories. */
  private static final List<String> MERGED = List.of("bin", "sbin", "lib", "lib64");

  private ContainerNeeds() {}

  /**
   * Checks for root and podman, and runs a test container.
   *
   * @param scratch a directory for the container's files
   */
  public static List<Finding> find(Programs programs, Scratch scratch) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Optional<Elevation> root = root(findings);
    Optional<String> program = programs.find("podman");
    if (program.isEmpty()) {
      findings.add(Finding.lacking("podman", "not installed", "install the package podman"));
      return findings;
    }
    try {
      String version = new Podman(program.get(), Elevation.NONE).requireVersion();
      findings.add(Finding.fine("podman", version + ", " + program.get()));
    } catch (MachineLacksException e) {
      findings.add(
          Finding.lacking("podman", String.valueOf(e.getMessage()), "install podman 4.0 or newer"));
      return findings;
    }
    if (root.isPresent()) {
      Podman podman = new Podman(program.get(), root.get());
      findings.add(runs(podman, scratch.directory("container")));
    }
    return findings;
  }

  private static Optional<Elevation> root(List<Finding> findings) throws IOException {
    try {
      Elevation root = Elevation.find();
      findings.add(
          Finding.fine(
              "rights", root.equals(Elevation.NONE) ? "root" : "sudo, without a password"));
      return Optional.of(root);
    } catch (MachineLacksException e) {
      findings.add(
          Finding.lacking(
              "rights",
              String.valueOf(e.getMessage()),
              "run varve as root, or allow this user sudo without a password"));
      return Optional.empty();
    }
  }

  /** Runs a container without an image: its root uses the machine's own programs. */
  private static Finding runs(Podman podman, Path directory) throws IOException {
    linkMerged(directory);
    try (StepRunner steps = new StepRunner(Progress.SILENT)) {
      StepResult result = steps.run(doingNothing(podman, directory));
      new Workspace(directory).giveBack(podman.root(), steps);
      return result.succeeded()
          ? Finding.fine("containers", "podman runs them")
          : Finding.lacking(
              "containers",
              "podman can't run one: " + String.join(" ", result.lastLines()),
              "check [engine] runtime and cgroup_manager, and [containers] default_ulimits in"
                  + " containers.conf, the most frequent causes");
    } catch (StepException e) {
      return Finding.lacking(
          "containers",
          String.valueOf(e.getMessage()),
          "run the command by hand to see where it hangs");
    }
  }

  /** Gives a root directory the links that this machine has to its /usr. */
  private static void linkMerged(Path directory) throws IOException {
    Files.createDirectory(directory.resolve("usr"));
    for (String name : MERGED) {
      if (Files.isSymbolicLink(Path.of("/" + name))) {
        Files.createSymbolicLink(directory.resolve(name), Path.of("usr", name));
      }
    }
  }

  private static Step doingNothing(Podman podman, Path directory) {
    String name = Owner.current() + "-doctor";
    return Step.capturing(
            "podman run",
            LIMIT,
            podman.command(
                "run",
                "--rm",
                "--name",
                name,
                "--network",
                "none",
                "--security-opt",
                "label=disable",
                "-v",
                "/usr:/usr:ro",
                "--rootfs",
                directory.toString(),
                "/usr/bin/true"))
        .endedBy(podman.removing(name));
  }
}
