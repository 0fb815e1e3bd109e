package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.core.process.Programs;
import dev.varve.runner.Elevation;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.container.Leftovers;
import dev.varve.runner.container.Podman;
import dev.varve.runner.storage.StorageStatus;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds and removes the containers, volumes and images of killed runs, in the storage of root's
 * podman and in a BTRFS.
 */
public final class KilledRuns {
  private KilledRuns() {}

  /** Returns root's podman; empty if podman is not installed, and no run can have left anything. */
  private static Optional<Podman> podman(Console console) throws IOException {
    Optional<String> program = Programs.of(console.environment()).find("podman");
    try {
      return program.isEmpty()
          ? Optional.empty()
          : Optional.of(new Podman(program.get(), Elevation.find()));
    } catch (MachineLacksException e) {
      console.note("podman's storage was not checked: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Finds the leftovers of killed runs. */
  public static Leftovers find(Console console, StorageStatus status) throws IOException {
    Optional<Podman> podman = podman(console);
    if (podman.isEmpty()) {
      return Leftovers.NONE;
    }
    Leftovers own = Leftovers.find(podman.get());
    return status.isMounted()
        ? own.and(Leftovers.find(podman.get().in(status.settings().mountPoint())))
        : own;
  }

  /** Removes leftovers in root's own storage, and prints them. */
  public static void remove(Console console) throws IOException {
    Optional<Podman> podman = podman(console);
    if (podman.isPresent()) {
      remove(podman.get(), console);
    }
  }

  /** Removes leftovers in a BTRFS, if it is mounted, and prints them. */
  public static void removeIn(StorageStatus status, Console console) throws IOException {
    Optional<Podman> podman = status.isMounted() ? podman(console) : Optional.empty();
    if (podman.isPresent()) {
      remove(podman.get().in(status.settings().mountPoint()), console);
    }
  }

  private static void remove(Podman podman, Console console) throws IOException {
    Leftovers left = Leftovers.find(podman);
    left.remove(podman);
    left.list().forEach(what -> console.tell("removed the " + what));
  }
}
