package dev.varve.runner.container;

import dev.varve.core.boot.Seal;
import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.RemediableException;
import dev.varve.core.bytes.Remedy;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSink;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepException;
import dev.varve.core.process.StepResult;
import dev.varve.core.process.StepRunner;
import dev.varve.core.rootfs.PodmanStorage;
import dev.varve.core.rootfs.StoredImage;
import dev.varve.runner.KnownFailureException;
import dev.varve.runner.SealedImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The steps of one run, and the containers, volumes and images that they make in podman's storage.
 * Closing removes these. Any thread may close the run, which stops the current step.
 */
final class ContainerRun implements Closeable {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final String SCRIPTS = "/sources/rechunk/";
  private static final Duration CLEANING_LIMIT = Duration.ofMinutes(5);

  private static final Pattern SEALED = Pattern.compile("[0-9a-f]{64,128}");

  private final Podman podman;
  private final ContainerSettings settings;
  private final Progress progress;
  private final String name = Owner.current() + "-" + RUNS.incrementAndGet();
  private final StepRunner steps;
  private final StepRunner cleaning;
  private final Workspace workspace;
  private final Set<String> containers = ConcurrentHashMap.newKeySet();
  private final Set<String> volumes = ConcurrentHashMap.newKeySet();
  private final Set<String> images = ConcurrentHashMap.newKeySet();
  private volatile String volumeData = "";
  private boolean closed;

  ContainerRun(Podman podman, ContainerSettings settings, Workspace workspace, Progress progress) {
    this.podman = podman;
    this.settings = settings;
    this.progress = progress;
    this.workspace = workspace;
    this.steps = new StepRunner(progress, settings.totalLimit(), Remedy.LONGER_RUN);
    this.cleaning = new StepRunner(Progress.SILENT);
  }

  /** Checks podman, and removes the leftovers of killed runs. */
  void begin() throws IOException {
    podman.requireVersion(steps);
    Leftovers leftovers = Leftovers.find(podman, steps);
    if (!leftovers.isEmpty()) {
      progress.notice(
          "removing the leftovers of a killed run: " + String.join(", ", leftovers.list()));
      leftovers.remove(podman, steps);
    }
  }

  /** Pulls the tool's image, unless podman has it. */
  void pullTool() throws IOException {
    StepResult exists = steps.run(podman.step("look", "image", "exists", settings.tool()));
    if (exists.exitCode() == 1) {
      progress.begin("pulling " + settings.tool(), 0);
      explained(limited(KnownFailures.PULL, podman.command("pull", "--quiet", settings.tool())));
    } else if (!exists.succeeded()) {
      throw KnownFailures.explain(exists.failure());
    }
  }

  /** Copies the source into the storage, if needed; returns its ID or name. */
  String source(TreeSource source, Path scratch) throws IOException {
    PodmanStorage storage = new PodmanStorage(podman.command());
    if (source instanceof StoredImage stored && storage.has(stored.id())) {
      return stored.id();
    }
    if (!(source instanceof LayeredSource layered)) {
      throw new RemediableException(
          "reading "
              + source.reference()
              + ": the image is not in podman's current storage; build it again",
          Remedy.WITHOUT_STORAGE);
    }
    String image = "localhost/" + name + ":source";
    images.add(image);
    try (ImageSink sink = storage.create(List.of(image), scratch, source.reference())) {
      new ImageCopy(Parallel.degree(), false, progress).copy(layered.image(), sink);
    }
    removeIfClosed(image);
    return image;
  }

  /** Removes an image whose copy finished after closing, because closing does not stop a copy. */
  private void removeIfClosed(String image) throws IOException {
    synchronized (cleaning) {
      if (closed) {
        new Leftovers(List.of(), List.of(), List.of(image)).remove(podman, cleaning);
        throw new InterruptedIOException(
            "copying " + image + " into podman's storage: interrupted");
      }
    }
  }

  /** Mounts a container of the source; returns the mount point. */
  String mount(String image) throws IOException {
    String container = begun("source");
    // With podman's driver vfs, this copies the whole image.
    explained(
        Step.capturing(
                "create",
                settings.stepLimit(),
                podman.command("create", "--name", container, "--pull=never", image, "bash"))
            .limitedBy(Remedy.LONGER_STEP));
    return explained(podman.step("mount", "mount", container)).output().strip();
  }

  /** Checks that there is free space to work on the source. */
  void requireFreeSpace(TreeSource source, String mount) throws IOException {
    if (source instanceof StoredImage stored) {
      FreeSpace.require(stored, Path.of(mount), workspace.directory());
    }
  }

  /**
   * Checks that no composefs digest seals the tree, because a commit has no mtimes. Only root may
   * be able to read the tree, so grep searches it as root.
   */
  void requireNotSealed(TreeSource source, String mount) throws IOException {
    List<String> search =
        podman
            .root()
            .command("grep", "-raoE", "-m1", "--include=*.[eE][fF][iI]", Seal.ARGUMENT, mount);
    StepResult found = steps.run(Step.capturing("look for a seal", settings.stepLimit(), search));
    int colon = found.output().indexOf(":composefs");
    if (found.succeeded() && colon > mount.length()) {
      Matcher digest = SEALED.matcher(found.output().substring(colon));
      throw new SealedImageException(
          source.reference(),
          new Seal(
              found.output().substring(mount.length() + 1, colon),
              digest.find() ? digest.group() : ""),
          "hhd-dev/rechunk removes all mtimes");
    }
  }

  /**
   * Looks for known failures of the tool with this image.
   *
   * @param scratch an empty directory
   * @throws KnownFailureException if there is any, unless the settings ignore them
   */
  void requireFit(TreeSource source, String mount, Path scratch) throws IOException {
    List<String> lacking =
        new ImageNeeds(mount, podman.root(), steps)
            .lacking(scratch, settings.clock().instant(), progress::notice);
    if (lacking.isEmpty()) {
      return;
    }
    String problem =
        "checking "
            + source.reference()
            + " for "
            + settings.tool()
            + ": "
            + String.join("; ", lacking);
    if (!settings.ignoresKnownFailures()) {
      throw new KnownFailureException(problem + "; use the built-in engine");
    }
    progress.notice(problem);
  }

  /** Runs the tool's script that cleans up the tree, in place. */
  void prune(String mount) throws IOException {
    PrunedTree tree = new PrunedTree(mount, podman.root(), steps);
    tree.require(
        tool("prune", "1_prune.sh", List.of(mount + ":/var/tree"), Map.of("TREE", "/var/tree")));
  }

  /**
   * Runs the tool's script that commits the tree to an OSTree repository, in a volume of this run.
   */
  void commit(String mount) throws IOException {
    String volume = volume();
    volumes.add(volume);
    explained(podman.step("volume", "volume", "create", volume));
    volumeData =
        explained(podman.step("volume", "volume", "inspect", "--format", "{{.Mountpoint}}", volume))
            .output()
            .strip();
    tool(
        "commit",
        "2_create.sh",
        List.of(mount + ":/var/tree", volume + ":/var/ostree"),
        Map.of("TREE", "/var/tree", "REPO", "/var/ostree/repo", "RESET_TIMESTAMP", "1"));
  }

  private String volume() {
    return name + "-ostree";
  }

  /** Removes the source and its container, because the commit has all files. */
  void release(TreeSource source) throws IOException {
    String container = name + "-source";
    explained(podman.step("unmount", "unmount", container));
    explained(podman.step("rm", "rm", container));
    ended("source");
    if (!images.isEmpty()) {
      removeCopies();
    } else if (!settings.keepSource() && source instanceof StoredImage stored) {
      removeSource(stored);
    }
  }

  /** Removes the copied images; closing removes those that can't be removed now. */
  private void removeCopies() throws IOException {
    for (String image : List.copyOf(images)) {
      if (steps.run(podman.step("rmi", "rmi", image)).succeeded()) {
        images.remove(image);
      }
    }
  }

  private void removeSource(StoredImage stored) throws IOException {
    StepResult removed = steps.run(podman.step("rmi", "rmi", stored.name()));
    if (removed.succeeded()) {
      progress.notice(
          "removed " + stored.name() + " from podman's storage to make room", Remedy.KEEP_SOURCE);
    } else {
      progress.notice(
          "can't remove "
              + stored.name()
              + " from podman's storage: "
              + String.join(" ", removed.lastLines()));
    }
  }

  /** Runs the tool's script that divides the commit into layers, and writes the image. */
  void chunk(Map<String, String> variables) throws IOException {
    List<String> volumes = new ArrayList<>(List.of(workspace.directory() + ":/workspace"));
    settings.git().ifPresent(checkout -> volumes.add(checkout + ":/var/git:ro"));
    volumes.add(volume() + ":/var/ostree");
    tool("chunk", "3_chunk.sh", volumes, variables);
  }

  private StepResult tool(
      String step, String script, List<String> mounts, Map<String, String> variables)
      throws IOException {
    String container = begun(step);
    List<String> command = new ArrayList<>(List.of("run", "--rm", "--name", container));
    // The scripts need no network; with labels, SELinux would deny them the mounts.
    command.addAll(List.of("--pull=never", "--network", "none"));
    command.addAll(List.of("--security-opt", "label=disable"));
    for (String mount : mounts) {
      command.addAll(List.of("-v", mount));
    }
    variables.forEach((name, value) -> command.addAll(List.of("-e", name + "=" + value)));
    command.addAll(List.of("-u", "0:0", settings.tool(), SCRIPTS + script));
    progress.begin(step + ": " + settings.tool() + " " + script, 0);
    StepResult result =
        explained(limited(step, podman.command(command)).endedBy(podman.removing(container)));
    ended(step);
    return result;
  }

  private Step limited(String step, List<String> command) {
    return Step.reporting(step, settings.stepLimit(), command).limitedBy(Remedy.LONGER_STEP);
  }

  private String begun(String step) {
    String container = name + "-" + step;
    containers.add(container);
    return container;
  }

  private void ended(String step) {
    containers.remove(name + "-" + step);
  }

  private StepResult explained(Step step) throws IOException {
    try {
      return steps.require(step);
    } catch (StepException e) {
      throw KnownFailures.explain(e);
    }
  }

  /** Gives the tool's files to this process's user. */
  void giveBack() throws IOException {
    workspace.giveBack(podman.root(), steps);
  }

  /** Removes everything that this run has made, and reports what can't be removed. */
  @Override
  public void close() {
    steps.close();
    synchronized (cleaning) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        remove(new Leftovers(List.copyOf(containers), List.copyOf(volumes), List.copyOf(images)));
      } catch (IOException e) {
        progress.notice("cleaning up: " + e.getMessage(), Remedy.REMOVE_LEFTOVERS);
      }
      try {
        workspace.giveBack(podman.root(), cleaning);
      } catch (IOException e) {
        progress.notice("cleaning up " + workspace.directory() + ": " + e.getMessage());
      }
    }
  }

  /** Removes leftovers; on a full disk, where podman can't record a removal, frees space first. */
  private void remove(Leftovers leftovers) throws IOException {
    try {
      leftovers.remove(podman, cleaning);
    } catch (StepException e) {
      if (volumeData.isEmpty()) {
        throw e;
      }
      List<String> delete = podman.root().command("find", volumeData, "-mindepth", "1", "-delete");
      cleaning.run(Step.capturing("find", CLEANING_LIMIT, delete));
      leftovers.remove(podman, cleaning);
    }
  }
}
