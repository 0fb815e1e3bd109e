package dev.varve.cli;

import dev.varve.runner.MachineLacksException;
import dev.varve.runner.container.Leavings;
import dev.varve.runner.container.Podman;
import dev.varve.runner.process.Elevation;
import dev.varve.runner.process.Programs;
import dev.varve.runner.process.StepRunner;
import dev.varve.runner.storage.StorageSettings;
import dev.varve.runner.storage.StorageStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** What killed runs have left in the storages of root's podman: its own, and the one in a BTRFS. */
final class RunLeavings {
  private RunLeavings() {}

  /** Root's podman; empty where there is none, and nothing left therefore. */
  private static Optional<Podman> podman(Console console, StepRunner steps) throws IOException {
    Optional<String> program = Programs.of(console.environment()).find("podman");
    try {
      return program.isEmpty()
          ? Optional.empty()
          : Optional.of(new Podman(program.get(), Elevation.find(steps)));
    } catch (MachineLacksException e) {
      console.tell("note: not looking into podman's storage: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Looks for it. */
  static Leavings find(
      Console console, StorageSettings settings, StorageStatus status, StepRunner steps)
      throws IOException {
    Optional<Podman> podman = podman(console, steps);
    if (podman.isEmpty()) {
      return Leavings.NONE;
    }
    Leavings own = Leavings.find(podman.get(), steps);
    return status.isMounted()
        ? own.and(Leavings.find(podman.get().in(settings.mountPoint(), steps), steps))
        : own;
  }

  /** Removes it, wherever it is. */
  static Leavings remove(
      Console console, StorageSettings settings, StorageStatus status, StepRunner steps)
      throws IOException {
    Optional<Podman> own = podman(console, steps);
    if (own.isEmpty()) {
      return Leavings.NONE;
    }
    Leavings all = Leavings.NONE;
    Stream<Podman> both =
        status.isMounted()
            ? Stream.of(own.get(), own.get().in(settings.mountPoint(), steps))
            : Stream.of(own.get());
    for (Podman podman : both.toList()) {
      Leavings left = Leavings.find(podman, steps);
      left.remove(podman, steps);
      all = all.and(left);
    }
    return all;
  }
}
