package dev.varve.runner.container;

import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.Progress;
import dev.varve.core.process.StepResult;
import dev.varve.core.process.StepRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The containers, volumes and images of killed runs in podman's storage.
 *
 * @param containers their names
 * @param volumes their names
 * @param images their names
 */
public record Leftovers(List<String> containers, List<String> volumes, List<String> images) {
  /** No leftovers. */
  public static final Leftovers NONE = new Leftovers(List.of(), List.of(), List.of());

  private static final String LOCAL = "localhost/";

  /** Copies the lists. */
  public Leftovers {
    containers = List.copyOf(containers);
    volumes = List.copyOf(volumes);
    images = List.copyOf(images);
  }

  /** Finds the leftovers, without the containers, volumes and images of live runs. */
  public static Leftovers find(Podman podman) throws IOException {
    try (StepRunner steps = new StepRunner(Progress.SILENT)) {
      return find(podman, steps);
    }
  }

  static Leftovers find(Podman podman, StepRunner steps) throws IOException {
    return new Leftovers(
        left(podman, steps, "ps", "--all", "--format", "{{.Names}}", "--filter", "name=varve-"),
        left(podman, steps, "volume", "ls", "--format", "{{.Name}}", "--filter", "name=varve-"),
        left(
            podman,
            steps,
            "images",
            "--format",
            "{{.Repository}}:{{.Tag}}",
            "--filter",
            "reference=" + LOCAL + "varve-*"));
  }

  private static List<String> left(Podman podman, StepRunner steps, String... command)
      throws IOException {
    StepResult listed = steps.require(podman.step("podman " + command[0], command));
    List<String> left = new ArrayList<>();
    for (String name : listed.output().lines().map(String::strip).toList()) {
      String plain = name.startsWith(LOCAL) ? name.substring(LOCAL.length()) : name;
      Optional<Owner> owner = Owner.of(plain.replaceAll(":.*", ""));
      if (owner.isPresent() && !owner.get().isAlive()) {
        left.add(name);
      }
    }
    return left;
  }

  /** Whether there are no leftovers. */
  public boolean isEmpty() {
    return containers.isEmpty() && volumes.isEmpty() && images.isEmpty();
  }

  /** Returns the union of these leftovers and others. */
  public Leftovers and(Leftovers others) {
    return new Leftovers(
        joined(containers, others.containers),
        joined(volumes, others.volumes),
        joined(images, others.images));
  }

  private static List<String> joined(List<String> some, List<String> others) {
    return Stream.concat(some.stream(), others.stream()).distinct().toList();
  }

  /** Removes the leftovers, including running containers and their mounts. */
  public void remove(Podman podman) throws IOException {
    try (StepRunner steps = new StepRunner(Progress.SILENT)) {
      remove(podman, steps);
    }
  }

  void remove(Podman podman, StepRunner steps) throws IOException {
    if (!containers.isEmpty()) {
      remove(podman, steps, List.of("rm", "--force", "--ignore", "--time", "0"), containers);
    }
    if (!volumes.isEmpty()) {
      remove(podman, steps, List.of("volume", "rm", "--force"), volumes);
    }
    if (!images.isEmpty()) {
      remove(podman, steps, List.of("rmi", "--force"), images);
    }
  }

  private static void remove(
      Podman podman, StepRunner steps, List<String> command, List<String> names)
      throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(names);
    steps.require(podman.step("podman " + command.get(0), all.toArray(String[]::new)));
  }

  /** Returns the names, each with its kind. */
  public List<String> list() {
    List<String> all = new ArrayList<>();
    containers.forEach(name -> all.add("container " + name));
    volumes.forEach(name -> all.add("volume " + name));
    images.forEach(name -> all.add("image " + name));
    return all;
  }
}
