package dev.varve.runner.container;

import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSource;
import dev.varve.core.notes.Notes;
import dev.varve.core.rootfs.PodmanStorage;
import dev.varve.core.rootfs.StoredImage;
import dev.varve.runner.Elevation;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the hhd-dev/rechunk container, as its GitHub action does. The result is the tool's image,
 * with labels added.
 *
 * <p>Closing stops a run and removes everything that the run has made; any thread may close the
 * engine.
 */
public final class ContainerEngine implements RechunkEngine, Closeable {
  private final Podman podman;
  private final ContainerSettings settings;
  private volatile @Nullable ContainerRun current;
  private volatile boolean closed;

  /** Creates an engine that works with a podman. */
  public ContainerEngine(Podman podman, ContainerSettings settings) {
    this.podman = podman;
    this.settings = settings;
  }

  /**
   * Opens an image of {@code containers-storage:}, from the storage that podman works in, or else
   * from root's or this user's storage, from which the image is saved.
   *
   * @param scratch a directory for a saved image, which the caller removes
   * @param reference the image as the user named it, for messages
   * @return to be closed
   * @throws IOException if no storage has the image
   */
  public TreeSource open(String image, Path scratch, String reference) throws IOException {
    PodmanStorage used = new PodmanStorage(podman.command());
    if (used.has(image)) {
      return used.find(image, reference);
    }
    for (PodmanStorage other : others()) {
      if (other.has(image)) {
        return new LayeredSource(other.openSaved(image, scratch, reference));
      }
    }
    throw new RemediableException(
        "opening "
            + reference
            + ": no image \""
            + image
            + "\" in root's podman storage; to copy an image from a user's storage to root's, run podman save "
            + image
            + " | sudo podman load",
        Remedy.KEEP_SOURCE);
  }

  /** Returns the storages whose images podman may not see. */
  private List<PodmanStorage> others() {
    List<PodmanStorage> others = new ArrayList<>();
    if (!podman.options().isEmpty()) {
      others.add(new PodmanStorage(new Podman(podman.program(), podman.root()).command()));
    }
    if (!podman.root().equals(Elevation.NONE)) {
      others.add(new PodmanStorage(podman.program()));
    }
    return others;
  }

  @Override
  public RechunkResult rechunk(RechunkRequest request) throws IOException {
    requireImage(request.source());
    try (Scratch scratch = new Scratch(request.scratch())) {
      return rechunk(request, new Workspace(scratch.directory("out")), scratch);
    }
  }

  private RechunkResult rechunk(RechunkRequest request, Workspace workspace, Scratch scratch)
      throws IOException {
    Set<String> taken = new HashSet<>(settings.taken());
    Map<String, String> variables =
        ChunkVariables.of(request, settings, request.previous().isPresent());
    putInputs(request, taken, workspace);
    String outName = variables.getOrDefault("OUT_NAME", "");
    try (ContainerRun run = new ContainerRun(podman, settings, workspace, request.progress())) {
      current = run;
      requireOpen(); // a concurrent close either sees the run, or is seen here
      run.begin();
      String image = run.source(request.source(), request.scratch());
      String mount = run.mount(image);
      run.requireNotSealed(request.source(), mount);
      run.requireFit(request.source(), mount, scratch.directory("packages"));
      run.pullTool(); // after the checks of the source, which take less time
      run.requireFreeSpace(request.source(), mount);
      run.prune(mount);
      run.commit(mount);
      run.release(request.source());
      run.chunk(variables);
      run.giveBack();
    } finally {
      current = null;
    }
    String version = workspace.version(taken);
    requireAsked(request, version);
    request.progress().begin("checking the image that " + settings.tool() + " made", 0);
    try (ImageSource made = workspace.image(outName)) {
      Output output = Output.check(made, version, request.labels());
      noticeTooManyLayers(made.manifest().layers().size(), request);
      return new MadeImage(output, request, settings.tool()).publish(scratch.directory("contents"));
    }
  }

  /**
   * Writes the files that the tool's last script reads.
   *
   * @param taken receives the versions up to the previous image's
   */
  private void putInputs(RechunkRequest request, Set<String> taken, Workspace workspace)
      throws IOException {
    if (request.previous().isPresent()) {
      ImageSource previous = request.previous().get();
      Optional.ofNullable(previous.config().labels().get(Notes.VERSION_LABEL))
          .map(TakenVersions::upTo)
          .ifPresent(taken::addAll);
      workspace.putPrevious(PreviousManifest.of(previous, taken, request.progress()));
    }
    if (settings.meta().isPresent()) {
      workspace.putMeta(settings.meta().get());
    }
  }

  /** Reports more layers than requested, which the tool makes when it continues a plan. */
  private static void noticeTooManyLayers(int made, RechunkRequest request) {
    int most = request.maxLayers().orElse(Integer.MAX_VALUE);
    if (made > most) {
      request
          .progress()
          .notice(
              "hhd-dev/rechunk made "
                  + made
                  + " layers, more than the "
                  + most
                  + " requested, because it keeps the layers of the previous image",
              Remedy.FRESH_PLAN);
    }
  }

  private void requireOpen() throws InterruptedIOException {
    if (closed) {
      throw new InterruptedIOException("driving " + settings.tool() + ": interrupted");
    }
  }

  /** Checks that the tool did not add a number to a requested version that a tag has already. */
  private static void requireAsked(RechunkRequest request, String version) throws IOException {
    Optional<String> asked =
        request
            .labels()
            .getOrDefault(Notes.VERSION_LABEL, Optional.empty())
            .filter(text -> !text.contains("<")); // the tool replaces names
    if (asked.isPresent() && !asked.get().equals(version)) {
      throw new IOException(
          "reading the version that hhd-dev/rechunk chose: expected "
              + asked.get()
              + ", got "
              + version
              + "; the previous image has the requested version");
    }
  }

  private static void requireImage(TreeSource source) {
    if (!(source instanceof StoredImage || source instanceof LayeredSource)) {
      throw new IllegalArgumentException(
          source.reference()
              + ": the container engine requires an image, from docker://, oci:, oci-archive:,"
              + " docker-archive: or root's containers-storage:");
    }
  }

  @Override
  public void close() {
    closed = true;
    ContainerRun run = current;
    if (run != null) {
      run.close();
    }
  }
}
