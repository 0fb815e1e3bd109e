package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.process.Programs;
import dev.varve.runner.Elevation;
import dev.varve.runner.KnownFailureException;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.container.ContainerEngine;
import dev.varve.runner.container.ContainerSettings;
import dev.varve.runner.container.Podman;
import dev.varve.runner.storage.BtrfsStorage;
import dev.varve.runner.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The container engine with its mounted storage. Both are closed together. */
public final class DrivenContainer implements Engine {
  private final Console console;
  private final ContainerSettings settings;
  private final Optional<RechunkEngine> fallback;
  private final Optional<StorageSettings> where;
  private final Mounting mounting;
  private volatile @Nullable BtrfsStorage storage;
  private volatile @Nullable ContainerEngine engine;

  /**
   * Creates an engine, which is opened on first use.
   *
   * @param fallback the engine for images with which the container is known to fail; empty to fail
   *     with such images
   * @param where the BTRFS for podman's storage, if any
   * @param mounting the way to mount the BTRFS
   */
  public DrivenContainer(
      Console console,
      ContainerSettings settings,
      Optional<RechunkEngine> fallback,
      Optional<StorageSettings> where,
      Mounting mounting) {
    this.console = console;
    this.settings = settings;
    this.fallback = fallback;
    this.where = where;
    this.mounting = mounting;
  }

  /** The way to mount the BTRFS. */
  public enum Mounting {
    /** The run mounts the BTRFS, and unmounts it at its end. */
    FOR_THE_RUN,
    /** The run mounts the BTRFS, which stays mounted. */
    TO_STAY,
    /** The user has mounted the BTRFS. */
    BEFORE
  }

  @Override
  public RechunkEngine rechunker() throws IOException {
    ContainerEngine container = engine();
    return request -> rechunk(container, request);
  }

  private RechunkResult rechunk(ContainerEngine container, RechunkRequest request)
      throws IOException {
    try {
      return container.rechunk(request);
    } catch (KnownFailureException e) {
      if (fallback.isEmpty()) {
        throw e;
      }
      request.progress().notice(Failures.reason(e));
      request
          .progress()
          .notice(
              "continuing with the built-in engine (--on-known-failure builtin): the result is a plain"
                  + " image, and clients of an image that the container made download it as a whole");
      return fallback.get().rechunk(request);
    }
  }

  private synchronized ContainerEngine engine() throws IOException {
    ContainerEngine made = engine;
    if (made == null) {
      Programs programs = Programs.of(console.environment());
      Elevation root = Elevation.find();
      Podman podman = new Podman(programs.find("podman").orElse("podman"), root);
      podman.requireVersion();
      made = new ContainerEngine(where.isPresent() ? inBtrfs(podman, programs) : podman, settings);
      engine = made;
    }
    return made;
  }

  private Podman inBtrfs(Podman podman, Programs programs) throws IOException {
    StorageSettings place = where.orElseThrow();
    BtrfsStorage mounted = new BtrfsStorage(place, podman.root(), programs);
    storage = mounted;
    switch (mounting) {
      case FOR_THE_RUN -> mounted.mountFor(Owner.current());
      case TO_STAY -> mounted.mount();
      case BEFORE -> requireMounted(mounted, place.mountPoint());
    }
    return podman.in(mounted.status().settings().mountPoint());
  }

  private static void requireMounted(BtrfsStorage storage, Path place) throws IOException {
    if (!storage.status().isMounted()) {
      throw new IllegalArgumentException(
          "--storage: nothing is mounted at "
              + place
              + "; run varve storage mount --mount "
              + place);
    }
  }

  /**
   * Opens the source; an image in podman's storage is read by root's podman, like the container.
   */
  @Override
  public TreeSource source(Reference reference, Transports transports, Scratch scratch)
      throws IOException {
    return reference.transport() == Reference.Transport.CONTAINERS_STORAGE
        ? engine().open(reference.location(), scratch.directory("podman"), reference.text())
        : transports.tree(reference);
  }

  @Override
  public void close() throws IOException {
    ContainerEngine made = engine;
    if (made != null) {
      made.close();
    }
    BtrfsStorage mounted = storage;
    if (mounted != null) {
      remove(mounted);
    }
  }

  /** Removes the BTRFS; a failure is only reported, because the result is complete. */
  private void remove(BtrfsStorage mounted) {
    try {
      mounted.close();
    } catch (IOException e) {
      console.note(
          Failures.line(e, "removing the BTRFS") + "; varve storage unmount removes it afterwards");
    }
  }
}
