package dev.varve.cli.option;

import dev.varve.cli.session.DrivenContainer;
import dev.varve.cli.session.Engine;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Console;
import dev.varve.runner.builtin.BuiltinEngine;
import dev.varve.runner.builtin.BuiltinOptions;
import dev.varve.runner.builtin.Predecessors;
import dev.varve.runner.container.ContainerSettings;
import dev.varve.runner.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options to choose the engine, and options of the container engine. */
@InGroup(HelpGroup.CONTAINER_ENGINE)
public final class EngineOptions {
  private static final String ROOTS_OWN = "podman";
  private static final String FOR_THE_RUN = "btrfs";

  /** The engines. */
  public enum Kind {
    BUILTIN,
    CONTAINER;

    /** Returns the value as typed on command lines. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The reaction to an image with which the container is known to fail. */
  enum OnKnownFailure {
    FAIL,
    BUILTIN,
    IGNORE;

    /** Returns the value as typed on command lines. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--engine",
      paramLabel = "builtin|container",
      description =
          "builtin needs no other program; container runs hhd-dev/rechunk through "
              + "podman as root, and makes an OSTree commit of the image (default: "
              + "builtin).")
  private Kind engine = Kind.BUILTIN;

  @Option(
      names = "--rechunk-image",
      paramLabel = "IMAGE",
      description =
          "The image of the container engine (default: " + ContainerSettings.DEFAULT_TOOL + ").")
  private @Nullable String tool;

  @Option(
      names = "--step-timeout",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "The time limit for each step of the container engine (default: 10m).")
  private @Nullable Duration stepLimit;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "The time limit for all of these steps together (default: 1h).")
  private @Nullable Duration totalLimit;

  @Option(
      names = "--keep-ref",
      description =
          "Keep SOURCE in podman's storage. Without this option, the container "
              + "engine removes SOURCE to make room, and a run that fails afterwards "
              + "cannot be repeated.")
  private boolean keepRef;

  @Option(
      names = "--clear-plan",
      description =
          "Plan from scratch in the container engine; the previous image serves the "
              + "version and the changelog only.")
  private boolean clearPlan;

  @Option(
      names = "--on-known-failure",
      paramLabel = "fail|builtin|ignore",
      description =
          "How to treat an image with which the container is known to fail: fail, use "
              + "the built-in engine, or ignore the problem (default: fail). Such an image "
              + "has a changelog entry in an ISO week 53 (from 2026-12-28 on), no kernel "
              + "or several, or its RPM database in another directory.")
  private @Nullable OnKnownFailure onKnownFailure;

  @Option(
      names = "--storage",
      paramLabel = "podman|btrfs|DIR",
      description =
          "The storage for the container engine's podman: root's own (podman), a "
              + "BTRFS that is mounted for this run (btrfs), or the BTRFS at DIR from "
              + "varve storage mount (default: podman).")
  private @Nullable String storage;

  @Option(
      names = "--keep-storage",
      description = "Leave the BTRFS of --storage btrfs mounted; varve storage unmount removes it.")
  private boolean keepStorage;

  /**
   * Opens the engine for a session, which closes it.
   *
   * @throws IllegalArgumentException for an option that the engine does not have
   */
  public Engine open(Session session, Inputs inputs) throws IOException {
    if (engine == Kind.BUILTIN) {
      requireNone();
      return Engine.builtin(inputs.builtin());
    }
    Console console = session.console();
    if (keepStorage && !FOR_THE_RUN.equals(storage)) {
      throw new IllegalArgumentException("--keep-storage is for --storage btrfs");
    }
    return session.closing(
        new DrivenContainer(
            console,
            settings(inputs, console.clock()),
            onKnownFailure == OnKnownFailure.BUILTIN
                ? Optional.of(new BuiltinEngine(inputs.builtin()))
                : Optional.empty(),
            storage(),
            mounting()));
  }

  private DrivenContainer.Mounting mounting() {
    if (!FOR_THE_RUN.equals(storage)) {
      return DrivenContainer.Mounting.BEFORE;
    }
    return keepStorage ? DrivenContainer.Mounting.TO_STAY : DrivenContainer.Mounting.FOR_THE_RUN;
  }

  /**
   * A command's other options for engines.
   *
   * @param plan the options for the division into layers
   * @param checkout the git repository with the commits of the changelog
   * @param predecessors opens the images that the previous image was planned with
   * @param taken the versions of other images
   * @param trial whether nothing is published, and SOURCE is still needed
   */
  public record Inputs(
      PlanOptions plan,
      Optional<Path> checkout,
      Predecessors predecessors,
      List<String> taken,
      boolean trial) {
    private BuiltinOptions builtin() throws IOException {
      return plan.builtin(predecessors);
    }
  }

  public boolean isContainer() {
    return engine == Kind.CONTAINER;
  }

  private Optional<StorageSettings> storage() {
    if (storage == null || storage.equals(ROOTS_OWN)) {
      return Optional.empty();
    }
    return Optional.of(
        storage.equals(FOR_THE_RUN)
            ? StorageSettings.DEFAULT
            : StorageSettings.DEFAULT.at(Path.of(storage)));
  }

  private ContainerSettings settings(Inputs inputs, Clock clock) {
    ContainerSettings.Builder settings =
        ContainerSettings.builder()
            .clock(clock)
            .ignoreKnownFailures(onKnownFailure == OnKnownFailure.IGNORE)
            .keepSource(keepRef || inputs.trial())
            .clearPlan(clearPlan)
            .taken(inputs.taken());
    if (tool != null) {
      settings.tool(tool);
    }
    if (stepLimit != null) {
      settings.stepLimit(stepLimit);
    }
    if (totalLimit != null) {
      settings.totalLimit(totalLimit);
    }
    inputs.plan().addTo(settings);
    inputs.checkout().ifPresent(settings::git);
    return settings.build();
  }

  /** Refuses options of the container engine for the built-in one. */
  private void requireNone() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--rechunk-image", tool != null);
    given.put("--step-timeout", stepLimit != null);
    given.put("--timeout", totalLimit != null);
    given.put("--keep-ref", keepRef);
    given.put("--clear-plan", clearPlan);
    given.put("--on-known-failure", onKnownFailure != null);
    given.put("--storage", storage != null);
    given.put("--keep-storage", keepStorage);
    given.forEach(
        (option, isGiven) -> {
          if (isGiven) {
            throw new IllegalArgumentException(
                option + " requires --engine container; the built-in engine doesn't support it");
          }
        });
  }
}
